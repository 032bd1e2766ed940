// `causerie export` and `import`: the same company elsewhere, byte by byte; and files that are no exports.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { exportCommand, importCommand } from '../../cli/export.ts'
import { readLines } from '../../src/backends/sqlite/exports/lines.ts'
import { importLines } from '../../src/backends/sqlite/exports/read.ts'
import { getProfile, putProfile } from '../../src/backends/sqlite/profiles.ts'
import { createSqliteEngine } from '../../src/backends/sqlite/search.ts'
import { createStore } from '../../src/backends/sqlite/thread.ts'
import type { VectorType } from '../../src/backends/sqlite/vector-codec.ts'
import { readFilter } from '../../src/search/filter.ts'
import { vectorOf } from '../fixtures/app-parts.ts'
import { run } from '../fixtures/command.ts'
import { faults } from '../fixtures/document-store.ts'
import { company, folders, makeShop, model, profile } from '../fixtures/export-shop.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { ask } from '../fixtures/search-store.ts'

/** Asks by words and by vectors, with and without a group and a filter. */
async function answersOf (dataDir: string, id = 'shop') {
  const store = createStore({ dataDir })
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  const answers = []
  for (const text of ['light tent', 'secret lamp', 'cleaning', 'zeppelin', 'words in common']) {
    for (const selection of [
      { names: [] }, { names: ['group:staff'] }, { names: ['user:42'], filter: readFilter({ colour: 'red' }) },
    ]) {
      const vectors = [{ model, vector: vectorOf(text) }]
      const { passages } = await ask(engine, text, { company: { ...company, id }, selection, vectors, limit: 50 })
      // Equal scores come in the order in which the documents were written.
      answers.push(passages.map(({ id, text, score, similarity, title, places }) => ({ id, text, score, similarity, title, places }))
        .sort((a, b) => a.id < b.id ? -1 : 1))
    }
  }
  await store.close()
  return answers
}

for (const types of [['int8'], ['float32'], ['bit'], ['float32', 'int8', 'bit']] as VectorType[][]) {
  t.test(`exports, imports and exports the same bytes, with vectors as ${types.join(', ')}`, async t => {
    const { from, to, file, exported, imported } = await folders(t)
    await makeShop(from, types)
    t.match(await exported(from), { code: 0, err: /\d+ documents \(\d+ chunks, \d+ vectors\) of shop are in .*shop\.jsonl\.gz/ })
    const first = await readFile(file)
    t.match(await imported(file, '--check'), { code: 0, err: /are whole/ })
    t.same(await readdir(to), [], 'a check changes nothing')
    t.match(await imported(file), { code: 0, err: /are in shop/ })
    t.same(faults(join(to, 'companies', 'shop.sqlite')), [])
    t.same(await readdir(join(to, 'companies')), ['shop.sqlite'], 'one file, readable by its owner alone')
    t.match(await exported(to), { code: 2, err: /exists/ })
    t.match(await exported(to, '--replace'), { code: 0 })
    t.equal(Buffer.compare(first, await readFile(file)), 0)
    t.same(await answersOf(to), await answersOf(from), 'the answers are the same')
  })
}

t.test('leaves out vectors of a model that is not used here, and says so', async t => {
  const { from, to, file, exported } = await folders(t)
  await makeShop(from)
  await exported(from)
  const env = { DATA_DIR: to, EMBEDDING_MODELS: 'multilingual-e5-small' }
  t.match(await run(t, importCommand, [file, '--company', 'shop'], { env }),
    { code: 0, err: /vectors of all-MiniLM-L6-v2 left out: EMBEDDING_MODELS has multilingual-e5-small.*found by their words/s })
  const store = createStore({ dataDir: to })
  t.ok((await store.run('pendingPassages', 'shop', { after: 0, limit: 100 })).length > 5, 'they are embedded anew')
  await store.close()
  t.same(faults(join(to, 'companies', 'shop.sqlite')), [])
})

t.test('a company is imported under another id only when that is wanted, and replaces none by accident', async t => {
  const { from, to, file, exported, imported } = await folders(t)
  await makeShop(from)
  await exported(from)
  const other = (...args: string[]) => run(t, importCommand, [file, '--company', 'copy', ...args], { env: { DATA_DIR: to } })
  t.match(await other(), { code: 1, err: /of the company shop. Use --rename.*EXPORT_INVALID/ })
  t.match(await other('--rename'), { code: 0 })
  t.same((await answersOf(to, 'copy')).flat().length, (await answersOf(from)).flat().length)
  t.match(await imported(file), { code: 0 })
  t.match(await imported(file), { code: 2, err: /exists. Use --replace/ })
  const store = createStore({ dataDir: to })
  await store.run('getMeta', 'shop', 'version')
  t.match(await imported(file, '--replace'), { code: 1, err: /in use. Stop the service/ })
  await store.close()
  t.match(await imported(file, '--replace'), { code: 0 })
  t.same((await readdir(join(to, 'companies'))).filter(name => !name.endsWith('.sqlite')), [])
})

t.test('a new company is imported while a service runs, and is found at once', async t => {
  const { from, to, file, exported, imported } = await folders(t)
  await makeShop(from)
  const store = createStore({ dataDir: to })
  await putProfile(store, 'other', { ...profile, id: 'other' })
  await exported(from)
  t.match(await imported(file), { code: 0 })
  const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
  t.equal((await ask(engine, 'light tent', { company })).passages[0]?.id, 'products/tent')
  await store.close()
})

t.test('a company that the service creates during an import stays as it is', async t => {
  const { from, to, file, exported } = await folders(t)
  await makeShop(from)
  await exported(from)
  const store = createStore({ dataDir: to })
  // The file is read to its end before the command looks once more.
  const path = join(to, 'companies', 'shop.sqlite')
  const importing = importLines(readLines(file), {
    path, company: 'shop', isUsed: () => true, onHead: () => {},
    async beforeEnd () {
      await putProfile(store, 'shop', { ...profile, name: 'New' })
      throw new Error('exists')
    },
  })
  await t.rejects(importing, { message: 'exists' })
  t.match((await getProfile(store, 'shop')).profile, { name: 'New' })
  t.same((await readdir(join(to, 'companies'))).filter(name => name.includes('.import')), [])
  await store.close()
})

t.test('what a killed import has left is no company, and is not in the way', async t => {
  const { from, to, file, exported, imported } = await folders(t)
  await makeShop(from)
  await exported(from)
  await mkdir(join(to, 'companies'))
  for (const end of ['', '-wal', '-shm']) await writeFile(join(to, 'companies', `shop.sqlite.import${end}`), 'half of a file')
  const store = createStore({ dataDir: to })
  t.same(await store.companies(), [])
  await store.close()
  t.match(await imported(file), { code: 0 })
  t.same(await readdir(join(to, 'companies')), ['shop.sqlite'])
})

t.test('names what is wrong with the command', async t => {
  const { dir, from, file, exported, imported } = await folders(t)
  t.match(await exported(from), { code: 2, err: /no company shop/ })
  t.match(await imported(file), { code: 2, err: /no file/ })
  t.match(await imported(dir), { code: 2, err: /no file/ })
  const env = { DATA_DIR: from, MEILI_URL: 'http://127.0.0.1:1', MEILI_KEY: 'k', MEILI_KEY_UID: '00000000-0000-4000-8000-000000000000' }
  t.match(await run(t, exportCommand, [file, '--company', 'shop'], { env }), { code: 2, err: /Meilisearch/ })
})

t.test('a damaged file is refused, whatever is wrong with it, and leaves nothing behind', async t => {
  const { dir, from, to, file, exported, imported } = await folders(t)
  await makeShop(from)
  await exported(from)
  const whole = await readFile(file)
  const bad = join(dir, 'bad.gz')
  const isSame = (bytes: Uint8Array): boolean => {
    try {
      return gunzipSync(bytes).equals(gunzipSync(whole))
    } catch {
      return false
    }
  }
  const refused = async (bytes: Uint8Array, what: string) => {
    await writeFile(bad, bytes)
    const { code, err } = await imported(bad)
    const left = await readdir(join(to, 'companies')).catch(() => [])
    if (code !== 1 || !/EXPORT_(INVALID|DAMAGED)/.test(err) || left.length > 0) throw new Error(`${what}: ${code} ${err} ${left.join()}`)
  }
  await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), async length => refused(whole.subarray(0, length), `cut at ${length}`)),
    propertyRuns(40))
  await fc.assert(fc.asyncProperty(fc.integer({ min: 10, max: whole.length - 1 }), fc.nat(7), async (at, bit) => {
    const flipped = Uint8Array.from(whole)
    flipped[at]! ^= 1 << bit
    // Some bits before the checksum only fill a byte: the file says the same without them.
    fc.pre(!isSame(flipped))
    await refused(flipped, `bit ${bit} of ${at}`)
  }), propertyRuns(40))

  const lines = gunzipSync(whole).toString().split('\n').slice(0, -1)
  const [head = '', ...rest] = lines
  const packed = (changed: string[]) => gzipSync(`${changed.join('\n')}\n`)
  /** With the checksum of what it has now. */
  const sealed = (changed: string[]) => {
    const sha256 = createHash('sha256').update(changed.slice(0, -1).map(line => `${line}\n`).join('')).digest('hex')
    return packed([...changed.slice(0, -1), JSON.stringify({ end: { ...JSON.parse(changed.at(-1)!).end, sha256 } })])
  }
  const vector = lines.findIndex(line => line.includes('"int8"'))
  const place = lines.findIndex(line => line.startsWith('{"place"'))
  const secret = lines.findIndex(line => line.startsWith('{"document"') && line.includes('"id":"leaflet"'))
  t.ok(vector > 0 && place > 0 && secret > 0)
  const changed = (at: number, from: string | RegExp, to: string | ((found: string) => string)) =>
    lines.map((line, i) => i === at ? line.replace(from, found => typeof to === 'string' ? to : to(found)) : line)
  const notANumber = (base64: string, at: number) => {
    const bytes = Buffer.from(base64, 'base64')
    bytes.writeFloatLE(NaN, at < 0 ? bytes.length + at : at)
    return bytes.toString('base64')
  }
  const cases: Record<string, Uint8Array> = {
    'not gzip': Buffer.from('PK\u0003\u0004 this is another kind of file'),
    empty: Buffer.from(''),
    'gzip of nothing': gzipSync(''),
    'another kind of lines': packed(['{"id":"1","text":"a document"}']),
    'another version': packed([head.replace('"version":1', '"version":2'), ...rest]),
    'a changed text': packed(changed(1, 'faq', 'fac')),
    'no head': packed(rest),
    'two heads': packed([head, ...lines]),
    'no end': packed(lines.slice(0, -1)),
    'something after the end': packed([...lines, lines[1]!]),
    'a line twice': sealed([head, rest[0]!, ...rest]),
    'a line less': sealed([head, ...rest.slice(0, 3), ...rest.slice(4)]),
    'a chunk before any document': sealed([head, ...rest.slice(1, 3), rest[0]!, ...rest.slice(3)]),
    'a key more': sealed(changed(1, '{"document":{', '{"document":{"x":1,')),
    'no UTF-8': gzipSync(Buffer.from([0x7b, 0xff, 0xfe, 0x0a])),
    'a vector too short': sealed(changed(vector, /"int8","[^"]{8}/, '"int8","')),
    'a model that is not there': sealed(changed(vector, '[[0,', '[[7,')),
    'a chunk that is not there': sealed(changed(place, /"chunk":\d+/, '"chunk":999')),
    'a text that others may read': sealed(changed(secret, /"access":null/, '"access":["group:board"]')),
    'an index with a name that no index has': sealed(changed(1, /"index":"[^"]*"/, '"index":"../faq"')),
    'an index with a model and no such name': sealed([head.replace('"indexes":{', '"indexes":{"a b":0,'), ...rest]),
    'a language that is none': sealed(changed(vector, /"language":"[^"]*"/, '"language":"tlh"')),
    'readers that are none': sealed(changed(secret, /"access":null/, '"access":["everyone"]')),
    'a length that is no number': sealed(changed(vector, /(?<="int8",")[^"]*/, text => notANumber(text, -4))),
    'an index that hides': sealed(changed(1, /"index":"[^"]*"/, '"index":"~"')),
    'a profile that is none': sealed([head.replace('"name":"Shop"', '"name":7'), ...rest]),
    'a bomb': gzipSync(Buffer.alloc(200_000_000, 0x20)),
    'a bomb of lines': gzipSync(Buffer.concat([Buffer.from(`${head}\n`), Buffer.alloc(150_000_000, '{"x":1}\n')])),
  }
  for (const [what, bytes] of Object.entries(cases)) await refused(bytes, what).then(() => t.pass(what), error => t.fail(String(error)))
  await writeFile(bad, cases['another version']!)
  t.match(await imported(bad), { err: /version 2, this release's is 1/ })
})
