// Damaged files, a full disk, a killed process: coded errors, no partial writes, and the others continue.
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { loadSamples } from '../../../src/backends/sqlite/samples.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { createStore, type Store } from '../../../src/backends/sqlite/thread.ts'
import { firstLine } from '../../fixtures/first-line.ts'
import { ask, document, ids, put, searchFolder, searchProfile, type Ending } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

const child = fileURLToPath(new URL('../../fixtures/search-child.ts', import.meta.url))

/** Opens a store with a company of 500 documents that are all in its file, and a small second one. */
async function closedShop (t: Ending): Promise<{ dir: string, path: string, open: () => Store }> {
  const dir = await searchFolder(t)
  const first = createStore({ dataDir: dir })
  const filler = 'and more words to fill the pages '.repeat(20)
  await put(first, 'shop', Array.from({ length: 500 }, (_, i) => document(`p${i}`, `lamp azurite ${i} ${filler}`)))
  await put(first, 'other', [document('a', 'azurite')])
  await first.close()
  const open = () => {
    const store = createStore({ dataDir: dir })
    t.teardown(() => store.close())
    return store
  }
  return { dir, path: join(dir, 'companies', 'shop.sqlite'), open }
}

const damages: Record<string, (path: string) => Promise<void>> = {
  'garbage from end to end': async path => writeFile(path, randomBytes((await stat(path)).size)),
  'garbage after the first page': async path => {
    const bytes = await readFile(path)
    randomBytes(bytes.length - 4096).copy(bytes, 4096)
    await writeFile(path, bytes)
  },
  'text in its place': path => writeFile(path, 'this is no database\n'.repeat(1000)),
  'cut in the middle': async path => truncate(path, Math.floor((await stat(path)).size / 8192) * 4096),
  'cut within its header': path => truncate(path, 60),
}

for (const [name, damage] of Object.entries(damages)) {
  t.test(`a damaged file, ${name}: throws a coded error, answers other companies, and works at once after a repair`, async t => {
    const { dir, path, open } = await closedShop(t)
    await copyFile(path, join(dir, 'good'))
    await damage(path)
    const store = open()
    const engine = createSqliteEngine({ store, timeoutMs: 20_000 })
    const search = () => ask(engine, 'lamp azurite 7')
    // A question may be answered from undamaged pages: every answer must be right, or be STORE_CORRUPT.
    await t.rejects(search(), { code: 'STORE_CORRUPT', statusCode: 500, retryable: false })
    await t.rejects(put(store, 'shop', Array.from({ length: 500 }, (_, i) => document(`p${i}`, `changed ${i}`))), { code: 'STORE_CORRUPT' })
    t.same(ids(await ask(engine, 'azurite', { company: searchProfile({ id: 'other' }) })), ['products/a'])

    await copyFile(join(dir, 'good'), path)
    await Promise.all(['-wal', '-shm'].map(end => rm(path + end, { force: true })))
    t.equal((await search()).passages.length, 6, 'restored')

    await damage(path)
    await search().catch(() => {})
    await rm(path)
    t.same(ids(await search()), [], 'deleted')
    t.match(await put(store, 'shop', [document('a', 'azurite')]), { written: 1 })
    t.same(ids(await search()), ['products/a'], 'rebuilt')
  })
}

function run (command: string, args: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { encoding: 'utf8', timeout: 100_000 })
}

t.test('survives a file that is truncated while it is open and searched', async t => {
  const dir = await searchFolder(t)
  const { stdout, signal, status, stderr } = run(process.execPath, [child, 'truncate', dir])
  t.same({ signal, status }, { signal: null, status: 0 }, stderr)
  const outcomes = JSON.parse(stdout) as string[]
  t.ok(outcomes.includes('STORE_CORRUPT'))
  t.same(outcomes.filter(outcome => outcome !== 'ok' && outcome !== 'STORE_CORRUPT'), [])
})

interface Filled { failure: string, whole: number, found: number, answers: number, other: number, newcomer: string }

t.test('throws a coded error on a full disk, writes nothing by halves, and answers questions', async t => {
  const dir = await searchFolder(t)
  mkdirSync(join(dir, 'disk'))
  const inside = `mount -t tmpfs -o size=4m tmpfs "$0" && exec "${process.execPath}" "${child}" fill "$0"`
  const { stdout, status } = run('unshare', ['-rm', 'sh', '-c', inside, join(dir, 'disk')])
  if (status !== 0) {
    t.pass('no small disk can be mounted here')
    return
  }
  const { failure, whole, found, answers, other, newcomer } = JSON.parse(stdout) as Filled
  t.equal(failure, 'STORE_FULL')
  t.ok(whole > 0)
  t.equal(found, whole, 'whole batches only')
  t.equal(answers, 6)
  t.equal(other, 1)
  t.equal(newcomer, 'STORE_FULL')
})

t.test('does the same for a file that may not grow', { skip: process.platform === 'win32' }, async t => {
  const dir = await searchFolder(t)
  // In kB. A limit of the process gives EFBIG, which SQLite reports as a failed write. The test runner's hooks are
  // left out: they end a process on the limit's signal, which Node itself ignores.
  const { stdout, stderr } = run('bash', ['-c', `unset NODE_OPTIONS; ulimit -f 3000; exec "${process.execPath}" "${child}" fill "$0"`, dir])
  const { failure, whole, found, answers, other } = JSON.parse(stdout || `{"failure":${JSON.stringify(stderr)}}`) as Filled
  t.match(failure, /^STORE_(FULL|UNREADABLE)$/)
  t.equal(found, whole)
  t.equal(answers, 6)
  t.equal(other, 1)
})

t.test('completes a load in the next process after ten kills', async t => {
  const dir = await searchFolder(t)
  const samples = join(dir, 'samples')
  await mkdir(join(samples, 'shop'), { recursive: true })
  await writeFile(
    join(samples, 'shop', 'company.json'),
    JSON.stringify({ id: 'shop', name: 'Shop', language: 'en', indexes: { products: { title: 'name', text: ['text'] } } })
  )
  const write = (round: number) =>
    writeFile(
      join(samples, 'shop', 'products.json'),
      JSON.stringify(
        Array.from({ length: 400 }, (_, i) => ({
          id: `p${i}`, name: `Lamp ${i}`, text: `azurite ${i} of round ${round} ${'more words '.repeat(40)}`,
        }))
      )
    )
  let cut = 0
  for (let round = 0; round < 10; round++) {
    await write(round)
    const process_ = spawn(process.execPath, [child, 'load', dir, samples], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(process_, 'exit')
    t.equal(await firstLine(process_), 'started')
    // Killed as soon as the file grows beyond a size that differs from round to round, or when it ends by itself.
    await grown(join(dir, 'companies', 'shop.sqlite-wal'), 50_000 * (1 + round), ended)
    process_.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') cut++
  }
  t.ok(cut > 0, `${cut} were cut short`)

  const store = createStore({ dataDir: dir })
  t.teardown(() => store.close())
  const [loaded] = await loadSamples({ dir: samples, store, onChanged: () => {} })
  t.match(loaded, { company: 'shop', documents: 400, rejected: 0 })
  const passages = await store.run('pendingPassages', 'shop', { after: 0, limit: 1000 })
  t.equal(passages.length, 400)
  t.ok(passages.every(({ text }) => text.includes('of round 9 ')), 'all of the last round')
  const engine = createSqliteEngine({ store, timeoutMs: 20_000 })
  t.equal(ids(await ask(engine, 'Lamp 377'))[0], 'products/p377')
})

async function grown (path: string, size: number, ended: Promise<unknown>): Promise<void> {
  const run = { over: false }
  ended.then(() => { run.over = true })
  await until(async () => run.over || ((await stat(path).catch(() => null))?.size ?? 0) >= size)
}
