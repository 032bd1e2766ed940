// How often a question that is an FAQ entry in other words is answered with it, and how often one that is not.
import { readFileSync } from 'node:fs'
import { faqEntry } from '../src/chat/faq.ts'
import type { Corpus } from './corpus.ts'
import type { GoldenQuestion, GoldenSet } from './golden.ts'

export interface FaqResult {
  /** Questions that an FAQ entry answers, those that were given it, and those that were given another one. */
  entries: { n: number, right: number, wrong: number }
  /** Questions that no entry answers, and those that were given one all the same. */
  others: { n: number, wrong: number }
  wrong: string[]
  /** Milliseconds of search and comparison for each question that was given an entry, vectors included. */
  ms: number[]
}

export interface FaqQuestion { company_id: string, q: string, entry: string | null }

const passages = 6

export function readFaq (file: string): FaqQuestion[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { faq: FaqQuestion[] }).faq
}

/** The questions of a golden set, as far as the FAQ goes: a question may be answered elsewhere as well. */
export function faqQuestions ({ company_id, questions, paraphrases, unanswerable, unstated }: GoldenSet): FaqQuestion[] {
  const entryOf = ({ doc }: GoldenQuestion) => doc.find(id => id.startsWith('faq/')) ?? null
  return [
    ...[...questions, ...paraphrases].map(question => ({ company_id, q: question.q, entry: entryOf(question) })),
    ...[...unanswerable, ...unstated].map(q => ({ company_id, q, entry: null })),
  ]
}

export async function measureFaq (corpus: Corpus, questions: FaqQuestion[]): Promise<FaqResult> {
  const result: FaqResult = { entries: { n: 0, right: 0, wrong: 0 }, others: { n: 0, wrong: 0 }, wrong: [], ms: [] }
  for (const { company_id: company, q, entry } of questions) {
    const { language } = await corpus.profile(company)
    const began = performance.now()
    const given = await faqEntry(corpus.embedder, q, language, language, (await corpus.search(company, q, passages)).passages)
    const [part, right] = [entry === null ? result.others : result.entries, given !== null && given.id === entry]
    part.n++
    if (given) result.ms.push(performance.now() - began)
    if (right) result.entries.right++
    else if (given) {
      part.wrong++
      result.wrong.push(`${q} → ${given.title}`)
    }
  }
  return result
}
