// Measures retrieval on a set with its documents, each question clean and with one typo, beside plain BM25.
import { readFileSync } from 'node:fs'
import { chooseUnits } from '../src/llm/extractive.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { random } from '../src/evaluation/random.ts'
import type { Corpus } from './corpus.ts'
import { companyOf } from './eval-service.ts'
import { measure, plainRanking, withTypo, type EvalSet, type Measured } from './measures.ts'
import { percent, print } from './print.ts'

export async function evaluateRetrieval (corpus: Corpus, file: string, isJson: boolean): Promise<void> {
  const set = JSON.parse(readFileSync(file, 'utf8')) as EvalSet
  const company = companyOf(file)
  await corpus.load(company, set.lang, set.docs.map(({ title = '', text }, i) => ({ id: String(i), title, text, url: '', fields: [] })))
  const next = random(7)
  const questions = { clean: set.queries.map(({ q }) => q), typo: set.queries.map(({ q }) => withTypo(q, next, set.lang)) }
  const bm25 = plainRanking(set)
  const result: Record<string, Measured & { one_sentence?: number, two_sentences?: number }> = {}
  for (const kind of ['clean', 'typo'] as const) {
    result[`bm25_${kind}`] = measure(questions[kind].map(bm25), set)
    const rankings: number[][] = []
    const held = [0, 0]
    for (const [i, question] of questions[kind].entries()) {
      const found = await corpus.search(company, question, 10)
      rankings.push(found.passages.map(({ id }) => Number(id.split('/')[1])))
      const { answers } = set.queries[i]!
      if (!answers) continue
      const chosen = chooseUnits({
        question, language: set.lang, documentsLanguage: set.lang, terms: found.terms, passages: found.passages.slice(0, 6),
      })
      for (const most of [1, 2]) {
        const text = comparable(chosen.slice(0, most).map(unit => unit.text).join(' '))
        if (answers.some(span => text.includes(comparable(span)))) held[most - 1]!++
      }
    }
    const spans = set.queries.some(({ answers }) => answers)
      ? { one_sentence: held[0]! / set.queries.length, two_sentences: held[1]! / set.queries.length }
      : {}
    result[kind] = { ...measure(rankings, set), ...spans }
  }
  if (isJson) return print({ set: set.name, documents: set.docs.length, questions: set.queries.length, ...result })
  print(`${set.name} (${set.docs.length} documents, ${set.queries.length} questions)`)
  print(line('plain BM25', result.bm25_clean!))
  print(line('causerie', result.clean!))
  print(line('plain BM25, one typo', result.bm25_typo!))
  print(line('causerie, one typo', result.typo!))
  const { one_sentence: one, two_sentences: two } = result.clean!
  if (one !== undefined) print(`  answer holds a span: one sentence ${percent(one)} %, two at most ${percent(two!)} %`)
}

function line (label: string, { r1, r5, mrr }: Measured): string {
  return `  ${label.padEnd(24)} R@1 ${percent(r1)}  R@5 ${percent(r5)}  MRR@10 ${percent(mrr)}`
}
