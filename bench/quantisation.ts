// What the precision of embedding models and of stored vectors costs: size, memory, time, and rank of the right document.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { putProfile } from '../src/backends/sqlite/profiles.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'
import type { PendingPassage } from '../src/backends/sqlite/tasks/vectors.ts'
import { createStore, type Store } from '../src/backends/sqlite/thread.ts'
import { unitVector, type VectorType } from '../src/backends/sqlite/vector-codec.ts'
import type { IndexedDocument } from '../src/documents/document.ts'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import { weightsFile } from '../src/embed/model-files.ts'
import { variantsOf } from '../src/embed/model-variants.ts'
import { defaultModelId, multilingualModelId } from '../src/embed/models.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import { coreQuestion } from '../src/language/core-question.ts'
import { parseProfile, type WrittenProfile } from '../src/profiles/profile.ts'
import { slicesOf } from '../src/slices.ts'
import { companyIds, readCompany } from '../test/golden/companies/read.ts'
import { documentsOf, isRightDocument } from './companies.ts'
import { madeUpDocuments } from './documents.ts'
import { quantile, type Figure } from './figures.ts'
import type { EvalSet } from './measures.ts'
import { company as bigCompany, putVectors, written as bigProfile } from './search.ts'
import type { Options } from './stack.ts'

const modelsDir = fileURLToPath(new URL('../var/models', import.meta.url))
const sharedSet = fileURLToPath(new URL('../../shared/eval/xquad-es.json', import.meta.url))
const dtypes = ['q4', 'q8', 'int8', 'fp16', 'fp32']
const types: VectorType[] = ['float32', 'int8', 'bit']
const looked = 10

/** Documents with questions, and for each question the ids of the right documents. */
interface Case {
  name: string
  profile: WrittenProfile
  documents: Record<string, IndexedDocument[]>
  questions: { q: string, doc: string[] }[]
}

interface Way { type: VectorType, share: number }

const ways: Way[] = [...types.map(type => ({ type, share: 1 })), ...types.map(type => ({ type, share: 0.5 }))]

export async function quantisation ({ quick }: Options): Promise<Figure[]> {
  const figures: Figure[] = []
  const cases = await readCases(quick)
  for (const model of [defaultModelId, multilingualModelId]) {
    const own = cases.filter(({ profile }) => (profile.language === 'en') === (model === defaultModelId))
    const seen = new Set<string>()
    for (const dtype of dtypes) {
      const before = process.memoryUsage.rss()
      const began = performance.now()
      const embedder = createEmbedder({ models: [model], dtype, threads: 1, modelsDir, hubUrl: '', cacheMax: 0 })
      await embedder.ready()
      const loadMs = performance.now() - began
      const [state] = embedder.stats().models
      const name = `${model} ${dtype}`
      try {
        const folder = state?.state === 'ready' ? await folderOf(model, dtype) : null
        if (!folder) figures.push({ name, value: NaN, unit: '', note: 'not to be had here: it comes from the hub alone' })
        else if (seen.has(folder)) figures.push({ name, value: NaN, unit: '', note: `the same file as ${[...seen].join()}` })
        else {
          seen.add(folder)
          figures.push(...await ofModel(name, embedder, folder, { loadMs, rss: process.memoryUsage.rss() - before }, own))
        }
      } finally {
        await embedder.close()
      }
    }
  }
  return [...figures, ...await amongMany(quick)]
}

/** Returns the folder with the files of a variant; null when there is none. */
async function folderOf (model: string, dtype: string): Promise<string | null> {
  for (const { repository, dtype: stored } of variantsOf(model, dtype, 'latin')) {
    const folder = join(modelsDir, repository, 'onnx')
    const names = await readdir(folder).catch((): string[] => [])
    if (names.includes(basename(weightsFile(stored)))) return `${repository} ${stored}`
  }
  return null
}

async function ofModel (
  name: string, embedder: Embedder, folder: string, { loadMs, rss }: { loadMs: number, rss: number }, cases: Case[]
): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const store = createStore({ dataDir })
  try {
    const embedMs: number[] = []
    const ranks = new Map<Way, number[]>(ways.map(way => [way, []]))
    for (const one of cases) {
      const vectors = new Map<string, Float32Array[]>()
      const questions: Float32Array[] = []
      for (const { q } of one.questions) {
        const began = performance.now()
        questions.push((await embedder.embedQuestion(coreQuestion(q, one.profile.language ?? 'und')))!)
        embedMs.push(performance.now() - began)
      }
      for (const [i, way] of ways.entries()) {
        const profile = { ...one.profile, id: `${one.name}-${i}` }
        await load(store, profile, embedder.defaultModel, one.documents, way, async passages => {
          const wanted = passages.filter(passage => !vectors.has(keyOf(passage)))
          const made = wanted.length > 0 ? (await embedder.embedPassages(wanted))! : []
          wanted.forEach((passage, n) => vectors.set(keyOf(passage), made[n]!))
          return passages.map(passage => vectors.get(keyOf(passage))!)
        })
        ranks.get(way)!.push(...await ask(store, profile, one, questions.map(vector => cut(vector, way.share)), embedder.defaultModel))
      }
    }
    const mrr = (way: Way) => 100 * ranks.get(way)!.reduce((sum, rank) => sum + (rank === 0 ? 0 : 1 / rank), 0) / ranks.get(way)!.length
    const exact = mrr(ways[0]!)
    return [
      { name: `${name}: files`, unit: 'MB', value: await megabytesOf(folder), note: folder },
      { name: `${name}: memory`, unit: 'MB', value: rss / 1e6, note: `loaded in ${(loadMs / 1000).toFixed(1)} s` },
      { name: `${name}: a question, p50`, unit: 'ms', value: quantile(embedMs, 0.5), note: `p95 ${quantile(embedMs, 0.95).toFixed(1)}` },
      ...ways.map((way): Figure => ({
        name: `${name}, ${way.type}${way.share < 1 ? ', half of the dimensions' : ''}: MRR@10`, unit: '%', value: mrr(way), bare: exact,
        note: `${ranks.get(way)!.length} questions of ${cases.length} sets`,
      })),
      { name: `${name}: lost by int8`, unit: 'points', value: Math.max(0, exact - mrr(ways[1]!)), goal: { of: 'value', atMost: 0.3 } },
    ]
  } finally {
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function keyOf ({ title, text }: PendingPassage): string {
  return `${title}\n${text}`
}

/** Keeps the first numbers of a vector, as models can be trained for; these ones were not. */
function cut (vector: Float32Array, share: number): Float32Array {
  return share === 1 ? vector : unitVector(vector.slice(0, Math.round(vector.length * share)))
}

/** Writes documents and their vectors. */
async function load (
  store: Store, profile: WrittenProfile, model: string, documents: Case['documents'], { type, share }: Way,
  embed: (passages: PendingPassage[]) => Promise<Float32Array[][]>
): Promise<void> {
  const { id, language } = parseProfile(profile)
  await putProfile(store, id, profile)
  for (const [index, list] of Object.entries(documents)) {
    for (const some of slicesOf(list, 200)) await store.run('putDocuments', id, { index, language, documents: some })
  }
  for (let after = 0; ;) {
    const passages = await store.run('pendingPassages', id, { after, limit: 16 })
    if (passages.length === 0) return
    after = passages.at(-1)!.rowid
    const vectors = await embed(passages)
    await store.run('putVectors', id, {
      model,
      type,
      passages: passages.map((passage, i) => ({
        ...passage,
        // As in src/backends/sqlite/vectors.ts.
        vectors: (passage.further && vectors[i]!.length > 1 ? vectors[i]!.slice(1) : vectors[i]!).map(vector => cut(vector, share)),
      })),
    })
  }
}

/** Asks all questions. Returns the rank of the first right document of each; 0 = it is not among the first ten. */
async function ask (store: Store, written: WrittenProfile, { questions }: Case, vectors: Float32Array[], model: string): Promise<number[]> {
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  const company = parseProfile(written)
  const ranks: number[] = []
  for (const [i, { q, doc }] of questions.entries()) {
    const { passages } = await engine.search({
      company,
      query: analyzeQuestion(coreQuestion(q, company.language), company.language, company.language),
      vectors: [{ model, vector: vectors[i]! }],
      limit: looked,
      signal: new AbortController().signal,
    })
    assert.ok(passages.some(({ similarity }) => similarity !== null), `${model}: the vectors have no part in it`)
    ranks.push(passages.findIndex(({ id }) => isRightDocument(id, doc)) + 1)
  }
  return ranks
}

async function readCases (quick: boolean): Promise<Case[]> {
  const cases: Case[] = []
  for (const id of companyIds()) {
    const company = readCompany(id)
    const { profile, questions } = company
    cases.push({ name: id.slice(0, 20), profile, documents: await documentsOf(company), questions: questions.questions })
  }
  if (!existsSync(sharedSet)) {
    console.error('quantisation: passed over xquad-es, which is in ../shared/eval.')
    return cases
  }
  const { docs, queries } = JSON.parse(readFileSync(sharedSet, 'utf8')) as EvalSet
  return quick ? cases : [...cases, {
    name: 'xquad-es',
    profile: { id: 'xquad-es', name: 'xquad', language: 'es', indexes: { documents: { title: 'title', text: ['text'] } } },
    documents: {
      documents: docs.map(({ title = '', text }, i) => ({ id: `d${i}`, title, text, url: '', fields: [] })),
    },
    questions: queries.filter((_, i) => i % 3 === 0).map(({ q, rel }) => ({ q, doc: rel.map(n => `d${n}`) })),
  }]
}

async function megabytesOf (variant: string): Promise<number> {
  const [repository, dtype] = variant.split(' ') as [string, string]
  const folder = join(modelsDir, repository, 'onnx')
  let bytes = 0
  // Weights of large models are in a file beside it, with more after its name.
  const weights = basename(weightsFile(dtype))
  for (const name of await readdir(folder)) if (name.startsWith(weights)) bytes += (await stat(join(folder, name))).size
  return bytes / 1e6
}

/** Searches 20,000 documents by vectors of each type: written as floats, then converted. */
async function amongMany (quick: boolean): Promise<Figure[]> {
  const count = quick ? 4000 : 20_000
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const store = createStore({ dataDir })
  const embedder = createEmbedder({ models: [defaultModelId], dtype: 'auto', threads: 1, modelsDir, hubUrl: '', cacheMax: 0 })
  try {
    await embedder.ready()
    const documents = await madeUpDocuments(count)
    await putProfile(store, bigCompany, bigProfile)
    for (const some of slicesOf(documents, 500)) {
      await store.run('putDocuments', bigCompany, { index: 'pages', language: 'fr', documents: some })
    }
    await putVectors(store, embedder, quick ? 50 : 200, bigCompany, 'float32')
    const step = Math.floor(count / 100)
    const asked = documents.filter((_, n) => n % step === 0)
    const vectors: Float32Array[] = []
    for (const { question } of asked) vectors.push((await embedder.embedQuestion(question))!)
    const figures: Figure[] = []
    const found = new Map<VectorType, string[][]>()
    for (const type of types) {
      const began = performance.now()
      while (await store.run('convertVectors', bigCompany, { type })) { /* in slices */ }
      const convertedIn = (performance.now() - began) / 1000
      const { ms, ids } = await searchAll(store, asked.map(({ question }) => question), vectors, embedder.defaultModel)
      found.set(type, ids)
      const same = ids.filter((own, i) => own[0] === found.get('float32')![i]![0]).length
      const first = figures[0]?.value
      figures.push({
        name: `${count} documents, ${type}: a search, p95`, unit: 'ms', value: quantile(ms, 0.95), ...(first ? { bare: first } : {}),
        ...(type === 'int8' ? { goal: { of: 'ratio' as const, atMost: 0.5 } } : {}),
        note: `p50 ${quantile(ms, 0.5).toFixed(1)}; the same first one ${same} of ${asked.length}` +
          (type === 'float32' ? '' : `; converted in ${convertedIn.toFixed(1)} s`),
      }, { name: `${count} documents, ${type}: vectors in the file`, unit: 'MB', value: vectorMegabytes(dataDir) })
    }
    return figures
  } finally {
    await embedder.close()
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function searchAll (store: Store, questions: string[], vectors: Float32Array[], model: string) {
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  const company = parseProfile(bigProfile)
  const ms: number[] = []
  const ids: string[][] = []
  for (const [i, question] of [...questions.slice(0, 5), ...questions].entries()) {
    const began = performance.now()
    const { passages } = await engine.search({
      company, query: analyzeQuestion(question, 'fr', 'fr'), vectors: [{ model, vector: vectors[i < 5 ? i : i - 5]! }], limit: 6,
      signal: new AbortController().signal,
    })
    // The first ones warm up.
    if (i < 5) continue
    ms.push(performance.now() - began)
    ids.push(passages.map(({ id }) => id))
  }
  return { ms, ids }
}

function vectorMegabytes (dataDir: string): number {
  const db = new DatabaseSync(join(dataDir, 'companies', `${bigCompany}.sqlite`), { readOnly: true })
  const { bytes } = db.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name GLOB '*vectors_1*'").get() as { bytes: number }
  db.close()
  return bytes / 1e6
}
