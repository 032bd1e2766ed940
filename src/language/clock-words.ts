// Reads the words that say a time of day with its number, or without one: "half past six", "8 de la tarde", "à midi".
import { numberPhrase, numberWord } from './number-words.ts'
import { foldedText, standAt, type Token } from './quantity-token.ts'

const noon = new Set(['noon', 'midday', 'midi', 'mittag', 'mediodia', 'mezzogiorno', 'middag'])
const midnight = new Set(['midnight', 'minuit', 'mitternacht', 'medianoche', 'mezzanotte', 'middernacht'])
/** Words before noon: without one of them it may be the meal, or the south. */
const beforeNoon = new Set(
  ("a at by before after from until till to avant apres vers des jusqu'a um ab bis gegen vor nach al hasta desde om tot vanaf dopo " +
    'prima entre und et and y e en - –').split(' ')
)
const partBefore = new Map([['half', 30], ['quarter', 15], ['viertel', 15], ['kwart', 15]])
const past = new Set(['past', 'nach', 'over'])
const to = new Set(['to', 'vor', 'voor'])
/** Parts of an hour after it. */
const partAfter: [minutes: number, words: string[]][] = [
  [30, ['y', 'media']], [15, ['y', 'cuarto']], [-15, ['menos', 'cuarto']], [30, ['et', 'demie']], [15, ['et', 'quart']],
  [-15, ['moins', 'le', 'quart']], [30, ['e', 'mezza']], [30, ['e', 'mezzo']], [15, ['e', 'un', 'quarto']],
]
/** Words after an hour of the second half of the day. */
const laterHalf = [
  'de la tarde', 'de la noche', 'du soir', 'de l \' apres - midi', 'abends', 'nachmittags', 'di sera', 'del pomeriggio', '\' s avonds',
  '\' s middags', 'in the evening', 'in the afternoon', 'at night',
].map(phrase => phrase.split(' '))
/** … and of the first half, which change nothing. */
const earlierHalf = [
  'de la manana', 'du matin', 'morgens', 'vormittags', 'fruh', 'di mattina', 'del mattino', '\' s ochtends', '\' s morgens',
  'in the morning',
].map(phrase => phrase.split(' '))

/** A time of day in minutes, and the position of the token after it. */
export interface ClockReading { value: number, next: number }

/** Reads a time that begins with a word; null when there is none. */
export function clockInWords (tokens: Token[], at: number): ClockReading | null {
  const word = foldedText(tokens[at])
  if (noon.has(word) || midnight.has(word)) {
    const isAfternoon = tokens[at - 1]?.text === '-' && tokens[at - 2]?.text === 'après'
    return beforeNoon.has(foldedText(tokens[at - 1])) && !isAfternoon
      ? { value: noon.has(word) ? 720 : 1440, next: at + 1 }
      : null
  }
  const minutes = partBefore.get(word)
  const link = foldedText(tokens[at + 1])
  if (minutes === undefined || !(past.has(link) || (to.has(link) && minutes === 15))) return null
  const hour = tokens[at + 2]
  const value = hour?.kind === 'number' ? Number(hour.text) : hour?.kind === 'word' ? numberWord(hour.text) : undefined
  if (value === undefined || !Number.isInteger(value) || value > 24) return null
  return { value: value * 60 + (past.has(link) ? minutes : -minutes), next: at + 2 + (numberPhrase(tokens, at + 2)?.length ?? 1) }
}

/** Adds the words after an hour to it: "y media", "du soir". */
export function withClockWords (tokens: Token[], { value, next }: ClockReading): ClockReading {
  const part = partAfter.find(([, words]) => standAt(tokens, next, words))
  const [minutes, after] = part ? [value + part[0], next + part[1].length] : [value, next]
  const half = minutes < 720 ? laterHalf.find(words => standAt(tokens, after, words)) : undefined
  if (half) return { value: minutes + 720, next: after + half.length }
  const early = earlierHalf.find(words => standAt(tokens, after, words))
  return { value: minutes, next: after + (early?.length ?? 0) }
}
