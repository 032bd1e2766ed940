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

/** Matches the end of a line that may divide a word, and the word's rest. */
const divided = /(?<=(\p{L}[\p{L}-]{0,40}))[-‐][^\S\n]*\n[^\S\n]*(?=(\p{L}{1,40}))/gu
const written = /\p{L}+(?:[-‐]\p{L}+)*/gu

/** Returns the words of a text in small letters, hyphenated ones whole: they tell how a divided word is written. */
export function writtenWords (texts: Iterable<string>): Set<string> {
  const words = new Set<string>()
  for (const text of texts) for (const [word] of text.matchAll(written)) words.add(word.toLowerCase().replaceAll('‐', '-'))
  return words
}

/** The most letters of a word that are looked at. */
const maxPart = 60

/**
 * Returns what stands between two lines, of which the upper one ends in a hyphen after a letter: in its place.
 * @param words those of the whole document
 */
export function seamAtHyphen (above: string, below: string, words: ReadonlySet<string>): string {
  const first = /\p{L}[\p{L}-]*(?=[-‐]$)/u.exec(above.slice(-maxPart))?.[0] ?? ''
  const second = /^\p{L}+/u.exec(below.slice(0, maxPart))?.[0] ?? ''
  return first === '' || second === '' ? `${above.slice(-1)} ` : seam(first, second, words)
}

/** Joins the words that the lines of a text divide. */
export function joinDividedWords (text: string, words: ReadonlySet<string>): string {
  if (!/[-‐][^\S\n]*\n/.test(text)) return text
  return text.replace(divided, (end, first: string, second: string) => {
    const joint = seam(first, second, words)
    return joint === '- ' ? end : joint
  })
}

/** Returns what stands between the two parts of a divided word: nothing, its own hyphen, or `- ` between two words. */
function seam (first: string, second: string, words: ReadonlySet<string>): '' | '-' | '- ' {
  const [a, b] = [first.toLowerCase(), second.toLowerCase()]
  if (afterHalf.has(b)) return '- '
  if (second !== b || first.includes('-')) return '-'
  if (words.has(a + b)) return ''
  if (words.has(`${a}-${b}`) || ownBefore.has(a) || ownAfter.has(b)) return '-'
  return ''
}
