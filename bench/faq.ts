// Measures how often an FAQ entry answers a question that asks the same in other words, and how often one that does not.
import { readFileSync } from 'node:fs'
import { faqEntry } from '../src/chat/faq.ts'
import type { Corpus } from './corpus.ts'
import type { GoldenQuestion, GoldenSet } from './golden.ts'

export interface FaqResult {
  /** Questions that an FAQ entry answers, how many got that entry, and how many got another one. */
  entries: { n: number, right: number, wrong: number }
  /** Questions that no entry answers, and how many got one anyway. */
  others: { n: number, wrong: number }
  wrong: string[]
  /** Milliseconds of search and comparison for each question that got an entry, vectors included. */
  ms: number[]
}

export interface FaqQuestion { company_id: string, q: string, entry: string | null }

const passages = 6

export function readFaq (file: string): FaqQuestion[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { faq: FaqQuestion[] }).faq
}

/** Measures the questions of a golden set against the FAQ only; other documents may answer a question too. */
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
    const model = await corpus.embeddingModel(company)
    const given = await faqEntry(
      corpus.embedder, { id: company, language }, model, q, language, (await corpus.search(company, q, passages)).passages
    )
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
