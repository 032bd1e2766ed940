// Search in 20,000 documents: questions are embedded and searched, compared with a plain FTS5 scan of the same documents.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Embedder } from '../src/embed/embedder.ts'
import { defaultModelId, multilingualModelId } from '../src/embed/models.ts'
import { parseProfile } from '../src/profiles/profile.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import { putProfile } from '../src/backends/sqlite/profiles.ts'
import type { PendingPassage } from '../src/backends/sqlite/tasks/vectors.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'
import { createStore, type Store } from '../src/backends/sqlite/thread.ts'
import { defaultVectorType } from '../src/backends/sqlite/vector-codec.ts'
import { madeUpDocuments, type MadeUp } from './documents.ts'
import { loadEmbedder } from './embedding.ts'
import { quantile, type Figure } from './figures.ts'
import { random } from '../src/evaluation/random.ts'
import type { Options } from './stack.ts'

export const company = 'bench'
export const written = {
  id: company, name: 'Bench', language: 'fr',
  indexes: { pages: { title: 'title', text: ['text'] }, faq: { title: 'title', text: ['text'] } },
}

export async function search ({ quick, model = multilingualModelId }: Options): Promise<Figure[]> {
  const count = quick ? 2000 : 20_000
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const store = createStore({ dataDir })
  const embedder = await loadEmbedder(model)
  try {
    const documents = await madeUpDocuments(count)
    const began = performance.now()
    await putProfile(store, company, written)
    for (let i = 0; i < count; i += 500) {
      await store.run('putDocuments', company, {
        index: i < count / 2 ? 'pages' : 'faq', language: 'fr', documents: documents.slice(i, i + 500),
      })
    }
    const real = await putVectors(store, embedder, quick ? 50 : 400)
    const builtIn = (performance.now() - began) / 1000

    const plain = plainTable(documents)
    const step = Math.floor(count / (quick ? 60 : 300))
    const asked = documents.filter((_, n) => n % step === 0)
    const ours = await searched(store, embedder, asked)
    const scans = asked.map(({ question }) => plain(question))
    return [
      {
        name: `${count} documents: a question embedded and searched, p50`, unit: 'ms', value: quantile(ours.ms, 0.5),
        bare: quantile(scans, 0.5), note: 'bare: FTS5 only, no vector, no second table, no typos',
      },
      {
        name: 'p95', unit: 'ms', value: quantile(ours.ms, 0.95), bare: quantile(scans, 0.95),
        goal: { of: 'value', atMost: model === defaultModelId ? 12 : 20 },
        note: `${real} real vectors, the rest spread around them; built in ${builtIn.toFixed(0)} s`,
      },
      { name: 'CPU of one question, all threads', unit: 'ms', value: ours.cpuMs },
      { name: 'its embedding alone, p95', unit: 'ms', value: quantile(ours.embedMs, 0.95) },
      {
        name: 'one of two indexes, vector known, p95', unit: 'ms', value: quantile(ours.withinMs, 0.95),
        note: `${ours.withinMs.length} questions`,
      },
    ]
  } finally {
    await embedder.close()
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Searches for each document by its own words like `chat/answer.ts`: by vector and by words at the same time. */
async function searched (store: Store, embedder: Embedder, asked: MadeUp[]) {
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  const profile = parseProfile(written)
  const { signal } = new AbortController()
  const times = { ms: [] as number[], embedMs: [] as number[], withinMs: [] as number[], cpuMs: 0 }
  const cpuBefore = process.cpuUsage()
  let found = 0
  let similar = 0
  for (const [i, { question }] of [...asked.slice(0, 20), ...asked].entries()) {
    const began = performance.now()
    let embedMs = 0
    const vector = embedder.embedQuestion(question).then(known => {
      embedMs = performance.now() - began
      return known
    })
    const query = analyzeQuestion(question, 'fr', 'fr')
    const { passages, degraded } = await engine.search({
      company: profile, query, vectors: [{ model: embedder.defaultModel, vector }], limit: 6, signal,
    })
    const ms = performance.now() - began
    assert.ok(degraded === undefined && passages.length === 6, question)

    // The first ones warm up the caches.
    if (i < 20) continue
    if (passages.some(({ similarity }) => similarity !== null)) similar++
    times.ms.push(ms)
    times.embedMs.push(embedMs)
  }
  assert.ok(similar > 0, 'the vectors have no part in it')
  const cpu = process.cpuUsage(cpuBefore)
  times.cpuMs = (cpu.user + cpu.system) / 1000 / (asked.length + 20)

  // The made-up vectors know nothing of the words: beside them a model of a high weight hides what the words find.
  for (const { id, question } of asked) {
    const query = analyzeQuestion(question, 'fr', 'fr')
    const { passages } = await engine.search({ company: profile, query, vectors: [], limit: 6, signal })
    if (passages.some(passage => passage.id.endsWith(`/${id}`))) found++
  }
  assert.ok(found >= 0.9 * asked.length, `only ${found} of ${asked.length} documents were found by their own words`)

  for (const { question } of asked.filter((_, i) => i % 10 === 0)) {
    const query = analyzeQuestion(question, 'fr', 'fr')
    const vectors = [{ model: embedder.defaultModel, vector: await embedder.embedQuestion(question) }]
    const began = performance.now()
    const { passages } = await engine.search({ company: profile, indexes: ['faq'], query, vectors, limit: 6, signal })
    times.withinMs.push(performance.now() - began)
    assert.ok(passages.length > 0 && passages.every(({ index }) => index === 'faq'), 'a passage of another index')
  }
  return times
}

/**
 * Stores vectors for every passage: `real` documents are embedded (all of them would take minutes), the others get one of
 * these vectors with noise, as documents on one subject lie near each other.
 * @returns how many vectors are real
 */
export async function putVectors (
  store: Store, embedder: Embedder, real: number, of = company, type = defaultVectorType
): Promise<number> {
  const next = random(2)
  const model = embedder.defaultModel
  let seeds: Float32Array[] = []
  let made = 0
  for (let after = 0; ;) {
    const pending: PendingPassage[] = await store.run('pendingPassages', of, { after, limit: real })
    if (pending.length === 0) return made
    after = pending.at(-1)!.rowid
    let vectors: Float32Array[][]
    if (seeds.length === 0) {
      vectors = (await embedder.embedPassages(pending))!
      seeds = vectors.flat()
      made = seeds.length
    } else {
      vectors = pending.map(() => Array.from({ length: 2 }, () => near(seeds[Math.floor(next() * seeds.length)]!, next)))
    }
    await store.run('putVectors', of, { model, type, passages: pending.map((passage, i) => ({ ...passage, vectors: vectors[i]! })) })
  }
}

/** Makes a unit vector at a cosine of about 0.7 from another. */
function near (seed: Float32Array, next: () => number): Float32Array {
  const vector = seed.map(value => value + (next() - 0.5) * 0.18)
  const length = Math.hypot(...vector)
  return vector.map(value => value / length)
}

/** Measures the simplest full-text search, in milliseconds per question. */
function plainTable (documents: MadeUp[]): (question: string) => number {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE VIRTUAL TABLE plain USING fts5(title, text)')
  const insert = db.prepare('INSERT INTO plain (rowid, title, text) VALUES (?, ?, ?)')
  db.exec('BEGIN')
  for (const [n, { title, text }] of documents.entries()) insert.run(n, title, text)
  db.exec('COMMIT')
  const find = db.prepare('SELECT rowid, title, text, bm25(plain) AS score FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 6')
  return question => {
    const began = performance.now()
    const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu)!
    assert.ok(find.all(words.map(word => `"${word}"`).join(' OR ')).length > 0, question)
    return performance.now() - began
  }
}
