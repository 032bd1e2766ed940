// The fake Meilisearch answers as the real one did: the recorded requests are sent to it again, in order.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tokens } from '../../fixtures/meili/exchanges.ts'
import type { Fault } from '../../fixtures/meili/faults.ts'
import { createAsker, differences, tolerance, type Recorded, type Token } from '../../fixtures/meili/replay.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { until } from '../../fixtures/until.ts'

const own = join(import.meta.dirname, '../../fixtures/meili/recordings')
const shared = join(import.meta.dirname, '../../../../shared/meilisearch-1.50')

function read (folder: string, file: string): Recorded[] {
  return JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as Recorded[]
}

/** Features that the fake does not have: no test needs them. */
const left: Record<string, string> = {
  federated: 'federated search', 'score details': 'the details of a score', crop: 'the positions of matches',
}

async function replayed (t: Test, folder: string, files: string[], tokens: Record<string, Token>): Promise<void> {
  const ask = createAsker(await startMeili(t), tokens)
  for (const file of files) {
    await t.test(file, async t => {
      for (const recorded of read(folder, file)) {
        if (left[recorded.name] !== undefined && folder === shared) {
          t.comment(`left out: ${recorded.name}, the fake does not know ${left[recorded.name]}`)
          continue
        }
        const { status, body } = await ask(recorded)
        t.same(
          { status, differences: differences(recorded.response.body, body) }, { status: recorded.response.status, differences: [] },
          recorded.name
        )
      }
    })
  }
}

t.test('answers as in our own recordings', async t => {
  await replayed(t, own, ['server', 'indexes', 'documents', 'search', 'multi-search', 'keys', 'pieces', 'stats', 'filters'], tokens)
})

t.test(
  'answers as in the recordings beside the repository', { skip: existsSync(shared) ? false : '../shared/meilisearch-1.50 is not there' },
  async t => {
    await replayed(
      t, shared, ['server', 'indexes', 'settings', 'documents', 'search', 'multi-search', 'keys-and-tenant-tokens', 'stats'],
      {
        'tenant token on products, price < 40': { key: 'search key', searchRules: { 'petit-nid__products': { filter: 'price < 40' } } },
        'tenant token on products': { key: 'search key', searchRules: { 'petit-nid__products': {} } },
        'tenant token of the read key on petit-nid__*': { key: 'read key', searchRules: { 'petit-nid__*': {} } },
        'expired tenant token': { key: 'search key', searchRules: { 'petit-nid__*': {} }, exp: 1000 },
      }
    )
  }
)

t.test('answers a full queue with the fault "busy"', async t => {
  const server = await startMeili(t)
  const ask = createAsker(server, {})
  for (const folder of [own, ...(existsSync(shared) ? [shared] : [])]) {
    const [recorded] = read(folder, 'too-many-searches')
    server.faults.next(1, 'busy')
    const { status, headers, body } = await ask(recorded!)
    t.same(
      { status, after: headers['retry-after'], differences: differences(recorded!.response.body, body) },
      { status: 503, after: recorded!.response.headers['retry-after'], differences: [] }
    )
  }
})

t.test('plays every fault, and answers the next request well again', async t => {
  const server = await startMeili(t)
  const ask = (path = '/indexes') => fetch(server.url + path, { headers: { authorization: `Bearer ${server.masterKey}` } })
  const faulty = async (fault: Fault) => {
    server.faults.next(1, fault)
    const answer = await ask('/indexes/x').then(async answer => ({ status: answer.status, text: await answer.text() }), () => 'cut')
    t.equal((await ask()).status, 200)
    return answer
  }
  t.equal(await faulty('refuse'), 'cut')
  t.match(await faulty('busy'), { status: 503, text: /too_many_search_requests/ })
  t.match(await faulty('forbidden'), { status: 403, text: /invalid_api_key/ })
  t.match(await faulty('error'), { status: 500, text: /internal/ })
  t.match(await faulty('missing'), { status: 404, text: /Index `x` not found/ })
  t.match(await faulty('html'), { status: 200, text: /doctype/ })
  t.match(await faulty('truncated'), { status: 200, text: /^{"hits"/ })
  server.faults.next(1, 'reset')
  const broken = await ask()
  t.equal(broken.status, 200)
  await t.rejects(broken.text())

  const { promise, resolve } = Promise.withResolvers<void>()
  server.faults.on(({ path }) => path === '/indexes' ? { kind: 'slow', until: promise } : 'silence')
  const slow = [ask(), ask()]
  const silent = ask('/health')
  await until(() => server.inFlight.requests >= 3)
  resolve()
  t.same((await Promise.all(slow)).map(({ status }) => status), [200, 200])
  t.ok(server.inFlight.mostRequests >= 3)
  await Promise.all([t.rejects(silent), server.down()])
  await t.rejects(ask(), { cause: { code: 'ECONNREFUSED' } })
  await server.up()
  server.faults.clear()
  t.equal((await ask()).status, 200)
})

t.test('detects differences from a recording', async t => {
  t.same(differences({ a: 1, createdAt: 'x' }, { a: 1, createdAt: 'y' }), [])
  t.same(differences({ a: 1 }, { a: 1, b: 2 }), ['.b: not in the recording'])
  t.same(differences({ a: [{ id: 'x' }] }, { a: [{ id: 'y' }] }), ['.a.0.id: "y" instead of "x"'])
  t.same(differences({ a: null, b: '1' }, { a: {}, b: 1 }).length, 2)
  const scored = (score: number) => ({ hits: [{ _rankingScore: score }] })
  t.equal(differences(scored(0.9), scored(0.9 - 2 * tolerance)).length, 1)
  t.same(differences(scored(0.9), scored(0.9 - tolerance / 2)), [])
})
