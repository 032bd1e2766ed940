// npm run learn: fits the weights of the extractive model and of the floor, and shows their results on unseen questions.
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { coreQuestion } from '../src/language/core-question.ts'
import { rankUnits, unitWeights, type UnitFeatures } from '../src/llm/extractive.ts'
import { evidenceWeights, passageEvidence, type Evidence } from '../src/search/evidence.ts'
import { askCompanies, askFitted, goldenCompanies, isRightDocument, type AskedQuestion } from './companies.ts'
import { createCorpus, type Corpus } from './corpus.ts'
import { bestCandidate, dot, fitVerdicts, type Verdict } from './fit.ts'
import { fitChoices, type Choice, type Vector } from '../src/learning/fit.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { readFitted } from '../test/golden/companies/read.ts'
import { readGolden } from './golden.ts'
import type { EvalSet } from './measures.ts'

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: './var/models' },
    catalogue: { type: 'string', default: '300' },
    /** The share of other trades' questions that are refused, where the bias is put. */
    offTopic: { type: 'string', default: '0.95' },
  },
})

/** A question with its features. */
interface Learned extends AskedQuestion {
  units: { choices: (Choice['choices'][number] & { holds: boolean; right: boolean })[]; weight: number }
  verdict: Verdict
}

/** Companies that are fitted on for the floor alone. */
const fittedOnly = new Set(readFitted().map(({ fitted }) => fitted.id))
const unitNames = Object.keys(unitWeights) as (keyof UnitFeatures)[]
const evidenceNames = Object.keys(evidenceWeights).filter(name => name !== 'bias') as (keyof Evidence)[]
const samples = ['petit-nid', 'fjord-outdoor']
const xquad = '../shared/eval/xquad-es.json'
/** Reading questions are many and of one kind. */
const kindWeights = { answered: 1, not_offered: 1, off_topic: 0.5, unstated: 0 }
/** Questions without an answer of the samples: no others are of shops with a hundred products, which are asked for what they lack. */
const sampleWeight = 1.6
const xquadWeight = 0.3

const corpus = await createCorpus({ modelsDir: options.models, log: line => process.stderr.write(`${line}\n`) })
const asked: AskedQuestion[] = []
try {
  asked.push(...await askCompanies(corpus, goldenCompanies(Number(options.catalogue))))
  asked.push(...await askFitted(corpus), ...await askSamples(corpus))
  if (existsSync(xquad)) asked.push(...await askXquad(corpus))
  else process.stderr.write(`${xquad} is not there: learning without it\n`)
} finally {
  await corpus.close()
}
const all = asked.map(learned)
learnUnits()
learnFloor()

/** Asks the golden sets of the sample companies: all of them are fitted on. */
async function askSamples (corpus: Corpus): Promise<AskedQuestion[]> {
  await corpus.loadSamples('data')
  const found: AskedQuestion[] = []
  for (const company of samples) {
    const set = readGolden(`test/golden/${company}.json`)
    const profile = await corpus.profile(company)
    const { language } = profile
    const ask = async (kind: AskedQuestion['kind'], q: string, answer: string[] = [], doc: string[] = []) => found.push({
      company, profile, documents: language, language, size: 100, kind, q, answer, doc, heldOut: null,
      found: await corpus.search(company, q, 6),
    })
    for (const { q, answer, doc } of [...set.questions, ...set.paraphrases]) await ask('answered', q, answer, doc)
    for (const q of set.unanswerable) await ask('not_offered', q)
  }
  return found
}

/** Asks the reading questions: a quarter is fitted on. */
async function askXquad (corpus: Corpus): Promise<AskedQuestion[]> {
  const set = JSON.parse(readFileSync(xquad, 'utf8')) as EvalSet
  await corpus.load('xquad-es', set.lang, set.docs.map(({ title = '', text }, i) => ({ id: String(i), title, text, url: '', fields: [] })))
  const profile = await corpus.profile('xquad-es')
  return Promise.all(set.queries.map(async ({ q, answers = [], rel }, i): Promise<AskedQuestion> => ({
    company: 'xquad-es', profile, documents: set.lang, language: set.lang, size: set.docs.length, kind: 'answered', q, answer: answers,
    doc: rel.map(n => `documents/${n}`), heldOut: i % 4 === 0 ? null : 'question', found: await corpus.search('xquad-es', q, 6),
  })))
}

function learned (question: AskedQuestion): Learned {
  const { language, documents, found, answer, doc, kind, company } = question
  const q = coreQuestion(question.q, language)
  const units = rankUnits({ question: q, language, documentsLanguage: documents, terms: found.terms, passages: found.passages })
  const isReading = company === 'xquad-es'
  const choices = units.filter(({ kind }) => kind !== 'title').map(({ text, passage, features }) => {
    const holds = answer.some(one => comparable(text).includes(comparable(one)))
    const right = isRightDocument(found.passages[passage]!.id, doc)
    return { values: unitNames.map(name => features[name]), holds, right, good: holds && right }
  })
  const candidates = passageEvidence(q, language, documents, found).map(evidence => evidenceNames.map(name => evidence[name]))
  const isOfSample = samples.includes(company) && kind === 'not_offered'
  const weight = isReading ? 0 : kindWeights[kind] * (isOfSample ? sampleWeight : 1)
  return {
    ...question,
    units: { choices, weight: isReading ? xquadWeight : 1 },
    verdict: { candidates, positive: kind === 'answered', weight },
  }
}

function learnUnits (): void {
  const useful = all.filter(({ kind, company }) => kind === 'answered' && !fittedOnly.has(company))
  const weights = fitChoices(useful.filter(isFitted).map(({ units }) => units))
  process.stdout.write('units: string in 1 / 2 / 3 units, document among 3; fitted, and as in the code\n')
  for (const [name, own] of [
    ...parts(useful),
    ['reading, held out', useful.filter(one => one.company === 'xquad-es' && !isFitted(one))] as const,
  ]) {
    process.stdout.write(
      `  ${name.padEnd(20)} ${hits(own, weights)}    ${hits(
        own,
        unitNames.map(key => unitWeights[key])
      )}\n`
    )
  }
  process.stdout.write(`  weights: ${unitNames.map((name, i) => `${name}: ${weights[i]!.toFixed(1)}`).join(', ')}\n`)
}

/** Questions whose passages do not include the answer would teach the floor something false. */
function teaches ({ verdict, found, doc }: Learned): boolean {
  return !verdict.positive || found.passages.some(({ id }) => isRightDocument(id, doc))
}

function learnFloor (): void {
  const useful = all.filter(({ company, kind }) => company !== 'xquad-es' && kind !== 'unstated')
  const fitted = useful.filter(isFitted).filter(teaches)
  const weights = fitVerdicts(fitted.map(({ verdict }) => verdict))
  process.stdout.write('floor: refused of not offered / off-topic when 5 % / 10 % of the answerable are; fitted, and as in the code\n')
  const code = [...evidenceNames.map(name => evidenceWeights[name]), evidenceWeights.bias]
  for (const [name, own] of parts(useful)) process.stdout.write(`  ${name.padEnd(20)} ${caught(own, weights)}    ${caught(own, code)}\n`)
  const companies = [...new Set(fitted.map(({ company }) => company))]
  const unseen = companies.flatMap(company => {
    const others = fitVerdicts(fitted.filter(one => one.company !== company).map(({ verdict }) => verdict), { steps: 800 })
    return fitted.filter(one => one.company === company).map(one => ({ one, score: bestCandidate(one.verdict, others).score }))
  })
  process.stdout.write(`  each company by the others: ${caughtBy(unseen)}\n`)
  const trades = fitted
    .filter(({ kind }) => kind === 'off_topic')
    .map(one => bestCandidate(one.verdict, weights).score)
    .sort((a, b) => a - b)
  const floor = trades[Math.floor(trades.length * Number(options.offTopic))]!
  process.stdout.write(`  weights: ${evidenceNames.map((name, i) => `${name}: ${weights[i]!.toFixed(1)}`).join(', ')}, ` +
    `bias that refuses ${options.offTopic} of other trades' questions: ${(weights.at(-1)! - floor).toFixed(2)}\n`)
}

function isFitted ({ heldOut }: AskedQuestion): boolean {
  return heldOut === null
}

function parts (items: readonly Learned[]): (readonly [name: string, items: Learned[]])[] {
  const own = items.filter(({ company }) => company !== 'xquad-es')
  return [
    ['sample companies', own.filter(({ company }) => samples.includes(company))],
    ['fitted companies', own.filter(one => isFitted(one) && !samples.includes(one.company))],
    ['questions held out', own.filter(({ heldOut }) => heldOut === 'question')],
    ['companies held out', own.filter(({ heldOut }) => heldOut === 'company')],
  ]
}

function hits (items: readonly Learned[], weights: Vector): string {
  const counts = [0, 0, 0, 0]
  for (const { units } of items) {
    const ranked = units.choices.map(unit => ({ unit, score: dot(unit.values, weights) })).sort((a, b) => b.score - a.score)
    for (const n of [1, 2, 3]) if (ranked.slice(0, n).some(({ unit }) => unit.holds)) counts[n - 1]!++
    if (ranked.slice(0, 3).some(({ unit }) => unit.right)) counts[3]!++
  }
  return counts.map(count => (100 * count / items.length).toFixed(1)).join(' / ')
}

function caught (items: readonly Learned[], weights: Vector): string {
  return caughtBy(items.map(one => ({ one, score: bestCandidate(one.verdict, weights).score })))
}

/** Returns the shares of the unanswerable that score below the floor that refuses 5 % and 10 % of the answerable. */
function caughtBy (scored: readonly { one: Learned; score: number }[]): string {
  const answerable = scored.filter(({ one }) => one.kind === 'answered').map(({ score }) => score).sort((a, b) => a - b)
  const share = (kind: AskedQuestion['kind'], floor: number) => {
    const own = scored.filter(({ one }) => one.kind === kind)
    return own.length === 0 ? '–' : (100 * own.filter(({ score }) => score < floor).length / own.length).toFixed(0)
  }
  return [0.05, 0.1].map(refused => {
    const floor = answerable[Math.floor(answerable.length * refused)]!
    return `${share('not_offered', floor)} / ${share('off_topic', floor)}`
  }).join(', ')
}
