// Passages as a language model reads them: each with its title and facts, and made shorter for the question when they are too long.
import type { Mode } from '../compress/compress.ts'
import { cutAtSpace } from '../compress/spans.ts'
import { compressPassages } from '../compress/passages.ts'
import { factLine, headingPath } from '../language/passage-lines.ts'
import type { Language, Passage } from '../types.ts'
import { placesLine } from './places.ts'

export interface Condensing {
  mode: Mode
  /** What the passages are to answer, complete in itself. */
  question: string
  /** Of the passages. */
  language: Language
  /** Of the question. */
  questionLanguage: Language
  /** Characters that all passages may have together, with their titles and facts. */
  budget: number
}

/** Titles and facts take at most this share of the budget: they alone answer little. */
const headShare = 1 / 2
/**
 * What is read at once, in budgets and in characters, because it holds the event loop: some 0.3 ms for each 1,000
 * characters. Passages cut from documents are far below it; one put in whole, as long as a body may be, is not.
 */
const readAtOnce = { budgets: 4, characters: 32_000 }

/** A passage as text: its title, its facts, its prose. */
export function passageText (passage: Passage, language: Language): string {
  return joined([headText(passage, language), passage.text])
}

/**
 * Passages with less in them, in their order, under their titles and facts, which stay whole. The weakest are left
 * out when the titles do not fit, and those of which nothing but the title would stay. The same for the same input.
 * @returns null when there is nothing to do, or when they can only be cut
 */
export function condensePassages<P extends Passage> (passages: readonly P[], { mode, question, language, questionLanguage, budget }: Condensing): { passage: P, body: string }[] | null {
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
  const longest = Math.max(budget, Math.min(readAtOnce.budgets * budget, readAtOnce.characters))
  const texts = shares(chosen.map(({ text }) => text.length), longest).map((share, i) => {
    const { text } = chosen[i]!
    return text.length <= share ? text : cutAtSpace(text, share) || text.slice(0, share)
  })
  const shorter = compressPassages(chosen.map((passage, i) => ({ head: readHead(passage), text: texts[i]! })), { mode, question, language, questionLanguage, budget: room })
  const kept = chosen.map((passage, i) => ({ passage, body: joined([heads[i]!, shorter[i]!]), says: shorter[i] !== '' || passage.fields.length > 0 }))
    .filter(({ says }) => says)
  return kept.length === 0 ? null : kept.map(({ passage, body }) => ({ passage, body }))
}

/** What stands above a passage's prose. The places are told in the documents' language. */
function headText (passage: Passage, language: Language): string {
  const { title, heading, fields } = passage
  return joined([title, heading, placesLine(passage, language), ...fields.map(factLine)])
}

/** The same for finding what answers: one heading, so that all that follows stands under both. */
function readHead ({ title, heading, fields }: Passage): string {
  return joined([headingPath([title, heading]), ...fields.map(factLine)])
}

function joined (parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join('\n')
}

/** How much of each length fits in a total: short ones whole, the long ones the same. */
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
