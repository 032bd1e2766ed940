// Each type of vectors finds the same passages, and one is changed into another while it is searched.
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { createStore, type Store } from '../../../src/backends/sqlite/thread.ts'
import { unitVector, vectorTypes, type VectorType } from '../../../src/backends/sqlite/vector-codec.ts'
import { random } from '../../../src/evaluation/random.ts'
import { readFilter } from '../../../src/search/filter.ts'
import { dot } from '../../../src/similarity.ts'
import { faults } from '../../fixtures/document-store.ts'
import { filling } from '../../fixtures/filling.ts'
import { ask, document, ids, put, remove, searchProfile, searchStore, type Ending } from '../../fixtures/search-store.ts'

const model = 'fake'
const dimensions = 128
const count = 700

/** A vector of its own for each text, in one of thirty directions. */
function vectorOf (text: string): Float32Array {
  const n = Number(/\d+/.exec(text)![0])
  return near(n, random(1000 + n), 0.7)
}

function near (subject: number, next: () => number, width: number): Float32Array {
  const along = random(1 + subject % 30)
  return unitVector(Float32Array.from({ length: dimensions }, () => along() - 0.45 + width * (next() - 0.5)))
}

const texts = Array.from({ length: count }, (_, i) => `lamp ${i}`)
const questions = Array.from({ length: 25 }, (_, i) => near(i * 7, random(5000 + i), 0.6))
const profile = searchProfile({ indexes: { products: { text: ['text'] }, faq: { text: ['text'] } } })

/** Fills a company: three quarters of its documents are products; every fifth is for staff, half are red, some of gold. */
async function fill (store: Store, type: VectorType): Promise<void> {
  for (const index of ['products', 'faq']) {
    const own = texts.flatMap((text, i) => (i % 4 === 0) === (index === 'faq')
      ? [document(`${i}`, text, {
          ...(i % 5 === 0 ? { access: ['group:staff'] } : {}),
          values: i % 2 ? [['colour', ['red']]] : i % 20 === 4 ? [['colour', ['gold']]] : [],
        })]
      : [])
    for (let i = 0; i < own.length; i += 200) await put(store, 'shop', own.slice(i, i + 200), { index })
  }
  const pending = await store.run('pendingPassages', 'shop', { after: 0, limit: count })
  await store.run('putVectors', 'shop', { model, type, passages: pending.map(one => ({ ...one, vectors: [vectorOf(one.text)] })) })
}

async function filled (t: Ending, type: VectorType, options: Parameters<typeof searchStore>[1] = {}) {
  const parts = await searchStore(t, options)
  await fill(parts.store, type)
  return { ...parts, engine: createSqliteEngine({ store: parts.store, timeoutMs: 60_000 }) }
}

const selections = {
  all: {},
  staff: { selection: { names: ['group:staff'] } },
  filtered: { selection: { names: [], filter: readFilter({ colour: 'red' }) } },
  rare: { selection: { names: [], filter: readFilter({ colour: 'gold' }) } },
  faq: { indexes: ['faq'], selection: { names: ['group:staff'] } },
}

/** Tells whether a selection may find a document. */
const accepts: Record<keyof typeof selections, (n: number) => boolean> = {
  all: n => n % 5 !== 0,
  staff: () => true,
  filtered: n => n % 5 !== 0 && n % 2 === 1,
  rare: n => n % 20 === 4,
  faq: n => n % 4 === 0,
}

const errors: Record<VectorType, number> = { float32: 1e-5, int8: 0.01, bit: 0.25 }

for (const type of vectorTypes) {
  t.test(`${type} finds what a comparison with every vector finds, within its error, of what may be found alone`, async t => {
    const { engine } = await filled(t, type)
    for (const [name, more] of Object.entries(selections) as [keyof typeof selections, object][]) {
      let first = 0
      for (const vector of questions) {
        const { passages } = await ask(engine, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 5, ...more })
        const cosines = texts.flatMap((text, i) => accepts[name](i) ? [{ i, cosine: dot(vector, vectorOf(text)) }] : [])
          .sort((a, b) => b.cosine - a.cosine)
        t.equal(passages.length, 5)
        for (const { id, similarity } of passages) {
          const n = Number(id.split('/')[1])
          t.ok(accepts[name](n), `${name} ${id}`)
          t.ok(Math.abs(similarity! - dot(vector, vectorOf(`lamp ${n}`))) < errors[type], `${id} ${similarity}`)
        }
        if (passages[0]!.id.endsWith(`/${cosines[0]!.i}`)) first++
        const least = dot(vector, vectorOf(`lamp ${passages[0]!.id.split('/')[1]}`))
        t.ok(cosines[0]!.cosine - least < 2 * errors[type], 'the first one is as near as the nearest, within the error')
      }
      // The nearest ones are nearer to each other than the error of bits.
      if (type !== 'bit') t.ok(first >= 0.95 * questions.length, `${name}: ${first} of ${questions.length} are the same first ones`)
    }
  })
}

t.test('a company with more vectors than memory may have is searched with the same result', async t => {
  const { engine } = await filled(t, 'int8')
  // Too little for the bytes, which are read from the file then; and for anything but the company that is asked.
  const { engine: small } = await filled(t, 'int8', { vectorMemoryBytes: 1 })
  for (const more of Object.values(selections)) {
    for (const vector of questions.slice(0, 8)) {
      const search = async (one: typeof engine) =>
        (await ask(one, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 10, ...more })).passages
          .map(({ id, similarity }) => [id, similarity])
      t.same(await search(small), await search(engine))
    }
  }
})

t.test('vectors that are being converted are found all the time, and all of them are converted', async t => {
  const { store, engine, path } = await filled(t, 'float32')
  const found = async () => {
    const lists: string[][] = []
    for (const vector of questions) {
      lists.push(ids(await ask(engine, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 1 })))
    }
    return lists
  }
  const before = await found()
  let steps = 0
  while (await store.run('convertVectors', 'shop', { type: 'int8' })) {
    if (steps++ % 3 === 0) t.same(await found(), before, `after ${steps} steps`)
  }
  t.ok(steps > 5)
  t.same(await found(), before)
  t.same(faults(path('shop')), [])
  t.notOk(tablesOf(path('shop')).includes('vectors_1'), 'the old table is gone')
  t.notOk(await store.run('convertVectors', 'shop', { type: 'int8' }), 'nothing is left')
  await remove(store, 'shop', ['1', '2', '3'])
  await put(store, 'shop', [document('1', 'lamp 1')])
  t.same(faults(path('shop')), [])
})

t.test('coarser vectors are made anew from the passages, and are searched until then', async t => {
  const { store, make, path, lamps } = await filling(t)
  await put(store, 'a', lamps(40))
  const embedder = { embedPassages: async (passages: readonly { text: string }[]) => passages.map(({ text }) => [vectorOf(text)]) }
  await make(embedder, 'bit').fill(['a'])
  t.same(tablesOf(path('a')).filter(name => name.includes('vectors')), ['bit_vectors_1'])
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  const vectors = [{ model, vector: vectorOf('lamp 7') }]
  const best = async () => (await ask(engine, 'zeppelin', { company: searchProfile({ id: 'a' }), vectors })).passages[0]!
  t.equal((await best()).id, 'products/p7')
  await make({ ...embedder, embedPassages: async () => null }, 'int8').fill(['a'])
  t.equal((await best()).id, 'products/p7', 'without the model they stay')
  await make(embedder, 'int8').fill(['a'])
  t.ok(Math.abs((await best()).similarity! - 1) < 1e-3)
  t.same(tablesOf(path('a')).filter(name => name.includes('vectors')), ['int8_vectors_1'])
  t.same(faults(path('a')), [])
  await make(embedder, 'bit').fill(['a'])
  t.same(tablesOf(path('a')).filter(name => name.includes('vectors')), ['bit_vectors_1'])
  t.same(faults(path('a')), [])
})

t.test('vectors are read into memory in slices, and all of them are searched, also between two slices', async t => {
  const { store, engine } = await filled(t, 'int8')
  const first = async (vector: Float32Array) =>
    ids(await ask(engine, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 1 }))
  let slices = 1
  while (await store.run('readVectors', 'shop', { models: [model, 'another'], limit: 100 })) {
    if (++slices === 3) t.same(await first(vectorOf('lamp 699')), ['products/699'], 'a question reads the rest')
  }
  t.ok(slices >= 3, `${slices} slices`)
  t.same(await first(vectorOf('lamp 601')), ['products/601'])
  t.notOk(await store.run('readVectors', 'nobody', { models: [model] }), 'a company without a file')
})

t.test('what another process removes, adds or takes back is seen by the next question', async t => {
  const { dir, engine } = await filled(t, 'int8')
  const other = createStore({ dataDir: dir })
  t.teardown(() => other.close())
  const vector = vectorOf('lamp 6')
  const first = async () => (await ask(engine, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 1 })).passages[0]!.id
  t.equal(await first(), 'products/6')
  await remove(other, 'shop', ['6'])
  t.not(await first(), 'products/6')
  await put(other, 'shop', [document('new', 'lamp 6')])
  const pending = await other.run('pendingPassages', 'shop', { after: 0, limit: 10 })
  await t.rejects(other.run('putVectors', 'shop', {
    model, passages: [...pending.map(one => ({ ...one, vectors: [vector] })), { ...pending[0]!, vectors: [new Float32Array(3)] }],
  }), 'all of it is rolled back')
  t.not(await first(), 'products/new')
  await other.run('putVectors', 'shop', { model, passages: pending.map(one => ({ ...one, vectors: [vector] })) })
  t.equal(await first(), 'products/new')
})

t.test('half of the documents removed, the rest is found', async t => {
  const { store, engine, path } = await filled(t, 'int8')
  const vector = vectorOf('lamp 6')
  const first = async () => (await ask(engine, 'zeppelin', { company: profile, vectors: [{ model, vector }], limit: 1 })).passages[0]!.id
  t.equal(await first(), 'products/6')
  await remove(store, 'shop', texts.map((_, i) => `${i}`).filter((_, i) => i % 4 !== 0 && i !== 6))
  t.equal(await first(), 'products/6')
  await remove(store, 'shop', ['6'])
  t.match(await first(), /^faq/)
  t.same(faults(path('shop')), [])
})

function tablesOf (path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '*vectors_[0-9]' ORDER BY name").all()
  db.close()
  return names.map(({ name }) => name as string)
}
