// A process that is killed while it changes how vectors are stored: each passage is found at all times.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { faults } from '../../fixtures/document-store.ts'
import { ask, document, put, searchProfile, searchStore } from '../../fixtures/search-store.ts'

const child = fileURLToPath(new URL('../../fixtures/vectors-child.ts', import.meta.url))
const passages = 600

t.test('every kill leaves each vector in one form, and the next process goes on', async t => {
  const { store, dir, path } = await searchStore(t)
  for (let i = 0; i < passages; i += 200) {
    await put(store, 'shop', Array.from({ length: 200 }, (_, n) => document(`p${i + n}`, `lamp ${i + n}`)))
  }
  await store.close()
  let cut = 0
  const change = async (type: string, killAfter: number) => {
    const writer = spawn(process.execPath, [child, dir, 'model', type], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    let tasks = 0
    createInterface(writer.stdout).on('line', () => { if (++tasks >= killAfter) writer.kill('SIGKILL') })
    const [, signal] = await ended
    if (signal === 'SIGKILL') cut++
    return signal === null
  }
  t.ok(await change('float32', Infinity))
  for (const type of ['int8', 'bit', 'int8']) {
    for (let round = 0; ; round++) {
      const isDone = await change(type, round < 4 ? 8 + 2 * round : Infinity)
      t.same(faults(path('shop')), [], `${type} ${round}`)
      const reader = createStore({ dataDir: dir })
      const engine = createSqliteEngine({ store: reader, timeoutMs: 60_000 })
      const { passages } = await ask(engine, 'zeppelin', {
        company: searchProfile({ id: 'shop' }), vectors: [{ model: 'model', vector: vectorOf(' lamp 7') }], limit: 50,
      })
      t.equal(passages.length, 50)
      if (type !== 'bit') t.ok(passages.some(({ id }) => id === 'products/p7'))
      await reader.close()
      if (isDone) break
    }
  }
  t.ok(cut >= 4, `${cut} were cut short`)
})
