// npm run eval: retrieval and answers on evaluation sets and on the golden sets.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseUnits } from '../src/llm/extractive.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { wilson } from '../src/evaluation/intervals.ts'
import { random } from '../src/evaluation/random.ts'
import { askAcrossLanguages, askCompanies, goldenCompanies } from './companies.ts'
import { askFiles, type FileOutcome } from './files.ts'
import { describeGroup, groupsOf, linesOf, outcomeOf } from './company-figures.ts'
import type { GoldenCompany } from '../test/golden/companies/read.ts'
import { createCorpus, type Corpus } from './corpus.ts'
import { measureConversations, type GoldenConversation } from './conversations.ts'
import { faqQuestions, measureFaq, type FaqQuestion } from './faq.ts'
import { median, quantile } from './figures.ts'
import { measureGolden, type GoldenSet } from './golden.ts'
import { createMeilisearchCorpus } from './meilisearch-corpus.ts'
import { measure, plainRanking, withTypo, type EvalSet, type Measured } from './measures.ts'

const help = `Usage: npm run eval -- [options] [FILE…]

Measures retrieval (R@1, R@5, MRR@10, each question clean and with one typo, beside plain BM25) on evaluation sets
{name, lang, docs, queries}, how often the extractive answer holds an accepted span where a set has "answers", the
answers to golden sets {company_id, questions, …}, and what completing follow-ups gains on golden
conversations. FILE: sets; all of test/golden and ../shared/eval by default.

  --companies  the golden companies' questions instead: held-out figures with 95 % intervals, by language and size
  --across    questions in another language than the golden companies' documents instead
  --files     questions about golden files of all formats: the right string in the model's prompt, and in an answer's first line
  --gaps      gaps instead: clusters of questions against hand-made topics, and what publishing an entry answers and breaks
  --catalogue N  documents of the generated company among them, 0 for none (300)
  --json      one JSON object a set instead of lines for people
  --misses    list the golden questions that failed
  --models    folder of the embedding models (./var/models)
  --embedding models as in EMBEDDING_MODELS (the default ones)
  --meilisearch URL  search a Meilisearch, whose master key is in MEILI_MASTER_KEY; it is loaded first
  --plan      fanout or lean, with --meilisearch
  --help      this text
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    companies: { type: 'boolean', default: false },
    across: { type: 'boolean', default: false },
    files: { type: 'boolean', default: false },
    gaps: { type: 'boolean', default: false },
    catalogue: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    models: { type: 'string', default: './var/models' },
    embedding: { type: 'string' },
    meilisearch: { type: 'string' },
    plan: { type: 'string', default: 'fanout' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit(0)
}
if (values.gaps) {
  const { reportGaps } = await import('./gaps-report.ts')
  process.exit(await reportGaps({ modelsDir: values.models, json: values.json }))
}
const files = values.companies || values.across || values.files
  ? []
  : positionals.length > 0
    ? positionals
    : [...globSync('test/golden/*.json'), ...globSync('../shared/eval/*.json')].sort()
for (const file of files) {
  if (!existsSync(file)) {
    process.stderr.write(`eval: there is no file ${file}\n`)
    process.exit(1)
  }
}

const percent = (share: number) => (100 * share).toFixed(1).padStart(5)
const line = (label: string, { r1, r5, mrr }: Measured) =>
  `  ${label.padEnd(24)} R@1 ${percent(r1)}  R@5 ${percent(r5)}  MRR@10 ${percent(mrr)}`

const log = (text: string) => process.stderr.write(`${text}\n`)
const corpus =
  values.meilisearch === undefined
    ? await createCorpus({ modelsDir: values.models, ...(values.embedding ? { models: values.embedding.split(',') } : {}), log })
    : await createMeilisearchCorpus({
      modelsDir: values.models, url: values.meilisearch, adminKey: process.env.MEILI_MASTER_KEY ?? '',
      plan: values.plan === 'lean' ? 'lean' : 'fanout', log,
    })
try {
  if (values.companies) await evaluateCompanies(corpus, goldenCompanies(Number(values.catalogue)))
  if (values.across) await evaluateAcross(corpus)
  if (values.files) await evaluateFiles(corpus)
  let samples = false
  for (const file of files) {
    const set = JSON.parse(readFileSync(file, 'utf8')) as
      EvalSet | GoldenSet | { conversations: GoldenConversation[] } | { faq: FaqQuestion[] }
    if ('company_id' in set || 'conversations' in set || 'faq' in set) {
      if (!samples) await corpus.loadSamples('data')
      samples = true
      if ('conversations' in set) await evaluateConversations(corpus, set.conversations)
      else if ('faq' in set) await evaluateFaq(corpus, 'faq', set.faq)
      else await evaluateGolden(corpus, set)
    } else {
      await evaluateSet(corpus, set, basename(file, '.json').replace(/[^A-Za-z0-9]+/g, '-'))
    }
  }
} finally {
  await corpus.close()
}

async function evaluateSet (corpus: Corpus, set: EvalSet, company: string): Promise<void> {
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
  if (values.json) return print({ set: set.name, documents: set.docs.length, questions: set.queries.length, ...result })
  print(`${set.name} (${set.docs.length} documents, ${set.queries.length} questions)`)
  print(line('plain BM25', result.bm25_clean!))
  print(line('causerie', result.clean!))
  print(line('plain BM25, one typo', result.bm25_typo!))
  print(line('causerie, one typo', result.typo!))
  const { one_sentence: one, two_sentences: two } = result.clean!
  if (one !== undefined) print(`  answer holds a span: one sentence ${percent(one)} %, two at most ${percent(two!)} %`)
}

async function evaluateGolden (corpus: Corpus, set: GoldenSet): Promise<void> {
  const result = await measureGolden(corpus, set)
  if (values.json) return print({ set: set.company_id, ...result })
  print(`${set.company_id} (golden set)`)
  for (const kind of ['questions', 'paraphrases'] as const) {
    const { n, string, cited, refused } = result[kind]
    print(
      `  ${kind.padEnd(13)} ${String(n).padStart(3)}: string in the answer ${percent(string)} %, document cited ${percent(cited)} ` +
      `%, refused ${percent(refused)} %`
    )
  }
  for (const kind of ['unanswerable', 'unstated'] as const) {
    print(`  ${kind.padEnd(13)} ${String(result[kind].n).padStart(3)}: said to be not found ${percent(result[kind].refused)} %`)
  }
  await evaluateFaq(corpus, `  FAQ of ${set.company_id}`, faqQuestions(set))
  if (values.misses) {
    for (const [kind, { misses }] of Object.entries(result)) for (const miss of misses) print(`    ${kind}: ${miss}`)
  }
}

async function evaluateFaq (corpus: Corpus, name: string, questions: FaqQuestion[]): Promise<void> {
  const { entries, others, wrong, ms } = await measureFaq(corpus, questions)
  if (values.json) return print({ set: name, entries, others, ms_p95: quantile(ms, 0.95) })
  print(
    `${name}: questions that an entry answers ${entries.n}, given it ${percent(entries.right / entries.n)} %, given another ` +
    `${entries.wrong}; others ${others.n}, given one ${others.wrong}; ${median(ms).toFixed(0)} ms p50, ` +
    `${quantile(ms, 0.95).toFixed(0)} p95`
  )
  if (values.misses) for (const one of wrong) print(`    ${one}`)
}

async function evaluateConversations (corpus: Corpus, conversations: GoldenConversation[]): Promise<void> {
  for (const [name, list] of [
    ['conversations', conversations], ['conversations, held out', conversations.filter(one => one.held_out)],
  ] as const) {
    const { followUps, standAlone, misses } = await measureConversations(corpus, list)
    if (values.json) {
      print({ set: name, conversations: list.length, followUps, standAlone })
      continue
    }
    const { n, completed, asTyped } = followUps
    print(`${name} (${list.length})`)
    print(
      `  follow-ups    ${String(n).padStart(3)}: document cited ${percent(completed.cited / n)} % (as typed ` +
      `${percent(asTyped.cited / n)} %), string in the answer ${percent(completed.string / n)} % (${percent(asTyped.string / n)} %)`
    )
    print(`  stand-alone   ${String(standAlone.n).padStart(3)}: changed ${standAlone.changed}`)
    if (values.misses) for (const miss of misses) print(`    ${miss}`)
  }
}

async function evaluateAcross (corpus: Corpus): Promise<void> {
  for (const [language, figures] of Object.entries(await askAcrossLanguages(corpus))) {
    if (values.json) print({ language, ...figures })
    else {
      const { n, amongFive, answered, heldString } = figures
      print(
        `documents in ${language}, ${n} questions in other languages: right document among five ${percent(amongFive / n)} %, answered ` +
        `${percent(answered / n)} %, string in the answer ${percent(heldString / n)} %`
      )
    }
  }
}

async function evaluateFiles (corpus: Corpus): Promise<void> {
  const outcomes = await askFiles(corpus)
  const groups: [string, FileOutcome[]][] = [
    ['all files', outcomes],
    ...[...Map.groupBy(outcomes, ({ asked }) => `${/\w+$/.exec(asked.file)![0]} by ${asked.program}`)].sort(),
    ...Map.groupBy(outcomes, ({ company }) => company),
  ]
  for (const [name, group] of groups) {
    const share = (key: 'inPrompt' | 'inLine') => group.filter(outcome => outcome[key]).length
    if (values.json) print({ group: name, n: group.length, in_prompt: share('inPrompt'), in_first_line: share('inLine') })
    else {
      print(`${name.padEnd(24)} ${String(group.length).padStart(3)}: ${withInterval('in the prompt', share('inPrompt'), group.length)}, ` +
      withInterval('in the first line', share('inLine'), group.length))
    }
  }
  if (!values.misses) return
  for (const { asked, inPrompt, inLine, line } of outcomes) {
    if (!inPrompt || !inLine) {
      print(`    ${asked.file}${inPrompt ? '' : ' NOT IN THE PROMPT'}: ${asked.q} → ${line || '(not found)'} ` +
      `(${asked.answer.join(' | ')})`)
    }
  }
}

function withInterval (name: string, hits: number, n: number): string {
  const [low, high] = wilson(hits, n)
  return `${name} ${percent(hits / n)} % (${percent(low)} to ${percent(high)})`
}

async function evaluateCompanies (corpus: Corpus, companies: GoldenCompany[]): Promise<void> {
  const asked = await askCompanies(corpus, companies)
  const outcomes = await Promise.all(asked.map(one => outcomeOf(corpus, one)))
  for (const [name, group] of groupsOf(outcomes)) {
    if (values.json) print({ group: name, lines: linesOf(group) })
    else print(describeGroup(name, group))
  }
  if (!values.misses) return
  for (const { asked, text, refused, string, cited } of outcomes) {
    // Held-out questions must not be read, or they would be fitted on by hand.
    if (asked.heldOut !== null || asked.kind === 'unstated' || (asked.kind === 'answered' ? string && cited : refused)) continue
    print(`    ${asked.company} ${asked.kind}: ${asked.q} → ${refused ? '(not found)' : text} (${asked.answer.join(' | ')})`)
  }
}

function print (what: string | object): void {
  process.stdout.write(`${typeof what === 'string' ? what : JSON.stringify(what)}\n`)
}
