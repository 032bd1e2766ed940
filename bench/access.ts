// What access lists and a filter cost a question among 20,000 documents, beside the same question where there are neither.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putProfile } from '../src/backends/sqlite/profiles.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'
import { createStore } from '../src/backends/sqlite/thread.ts'
import { multilingualModelId } from '../src/embed/models.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import { parseProfile } from '../src/profiles/profile.ts'
import { readFilter } from '../src/search/filter.ts'
import type { Selection } from '../src/search/selection.ts'
import { madeUpDocuments } from './documents.ts'
import { loadEmbedder } from './embedding.ts'
import { quantile, type Figure } from './figures.ts'
import { company, putVectors, written } from './search.ts'
import type { Options } from './stack.ts'

/** Every other document is for everyone, the others for one of these; the person is in two of the four groups. */
const lists = ['group:staff', 'group:sales', 'group:board', 'group:store'].map(name => [name])
const names = ['group:staff', 'group:sales', 'user:42']
/** Few, as pages and shops send them: each is read once for each state of the documents. */
const filters = [{ price: { lte: 70 } }, { brand: 'Nord' }, { price: { gte: 20 }, tags: { in: ['red', 'blue'] } }]
const perRound = 20
const open = 'open'

export async function access ({ quick, model = multilingualModelId }: Options): Promise<Figure[]> {
  const count = quick ? 2000 : 20_000
  const rounds = quick ? 5 : 8
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const store = createStore({ dataDir })
  const embedder = await loadEmbedder(model)
  try {
    await putProfile(store, company, written)
    await putProfile(store, open, { ...written, id: open })
    const documents = (await madeUpDocuments(count)).map((document, i) => ({
      ...document,
      values: [
        ['price', [i % 100]], ['brand', [i % 4 > 1 ? 'Nord' : 'Acme']], ['tags', [['red', 'blue', 'green'][i % 3]!]],
      ] as [string, (string | number)[]][],
      ...(i % 2 ? { access: lists[(i >> 1) % 4]! } : {}),
    }))
    for (let i = 0; i < count; i += 500) {
      const some = documents.slice(i, i + 500)
      await store.run('putDocuments', company, { index: 'pages', language: 'fr', documents: some })
      await store.run('putDocuments', open, { index: 'pages', language: 'fr', documents: some.map(({ access, ...document }) => document) })
    }
    for (const one of [company, open]) await putVectors(store, embedder, quick ? 50 : 200, one)
    const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
    const profiles = { own: parseProfile(written), open: parseProfile({ ...written, id: open }) }
    const { signal } = new AbortController()
    const step = Math.floor(count / (2 * perRound * rounds))
    const asked = documents.filter((_, n) => n % step === 0)
    let next = 0

    /** Asks the next questions, and returns the CPU of one of them, all threads, in ms. */
    async function cpuOf (selectionOf: (i: number) => Selection | null): Promise<number> {
      const before = process.cpuUsage()
      for (let i = 0; i < perRound; i++) {
        const { question } = asked[next++ % asked.length]!
        const selection = selectionOf(i)
        const vector = embedder.embedQuestion(question)
        const query = analyzeQuestion(question, 'fr', 'fr')
        const { passages } = await engine.search({
          ...(selection ? { company: profiles.own, selection } : { company: profiles.open }),
          query, vectors: [{ model: embedder.defaultModel, vector }], limit: 6, signal,
        })
        assert.equal(passages.length, 6, question)
        for (const { id } of selection ? passages : []) {
          const { access = names, values } = documents[Number(id.split('/d')[1])]!
          assert.ok(access.some(name => selection!.names.includes(name)), 'a document of others')
          if (selection!.filter === byBrand) assert.equal(values[1]![1][0], 'Nord')
        }
      }
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000 / perRound
    }

    const read = filters.map(readFilter)
    const byBrand = read[1]
    const ways = {
      nothing: () => null, lists: () => ({ names }), both: (i: number) => ({ names, filter: read[i % read.length]! }),
    } satisfies Record<string, (i: number) => Selection | null>
    const cpu = { nothing: [] as number[], lists: [] as number[], both: [] as number[] }
    // The first round warms up the caches. The ways take turns, so that the machine's moods are shared.
    for (let round = 0; round <= rounds; round++) {
      for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
        const value = await cpuOf(ways[way])
        if (round > 0) cpu[way].push(value)
      }
    }
    const bare = quantile(cpu.nothing, 0.5)
    return [
      {
        name: `${count} documents, half of them restricted: CPU of a question with a filter and groups`, unit: 'ms',
        value: quantile(cpu.both, 0.5), bare, goal: { of: 'ratio', atMost: 1.3 },
        note: 'bare: the same documents without lists, and no filter',
      },
      { name: 'with groups alone', unit: 'ms', value: quantile(cpu.lists, 0.5), bare },
    ]
  } finally {
    await embedder.close()
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
