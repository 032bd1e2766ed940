// The marker by which a language model says that the passages do not hold the answer. No client ever sees it.

/** The prompt asks for exactly this. Two short words: small models copy them, and leave out the end of anything longer. */
export const noAnswerMarker = 'NO_ANSWER'

export interface NoAnswerFilter {
  /** Returns the text that can be shown, up to the marker; holds back anything that may be the start of it. */
  push (text: string): string
  /** Leaves the marker out and goes on behind it: the text before it is an answer. Returns the text that can be shown. */
  resume (): string
  /** Returns the text that is still held back, at the end. @param isCut the model reached its token limit */
  end (isCut: boolean): string
  /** True once the marker has come, until `resume`. */
  readonly isFound: boolean
}

/** Matches the text in any case; the filter below must tell cases apart, so its patterns cannot have the flag. */
const anyCase = (text: string) => [...text].map(letter => `[${letter}${letter.toUpperCase()}]`)
/** Matches any beginning of a list of patterns, the whole list included. */
const beginning = (patterns: string[]) => patterns.reduceRight((rest, pattern) => `(?:${pattern}${rest})?`, '')

/** Models quote the marker, print it bold, and escape its underscore as Markdown wants it. */
const decoration = '[*_"\'`“”„‟«»‘’‹›(<\\[{]'
const decorated = `(?:(?<!\\S)${decoration}{1,8})?`
const separator = '(?:\\\\?_){1,4}'
const no = anyCase('no').join('')
const answer = anyCase('answer')

/** Matches the marker in a text that goes to the model, where it must not be; its two words are groups. */
export const noAnswerPattern = new RegExp(`(${no})${separator}(${answer.join('')})`, 'gu')

/** A small `n` within a word begins no marker, so that a word that ends with it can be shown: glued to a word it is a capital. */
const firstLetter = '(?:(?<![\\p{L}\\p{N}])[nN]|N)'
const marker = new RegExp(`${decorated}${firstLetter}[oO]${separator}${answer.join('')}`, 'gu')
const openAtEnd = new RegExp(
  `${decorated}${firstLetter}(?:[oO]?|[oO]\\\\|[oO]${separator}(?:\\\\|${beginning(answer)}))$|(?<!\\S)${decoration}{1,8}$`, 'gu')
/** Matches a marker that the token limit cut off. */
const cutMarker = new RegExp(`${decorated}${no}(?:\\\\|${separator}(?:\\\\|${beginning(answer)}))$`, 'u')
/** Matches the end of the marker's decoration, and its full stop. */
const closing = /^[*_"'`“”„‟«»‘’‹›)>\]}.,:;!?…\t ]+/

/** Matches an answer that is the marker in other words, or its first letters where the token limit cut it off. */
const wholeMarker = /^[^\p{L}\p{N}]*no[\s_\p{Cf}\p{Pd}]*answer[^\p{L}\p{N}]*$/iu
/** Matches what stands between the marker's words where the underscore is not alone. */
const markerGap = /^no[\s_\p{Cf}\p{Pd}]+/u
const wholeCutMarker = /^[^\p{L}\p{N}]*NO?$/u

const opening = new RegExp(`^(?:\\s|${decoration}|[>#-])*`, 'u')
const labels = ['answer', 'réponse', 'reponse', 'respuesta', 'antwort', 'risposta', 'antwoord']
const label = new RegExp(`^(?:${labels.join('|')})\\s?\\**\\s?[:：](?:\\s|${decoration})*`, 'iu')
/** How models begin to say that they did not find it. */
const apologies = [
  'sorry',
  "i'm sorry",
  'i am sorry',
  "i'm afraid",
  'i am afraid',
  'i apologi',
  'unfortunately',
  'i could not',
  "i couldn't",
  'i cannot',
  "i can't",
  'i did not',
  "i didn't",
  'i do not',
  "i don't",
  'no answer',
  'noanswer',
  'désolé',
  'je suis désolé',
  'je suis navré',
  'malheureusement',
  "je n'ai pas",
  'je ne ',
  'es tut mir leid',
  'leider',
  'lo siento',
  'lamento',
  'lamentablemente',
  'desafortunadamente',
  'no he encontrado',
  'mi dispiace',
  'purtroppo',
  'helaas',
  'het spijt',
]
/** How long an opening is held back, in characters: one of decoration alone, and one that apologises. */
const longest = { decoration: 40, apology: 200 }

/**
 * Finds the marker in a streamed text, wherever it is and however it is split. An opening that would mean nothing in
 * front of a refusal ("Answer:", "I'm sorry, but …") is held back until a citation comes, or more text than such an
 * opening has; all other text is shown at once.
 */
export function createNoAnswerFilter (): NoAnswerFilter {
  let held = ''
  let isOpening = true
  /** A marker was left out just before. */
  let isBehind = false
  /** The end of the text shown so far: one character, which may be a pair. */
  let shown = ''

  function show (text: string): string {
    shown = (shown + text).slice(-2)
    return text
  }

  /** Finds a pattern in the text that follows. */
  function find (pattern: RegExp, text: string): { start: number, end: number } | null {
    pattern.lastIndex = shown.length
    const found = pattern.exec(shown + text)
    return found && { start: found.index - shown.length, end: pattern.lastIndex - shown.length }
  }

  function read (text: string): string {
    if (isBehind) {
      const rest = text.replace(closing, '')
      if (rest === '') return ''
      isBehind = false
      // Without a space the two ends could become one word, or another marker.
      text = /\s$/.test(shown) || /^\s/.test(rest) ? rest : ` ${rest}`
    }
    const found = find(marker, text)
    const before = found ? text.slice(0, found.start) : text
    const kind = isOpening ? openingOf(before) : 'none'
    if (found) {
      filter.isFound = true
      held = text.slice(found.end)
      return kind === 'whole' ? '' : show(before)
    }
    isOpening = kind !== 'none'
    const at = isOpening ? 0 : find(openAtEnd, text)?.start ?? text.length
    held = text.slice(at)
    return show(text.slice(0, at))
  }

  const filter = {
    isFound: false,
    push (text: string) {
      return filter.isFound ? '' : read(held + text)
    },
    resume () {
      const rest = held
      held = ''
      filter.isFound = isOpening = false
      isBehind = true
      return read(rest)
    },
    end (isCut: boolean) {
      const rest = held
      held = ''
      if (filter.isFound) return ''
      filter.isFound = cutMarker.test(rest) || (isOpening && (wholeMarker.test(rest) || (isCut && wholeCutMarker.test(rest))))
      if (!filter.isFound) return rest
      return isOpening ? '' : rest.replace(cutMarker, '')
    },
  }
  return filter
}

/** Tells whether an answer so far is no more than decoration, a label or an apology, or the first letters of one. */
function openingOf (text: string): 'whole' | 'partial' | 'none' {
  const unlabelled = text.replace(opening, '')
  const said = unlabelled.replace(label, '')
  if (text.length - said.length > longest.decoration || text.length > longest.apology || said.includes('[')) return 'none'
  const plain = said.normalize('NFC').toLowerCase().replaceAll('’', "'").replace(markerGap, 'no ')
  if (plain === '' || apologies.some(words => plain.startsWith(words))) return 'whole'
  openAtEnd.lastIndex = 0
  const isMarker = openAtEnd.exec(said)?.index === 0
  const isLabel = said === unlabelled && labels.some(word => word.startsWith(plain.replace(/[\s*]+$/, '')))
  return isMarker || isLabel || apologies.some(words => words.startsWith(plain)) ? 'partial' : 'none'
}
