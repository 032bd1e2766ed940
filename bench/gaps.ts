// Measures gaps through the whole service: clusters against hand-made topics, and what publishing an entry answers and breaks.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../src/app.ts'
import { putProfile } from '../src/backends/sqlite/profiles.ts'
import { makeConfig } from '../src/config.ts'
import { sortQuestions } from '../src/gaps/sort.ts'
import type { Exemplar } from '../src/gaps/store.ts'
import { createQuestionVectors, toBytes } from '../src/gaps/vector.ts'
import { parseProfile } from '../src/profiles/profile.ts'
import { readCompany, type GoldenCompany } from '../test/golden/companies/read.ts'
import { documentsOf } from './companies.ts'
import { openEmbedder } from './corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { random } from '../src/evaluation/random.ts'
import { adjustedRand } from './adjusted-rand.ts'

export interface TopicQuestion { topic: string, language: string, question: string }

/** A gap to close: the questions that show it, and others that only come later. */
interface GoldenGap { company: string, question: string, answer: string, asked: string[], later: string[] }

const folder = new URL('../test/golden/gaps/', import.meta.url)
const batch = 10

/** Reads questions, each under its topic. */
export function readTopics (text = readFileSync(new URL('questions.txt', folder), 'utf8')): TopicQuestion[] {
  let topic = ''
  return text.split('\n').flatMap(line => {
    const [, language, question] = /^(fr|en|de|es) (.+)$/.exec(line) ?? []
    if (language && question) return { topic, language, question }
    if (/^[a-z-]+$/.test(line)) topic = line
    return []
  })
}

export interface ClusterFigures { name: string, questions: number, topics: number, clusters: number, rand: number }

/** Sorts the questions as they come, ten at a time in random order, as the recorder does. */
async function clusterAs (name: string, questions: readonly (TopicQuestion & Exemplar)[], seed: number): Promise<ClusterFigures> {
  const next = random(seed)
  const order = questions.map(question => ({ question, at: next() })).sort((a, b) => a.at - b.at).map(({ question }) => question)
  let id = 0
  let since = 0
  const sorted: Exemplar[] = []
  for (let at = 0; at < order.length; at += batch) {
    const fresh = order.slice(at, at + batch)
    sorted.push(...fresh.map(({ n, vector, model }) => ({ n, vector, model, gap: '' })))
    since += fresh.length
    const isFull = since >= Math.max(10, 0.1 * sorted.length)
    if (isFull) since = 0
    const { moved } = await sortQuestions({ questions: sorted, fixed: [] }, isFull, () => `gap-${id++}`)
    const gaps = new Map(moved)
    for (const question of sorted) question.gap = gaps.get(question.n) ?? question.gap
  }
  const gapOf = new Map(sorted.map(({ n, gap }) => [n, gap]))
  const found = questions.map(({ n }) => gapOf.get(n)!)
  return {
    name, questions: questions.length, topics: new Set(questions.map(({ topic }) => topic)).size, clusters: new Set(found).size,
    rand: adjustedRand(questions.map(({ topic }) => topic), found),
  }
}

/** Clusters all questions, and those of each language alone. */
export async function measureClusters ({ modelsDir, seeds = 5, models }: {
  modelsDir: string, seeds?: number, models?: string[]
}): Promise<ClusterFigures[]> {
  const embedder = await openEmbedder({ modelsDir, ...(models ? { models } : {}) })
  try {
    const vectors = createQuestionVectors({ embedder })
    const questions: (TopicQuestion & Exemplar)[] = []
    for (const [n, topic] of readTopics().entries()) {
      const { vector, model } = await vectors.vectorOf(topic.question, topic.language)
      questions.push({ ...topic, n, gap: '', vector: toBytes(vector), model })
    }
    const figures: ClusterFigures[] = []
    for (const language of ['all', ...new Set(questions.map(({ language }) => language))]) {
      const own = questions.filter(question => language === 'all' || question.language === language)
      const runs = await Promise.all(Array.from({ length: seeds }, (_, seed) => clusterAs(language, own, seed + 1)))
      // The middle run stands for all; the order in which questions come makes a difference.
      figures.push(runs.sort((a, b) => a.rand - b.rand)[Math.floor(seeds / 2)]!)
    }
    return figures
  } finally {
    await embedder.close()
  }
}

export interface ClosingFigures {
  gaps: number
  /** Questions that were asked, those that were recorded as not answered, and the gaps that they were sorted into. */
  asked: number
  missed: number
  found: number
  /** Of the questions of the published gaps, those that are answered from the entry. */
  answered: number
  /** The same of other wordings, which the entry does not have. */
  later: number
  laterAnswered: number
  /** Other questions of the companies that went right before, and those of them that do not now. */
  rightBefore: number
  broken: string[]
}

/** Asks in vain, publishes an entry for each gap with the variants of its own, and asks all questions again, over HTTP. */
export async function measureClosing ({ modelsDir, log }: { modelsDir: string, log: (text: string) => void }): Promise<ClosingFigures> {
  const gaps = JSON.parse(readFileSync(new URL('closing.json', folder), 'utf8')) as GoldenGap[]
  const dir = mkdtempSync(join(tmpdir(), 'causerie-gaps-'))
  const app = await buildApp(makeConfig({
    DATA_DIR: dir, SAMPLES_DIR: '', MODELS_DIR: modelsDir, RATE_LIMIT_CALLS: 0, RATE_LIMIT_KEY_CALLS: 0, WARM_QUESTIONS: 0,
    LOG_LEVEL: 'silent',
  }))
  const figures: ClosingFigures = {
    gaps: gaps.length, asked: 0, missed: 0, found: 0, answered: 0, later: 0, laterAnswered: 0, rightBefore: 0, broken: [],
  }
  try {
    await app.ready()
    await app.embedder.ready()
    for (const [id, own] of Map.groupBy(gaps, ({ company }) => company)) await measureCompany(app, readCompany(id), own, figures, log)
    return figures
  } finally {
    await app.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measureCompany (
  app: FastifyInstance, company: GoldenCompany, gaps: GoldenGap[], figures: ClosingFigures, log: (text: string) => void,
): Promise<void> {
  const { id } = company.profile
  await putProfile(app.store, id, company.profile)
  const profile = parseProfile(company.profile)
  for (const [index, list] of Object.entries(await documentsOf(company))) await app.documents!.put(profile, index, list)
  await app.vectors.fill([id])

  const before = await rightQuestions(app, company)
  figures.rightBefore += before.size
  let user = 0
  const ask = (question: string) => askOnce(app, id, question, `user-${user++}`)
  for (const gap of gaps) {
    for (const question of gap.asked) {
      figures.asked++
      if ((await ask(question)).finish_reason === 'no_answer') figures.missed++
    }
  }
  // The route waits for a few seconds only, which a busy machine exceeds.
  await app.gapRecorder?.flush()
  // A gap is the one that holds most of its questions.
  for (const gap of gaps) {
    const { data } = (await app.inject(`/v1/gaps?company_id=${id}&limit=100&status=all`)).json() as { data: { id: string }[] }
    const details = await Promise.all(data.map(async ({ id: gapId }) => (await app.inject(`/v1/gaps/${gapId}?company_id=${id}`)).json()))
    const shareOf = ({ examples }: { examples: { question: string }[] }) =>
      gap.asked.filter(asked => examples.some(({ question }) => question === asked)).length
    const best = details.map(detail => ({ detail, share: shareOf(detail) })).sort((a, b) => b.share - a.share)[0]
    if (!best || best.share === 0) {
      log(`${id}: "${gap.question}" has no gap: its questions were answered`)
      continue
    }
    figures.found++
    const published = await app.inject({
      method: 'POST', url: `/v1/gaps/${best.detail.id}/publish`,
      payload: { company_id: id, question: gap.question, answer: gap.answer },
    })
    if (published.statusCode !== 200) throw new Error(published.body)
  }
  for (const gap of gaps) {
    const isAnswered = async (question: string) => comparable((await ask(question)).answer).includes(comparable(gap.answer.slice(0, 40)))
    const failed: string[] = []
    for (const question of gap.asked) {
      if (await isAnswered(question)) figures.answered++
      else failed.push(question)
    }
    for (const question of gap.later) {
      figures.later++
      if (await isAnswered(question)) figures.laterAnswered++
      else failed.push(`(later) ${question}`)
    }
    if (failed.length > 0) log(`${id}: "${gap.question}" not answered: ${failed.join(' | ')}`)
  }
  const after = await rightQuestions(app, company)
  for (const question of before) {
    if (after.has(question)) continue
    const { answered_by: by, answer } = await askOnce(app, id, question, 'golden')
    figures.broken.push(`${id}: ${question} → ${by}: ${answer}`)
  }
}

async function askOnce (app: FastifyInstance, company: string, message: string, user: string) {
  const payload = { company_id: company, user_id: user, message, stream: false }
  const response = await app.inject({ method: 'POST', url: '/chat', payload })
  return response.json() as { answer: string, finish_reason: string, answered_by: string }
}

/** Returns the questions of a company that go right: an accepted string in the answer, or a refusal of what it does not offer. */
async function rightQuestions (app: FastifyInstance, { profile, questions }: GoldenCompany): Promise<Set<string>> {
  const right = new Set<string>()
  for (const { q, answer } of questions.questions) {
    const text = comparable((await askOnce(app, profile.id, q, 'golden')).answer)
    if (answer.some(one => text.includes(comparable(one)))) right.add(q)
  }
  for (const q of [...questions.not_offered, ...questions.unstated]) {
    if ((await askOnce(app, profile.id, q, 'golden')).finish_reason === 'no_answer') right.add(q)
  }
  return right
}
