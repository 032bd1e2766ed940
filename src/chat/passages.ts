// Formats passages for a language model: each with its title and facts, and compressed for the question when they are too long.
import type { Mode } from '../compress/compress.ts'
import { cutAtSpace } from '../compress/spans.ts'
import { compressPassages } from '../compress/passages.ts'
import { factLine, headingPath } from '../language/passage-lines.ts'
import type { Language, Passage } from '../types.ts'
import { placesLine } from './places.ts'

export interface PassageCompression {
  mode: Mode
  /** The question that the passages should answer, complete in itself. */
  question: string
  /** The language of the passages. */
  language: Language
  /** The language of the question. */
  questionLanguage: Language
  /** The most characters for all passages, including their titles and facts. */
  budget: number
}

/** Titles and facts take at most this share of the budget: alone they answer little. */
const headShare = 1 / 2
/**
 * Limits the text read in one go, in budgets and in characters, because reading blocks the event loop: about 0.3 ms per 1,000
 * characters. Chunks of documents stay far below it; a passage that was put in whole, up to the body limit, may not.
 */
const maxRead = { budgets: 4, characters: 32_000 }

/** Returns a passage as text: its title, its facts, its prose. */
export function passageText (passage: Passage, language: Language): string {
  return joined([headText(passage, language), passage.text])
}

/**
 * Compresses passages, in their order, under their titles and facts, which stay whole. Drops the weakest when the titles
 * do not fit, and those that would keep nothing but their title. Deterministic.
 * @returns null when there is nothing to do, or when they can only be cut
 */
export function compressForQuestion<P extends Passage> (
  passages: readonly P[],
  { mode, question, language, questionLanguage, budget }: PassageCompression
): { passage: P; body: string }[] | null {
  if (mode === 'off') return null
  if (mode !== 'aggressive' && passages.reduce((sum, passage) => sum + passageText(passage, language).length, 0) <= budget) return null
  const heads: string[] = []
  let room = budget
  for (const passage of passages) {
    const head = headText(passage, language)
    room -= head.length + 1
    if (room < budget * (1 - headShare)) {
      room += head.length + 1
      break
    }
    heads.push(head)
  }
  const chosen = passages.slice(0, heads.length)
  const longest = Math.max(budget, Math.min(maxRead.budgets * budget, maxRead.characters))
  const texts = shares(
    chosen.map(({ text }) => text.length),
    longest
  ).map((share, i) => {
    const { text } = chosen[i]!
    return text.length <= share ? text : cutAtSpace(text, share) || text.slice(0, share)
  })
  const shorter = compressPassages(
    chosen.map((passage, i) => ({ head: readHead(passage), text: texts[i]! })),
    { mode, question, language, questionLanguage, budget: room }
  )
  const kept = chosen
    .map((passage, i) => ({ passage, body: joined([heads[i]!, shorter[i]!]), says: shorter[i] !== '' || passage.fields.length > 0 }))
    .filter(({ says }) => says)
  return kept.length === 0 ? null : kept.map(({ passage, body }) => ({ passage, body }))
}

/** Returns the heading above a passage's prose. Its places are listed in the documents' language. */
function headText (passage: Passage, language: Language): string {
  const { title, heading, fields } = passage
  return joined([title, heading, placesLine(passage, language), ...fields.map(factLine)])
}

/** Returns the same for finding the answering text: as one heading, so that all the prose stands under both. */
function readHead ({ title, heading, fields }: Passage): string {
  return joined([headingPath([title, heading]), ...fields.map(factLine)])
}

function joined (parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join('\n')
}

/** Returns how much of each length fits in a total: short ones stay whole, long ones get equal shares. */
function shares (lengths: readonly number[], total: number): number[] {
  let left = total
  let waiting = lengths.length
  let share = 0
  for (const length of lengths.toSorted((a, b) => a - b)) {
    share = Math.floor(left / waiting--)
    left -= Math.min(length, share)
  }
  return lengths.map(length => Math.min(length, share))
}
