// Asks a golden set's questions with the engine and the extractive model themselves; `causerie eval`'s code judges the answers.
import { readFileSync } from 'node:fs'
import type { EvalCase, Observed, Outcome } from '../src/evaluation/case.ts'
import { readSet } from '../src/evaluation/read-set.ts'
import { runCases } from '../src/evaluation/run.ts'
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

const defaultPassages = 6

export function readGolden (file: string): GoldenSet {
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenSet
}

/** Returns how the questions of a set went; their groups are the lists of the set. */
export function measureGolden (corpus: Corpus, set: GoldenSet, passages = defaultPassages): Promise<Outcome[]> {
  const { cases } = readSet(JSON.stringify(set), 'golden.json')
  return runCases(cases, { ask: one => ask(corpus, set.company_id, one, passages), concurrency: 1, signal: new AbortController().signal })
}

async function ask (corpus: Corpus, company: string, { question }: EvalCase, passages: number): Promise<Observed> {
  const { language } = await corpus.profile(company)
  const since = performance.now()
  const { terms, passages: given, ...found } = await corpus.search(company, question, passages)
  const chosen = isFound(question, language, language, { terms, passages: given, ...found })
    ? chooseUnits({ question, language, documentsLanguage: language, terms, passages: given })
    : []
  return {
    answer: chosen.map(unit => unit.kind === 'fact' ? `${given[unit.passage]!.title} — ${unit.text}` : unit.text).join(' '),
    refused: chosen.length === 0,
    answeredBy: 'extractive',
    cited: [...new Set(chosen.map(({ passage }) => passage))].sort((a, b) => a - b),
    given,
    found: given.map(({ id, title, url, text }) => ({ id, title, url, text, contradicts: false })),
    ms: performance.now() - since,
    tokens: 0,
  }
}
