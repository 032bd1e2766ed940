// What `npm run eval` measures without a service, part by part, with the engine and the models themselves.
import { globSync } from 'node:fs'
import { wilson } from '../src/evaluation/intervals.ts'
import { askAcrossLanguages, askCompanies, goldenCompanies } from './companies.ts'
import { describeGroup, groupsOf, linesOf, outcomeOf } from './company-figures.ts'
import { measureConversations, readConversations } from './conversations.ts'
import type { Corpus } from './corpus.ts'
import { faqQuestions, measureFaq, readFaq, type FaqQuestion } from './faq.ts'
import { median, quantile } from './figures.ts'
import { askFiles, type FileOutcome } from './files.ts'
import { reportGaps } from './gaps-report.ts'
import { readGolden } from './golden.ts'
import { percent, print } from './print.ts'
import { evaluateRetrieval } from './retrieval.ts'

export interface PartOptions {
  modelsDir: string
  json: boolean
  misses: boolean
  /** Documents of the generated company. */
  catalogue: number
}
type Measuring = (corpus: Corpus, files: readonly string[], options: PartOptions) => Promise<void>
/** Returns the exit code. */
type Run = (open: () => Promise<Corpus>, files: readonly string[], options: PartOptions) => Promise<number>

const onCorpus = (measure: Measuring): Run => async (open, files, options) => {
  await measure(await open(), files, options)
  return 0
}

export const parts = {
  retrieval: {
    about: 'sets {name, lang, docs, queries}: R@1, R@5, MRR@10, clean and with a typo, beside plain BM25; ../shared/eval by default',
    run: onCorpus(async (corpus, files, { json }) => {
      for (const file of files.length > 0 ? files : globSync('../shared/eval/*.json').sort()) await evaluateRetrieval(corpus, file, json)
    }),
  },
  conversations: { about: 'what completing follow-ups gains on the golden conversations', run: onCorpus(evaluateConversations) },
  faq: { about: 'which FAQ entries are given to questions in other words, and wrongly to others', run: onCorpus(evaluateFaqs) },
  companies: {
    about: 'the golden companies\' questions: held-out figures with 95 % intervals, by language and size', run: onCorpus(evaluateCompanies),
  },
  across: { about: 'questions in another language than the golden companies\' documents', run: onCorpus(evaluateAcross) },
  files: {
    about: 'golden files of all formats: the right string in the model\'s prompt, and in an answer\'s first line',
    run: onCorpus(evaluateFiles),
  },
  gaps: {
    about: 'clusters of questions against hand-made topics, and what publishing an entry answers and breaks',
    run: (_, __, options) => reportGaps(options),
  },
} satisfies Record<string, { about: string, run: Run }>
export type Part = keyof typeof parts

async function evaluateFaqs (corpus: Corpus, _: readonly string[], options: PartOptions): Promise<void> {
  await corpus.loadSamples('data')
  for (const company of ['fjord-outdoor', 'petit-nid']) {
    await evaluateFaq(corpus, `FAQ of ${company}`, faqQuestions(readGolden(`test/golden/${company}.json`)), options)
  }
  await evaluateFaq(corpus, 'faq', readFaq('test/golden/faq.json'), options)
}

async function evaluateFaq (corpus: Corpus, name: string, questions: FaqQuestion[], { json, misses }: PartOptions): Promise<void> {
  const { entries, others, wrong, ms } = await measureFaq(corpus, questions)
  if (json) return print({ set: name, entries, others, ms_p95: quantile(ms, 0.95) })
  print(
    `${name}: questions that an entry answers ${entries.n}, given it ${percent(entries.right / entries.n)} %, given another ` +
    `${entries.wrong}; others ${others.n}, given one ${others.wrong}; ${median(ms).toFixed(0)} ms p50, ` +
    `${quantile(ms, 0.95).toFixed(0)} p95`
  )
  if (misses) for (const one of wrong) print(`    ${one}`)
}

async function evaluateConversations (corpus: Corpus, files: readonly string[], { json, misses: isListed }: PartOptions): Promise<void> {
  await corpus.loadSamples('data')
  const conversations = (files.length > 0 ? files : ['test/golden/conversations.json']).flatMap(readConversations)
  for (const [name, list] of [
    ['conversations', conversations], ['conversations, held out', conversations.filter(one => one.held_out)],
  ] as const) {
    const { followUps, standAlone, misses } = await measureConversations(corpus, list)
    if (json) {
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
    if (isListed) for (const miss of misses) print(`    ${miss}`)
  }
}

async function evaluateAcross (corpus: Corpus, _: readonly string[], { json }: PartOptions): Promise<void> {
  for (const [language, figures] of Object.entries(await askAcrossLanguages(corpus))) {
    const { n, amongFive, answered, heldString } = figures
    print(json
      ? { language, ...figures }
      : `documents in ${language}, ${n} questions in other languages: right document among five ${percent(amongFive / n)} %, answered ` +
        `${percent(answered / n)} %, string in the answer ${percent(heldString / n)} %`)
  }
}

async function evaluateFiles (corpus: Corpus, _: readonly string[], { json, misses }: PartOptions): Promise<void> {
  const outcomes = await askFiles(corpus)
  const groups: [string, FileOutcome[]][] = [
    ['all files', outcomes],
    ...[...Map.groupBy(outcomes, ({ asked }) => `${/\w+$/.exec(asked.file)![0]} by ${asked.program}`)].sort(),
    ...Map.groupBy(outcomes, ({ company }) => company),
  ]
  for (const [name, group] of groups) {
    const share = (key: 'inPrompt' | 'inLine') => group.filter(outcome => outcome[key]).length
    print(json
      ? { group: name, n: group.length, in_prompt: share('inPrompt'), in_first_line: share('inLine') }
      : `${name.padEnd(24)} ${String(group.length).padStart(3)}: ${withInterval('in the prompt', share('inPrompt'), group.length)}, ` +
        withInterval('in the first line', share('inLine'), group.length))
  }
  if (!misses) return
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

async function evaluateCompanies (corpus: Corpus, _: readonly string[], { json, misses, catalogue }: PartOptions): Promise<void> {
  const asked = await askCompanies(corpus, goldenCompanies(catalogue))
  const outcomes = await Promise.all(asked.map(one => outcomeOf(corpus, one)))
  for (const [name, group] of groupsOf(outcomes)) print(json ? { group: name, lines: linesOf(group) } : describeGroup(name, group))
  if (!misses) return
  for (const { asked, text, refused, string, cited } of outcomes) {
    // Held-out questions must not be read, or they would be fitted on by hand.
    if (asked.heldOut !== null || asked.kind === 'unstated' || (asked.kind === 'answered' ? string && cited : refused)) continue
    print(`    ${asked.company} ${asked.kind}: ${asked.q} → ${refused ? '(not found)' : text} (${asked.answer.join(' | ')})`)
  }
}
