// A process that is killed while it replaces a company's vectors: one complete set is searched at all times.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { faults } from '../../fixtures/document-store.ts'
import { openDatabase } from '../../fixtures/company-file.ts'
import { document, put, searchStore } from '../../fixtures/search-store.ts'

const child = fileURLToPath(new URL('../../fixtures/vectors-child.ts', import.meta.url))
const passages = 100

/** Returns the model that is searched, and how many passages have vectors of it. */
function searched (path: string): { model: string, n: number } {
  const db = openDatabase(path)
  const row = db.prepare(`SELECT m.id AS model, count(DISTINCT w.passage) AS n FROM index_models i JOIN models m ON m.model = i.model
    JOIN windows w ON w.model = i.model GROUP BY m.id`).get() as { model: string, n: number }
  db.close()
  return row
}

t.test('every kill leaves a complete set, and the next process goes on', async t => {
  const { store, dir, path } = await searchStore(t)
  await put(store, 'shop', Array.from({ length: passages }, (_, i) => document(`p${i}`, `lamp ${i}`)))
  await store.close()
  let cut = 0
  let model = 'first'
  const fill = async (wanted: string, killAfter: number) => {
    const writer = spawn(process.execPath, [child, dir, wanted], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    let tasks = 0
    createInterface(writer.stdout).on('line', () => { if (++tasks >= killAfter) writer.kill('SIGKILL') })
    const [, signal] = await ended
    if (signal === 'SIGKILL') cut++
    return signal === null
  }
  t.ok(await fill(model, Infinity))
  for (const next of ['second', 'third']) {
    for (let round = 0; ; round++) {
      const isDone = await fill(next, round < 5 ? 6 + 3 * round : Infinity)
      const { model: own, n } = searched(path('shop'))
      t.ok([model, next].includes(own), own)
      t.equal(n, passages, 'each passage has a vector of the model that is searched')
      if (isDone) break
    }
    t.equal(searched(path('shop')).model, next)
    t.same(faults(path('shop')), [])
    model = next
  }
  t.ok(cut >= 4, `${cut} were cut short`)
})
