// Joins words that a line end divides: a printer's hyphen goes ("Liefer-zeit"), a word's own stays ("garde-boue").

const set = (list: string) => new Set(list.split(' '))

/** First parts of words that are written with a hyphen. */
const ownBefore = set(
  'garde porte après avant sous demi mi semi non ex vice tire lave sèche pare chauffe grille ouvre coupe cache essuie rez arrière ' +
  'contre grand grande petit petite haut bas belle beau arc taille presse passe pèse serre compte brise casse libre plate week quasi ' +
  'vingt trente quarante cinquante soixante quatre dix self well half mid all cross e'
)
/** Last parts of them: pronouns after a verb, and "ci", "là", "même". */
const ownAfter = set('vous il elle ils elles on je tu nous ci là même mêmes ce moi toi lui eux leur le la les être dire')
/** Words after the first half of two compounds ("Vor- und Nachteile"). */
const afterHalf = set('und oder bzw sowie bis et ou and or y o e en of to')

const maxLetters = 40
/** Matches the end of a line that may divide a word, and the word's rest. */
const divided = new RegExp(
  String.raw`(?<=(\p{L}[\p{L}-]{0,${maxLetters}}))[-‐][^\S\n]*\n[^\S\n]*(?=(\p{L}{1,${maxLetters}}))`, 'gu'
)
const written = /\p{L}+(?:[-‐]\p{L}+)*/gu

/** The words of a document, hyphenated ones whole: they tell how a divided word is written. */
export interface WrittenWords {
  /** In small letters. */
  all: ReadonlySet<string>
  /** Those that are written in small letters somewhere. */
  small: ReadonlySet<string>
  isFrench: boolean
}

/** Words that other languages hardly have together. */
const frenchWords = ['les', 'des', 'une', 'est', 'pour', 'du', 'aux']
const leastFrenchWords = 3

export function writtenWords (texts: Iterable<string>): WrittenWords {
  const all = new Set<string>()
  const small = new Set<string>()
  for (const text of texts) {
    for (const [found] of text.matchAll(written)) {
      const word = found.replaceAll('‐', '-')
      const lower = word.toLowerCase()
      all.add(lower)
      if (word === lower) small.add(word)
    }
  }
  return { all, small, isFrench: frenchWords.filter(word => small.has(word)).length >= leastFrenchWords }
}

/** The most letters of a word that are looked at. */
const maxPart = 60

/**
 * Returns what stands between two lines, of which the upper one ends in a hyphen after a letter: in its place.
 * @param words those of the whole document
 */
export function seamAtHyphen (above: string, below: string, words: WrittenWords): string {
  const first = /\p{L}[\p{L}-]*(?=[-‐]$)/u.exec(above.slice(-maxPart))?.[0] ?? ''
  const second = /^\p{L}+/u.exec(below.slice(0, maxPart))?.[0] ?? ''
  return first === '' || second === '' ? `${above.slice(-1)} ` : seam(first, second, words)
}

/** Joins the words that the lines of a text divide. */
export function joinDividedWords (text: string, words: WrittenWords): string {
  if (!/[-‐][^\S\n]*\n/.test(text)) return text
  const ends = [...text.matchAll(divided)]
  const parts: string[] = []
  let after = text.length
  let joint = ''
  let second = ''
  // From the last one: the "und" of "und-⏎frieden" is no word, and where it is joined is known then.
  for (const { index, 0: end, 1: first = '', 2: letters = '' } of ends.reverse()) {
    const part = text.slice(index + end.length, after)
    second = joint === '' && letters.length === part.length ? (letters + second).slice(0, maxLetters) : letters
    joint = seam(first, second, words)
    parts.push(part, joint === '- ' ? end : joint)
    after = index
  }
  return text.slice(0, after) + parts.reverse().join('')
}

/** Returns what stands between the two parts of a divided word: nothing, its own hyphen, or `- ` between two words. */
function seam (first: string, second: string, words: WrittenWords): '' | '-' | '- ' {
  const [a, b] = [first.toLowerCase(), second.toLowerCase()]
  if (afterHalf.has(b)) return '- '
  if (second !== b || first.includes('-')) return '-'
  if (words.all.has(a + b)) return ''
  if (words.all.has(`${a}-${b}`) || ownBefore.has(a) || ownAfter.has(b)) return '-'
  return isCompound(a, b, words) ? '-' : ''
}

/** A shorter word may be a syllable of another one ("pour-tant"). */
const leastWhole = 6
/** Matches French plurals, and the letters before which no syllable ends like them: "res-taurant", but "bateaux-mouches". */
const plural = /(?:[^\s]{3}es|[^\s]{2}x)$/u
const afterPlural = /^[bdfgjlmnrv]/u

/** Tells whether two parts are words of their own. German joins its compounds, and writes their parts with a capital. */
function isCompound (a: string, b: string, { small, isFrench }: WrittenWords): boolean {
  if (a.length >= leastWhole && b.length >= leastWhole && small.has(a) && small.has(b)) return true
  return isFrench && plural.test(a) && afterPlural.test(b)
}
