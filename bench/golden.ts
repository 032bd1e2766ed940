// Measures the answers to a golden set's questions with the extractive model.
import { readFileSync } from 'node:fs'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { chooseUnits } from '../src/llm/extractive.ts'
import { isFound } from '../src/search/evidence.ts'
import type { Corpus } from './corpus.ts'

export interface GoldenQuestion { q: string, answer: string[], doc: string[], typo?: boolean }

/** See test/golden/README.md. */
export interface GoldenSet {
  company_id: string
  questions: GoldenQuestion[]
  paraphrases: GoldenQuestion[]
  unanswerable: string[]
  unstated: string[]
}

export interface Answered {
  n: number
  /** Shares, 0 to 1. */
  string: number
  cited: number
  refused: number
  /** Failed questions, with the answers that were given. */
  misses: string[]
}

export interface Refused { n: number, refused: number, misses: string[] }

export type GoldenResult = Record<'questions' | 'paraphrases', Answered> & Record<'unanswerable' | 'unstated', Refused>

const defaultPassages = 6

export function readGolden (file: string): GoldenSet {
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenSet
}

export async function measureGolden (corpus: Corpus, set: GoldenSet, passages = defaultPassages): Promise<GoldenResult> {
  const { language } = await corpus.profile(set.company_id)

  async function ask (question: string) {
    const found = await corpus.search(set.company_id, question, passages)
    const chosen = isFound(question, language, language, found)
      ? chooseUnits({ question, language, documentsLanguage: language, terms: found.terms, passages: found.passages })
      : []
    return {
      text: chosen.map(unit => unit.kind === 'fact' ? `${found.passages[unit.passage]!.title} — ${unit.text}` : unit.text).join(' '),
      cited: chosen.map(({ passage }) => found.passages[passage]!.id),
    }
  }
  async function answered (questions: GoldenQuestion[]): Promise<Answered> {
    const sum = { n: questions.length, string: 0, cited: 0, refused: 0, misses: [] as string[] }
    for (const { q, answer, doc } of questions) {
      const { text, cited } = await ask(q)
      const holds = answer.some(string => comparable(text).includes(comparable(string)))
      const cites = cited.some(id => doc.includes(id))
      if (holds) sum.string++
      if (cites) sum.cited++
      if (cited.length === 0) sum.refused++
      if (!holds || !cites) sum.misses.push(`${q} → ${cited.length === 0 ? '(not found)' : `${text} [${cited.join(', ')}]`}`)
    }
    return shares(sum, ['string', 'cited', 'refused'])
  }
  async function refused (questions: string[]): Promise<Refused> {
    const sum = { n: questions.length, refused: 0, misses: [] as string[] }
    for (const q of questions) {
      const { text, cited } = await ask(q)
      if (cited.length === 0) sum.refused++
      else sum.misses.push(`${q} → ${text} [${cited.join(', ')}]`)
    }
    return shares(sum, ['refused'])
  }
  return {
    questions: await answered(set.questions),
    paraphrases: await answered(set.paraphrases),
    unanswerable: await refused(set.unanswerable),
    unstated: await refused(set.unstated),
  }
}

function shares<T extends { n: number }> (sum: T, keys: (keyof T)[]): T {
  return { ...sum, ...Object.fromEntries(keys.map(key => [key, sum.n === 0 ? 0 : (sum[key] as number) / sum.n])) }
}
