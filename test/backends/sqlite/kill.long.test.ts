// A process that is killed while it writes documents: each is wholly the old one or wholly the new one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { tasks } from '../../../src/backends/sqlite/tasks/documents.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { openCompanyFile } from '../../../src/backends/sqlite/open.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { documentsOfRound, faults } from '../../fixtures/document-store.ts'
import { searchFolder, searchProfile } from '../../fixtures/search-store.ts'

const child = fileURLToPath(new URL('../../fixtures/documents-child.ts', import.meta.url))

t.test('leaves no document incomplete after twenty kills, and cleans up with the next write', async t => {
  const dir = await searchFolder(t)
  const path = join(dir, 'companies', 'shop.sqlite')
  let cut = 0
  let leftovers = 0
  for (let round = 0; round < 20; round++) {
    const writer = spawn(process.execPath, [child, dir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    // The first rounds end later, so that there is something to replace.
    const last = round < 2 ? Infinity : 3 + round % 10
    let begun = 0
    createInterface(writer.stdout).on('line', () => { if (++begun >= last) writer.kill('SIGKILL') })
    const [, signal] = await ended
    if (signal === 'SIGKILL') cut++

    // In this thread: a store would start one for every round.
    const file = openCompanyFile(path, false)
    const listed = tasks.listDocuments(file, { index: 'products', after: '', limit: 100, prefix: '' })
    t.equal(listed.length, 8)
    for (const { id, title } of listed) {
      const whole = documentsOfRound(Number(title.replace('Round ', ''))).find(document => document.id === id)!
      const read = tasks.getDocument(file, { index: 'products', id })!
      t.strictSame(read.pieces.map(({ text }) => text), whole.chunks!.map(({ text }) => text), `${id} is wholly of ${title}`)
    }
    t.equal(tasks.knowledgeStats(file, null).documents, 8)
    file!.close()
    if (faults(path).some(fault => fault.startsWith('hidden'))) leftovers++
  }
  t.ok(cut >= 15, `${cut} were cut short`)
  t.ok(leftovers > 0, `${leftovers} left something hidden`)
  const store = createStore({ dataDir: dir })
  t.teardown(() => store.close())
  const documents = createSqliteDocuments({ store, maxTokens: 1_000_000, onChanged: () => {} })
  await documents.put(searchProfile(), 'products', documentsOfRound(20))
  t.strictSame(faults(path), [])
  t.ok((await documents.list('shop', 'products', { after: '', limit: 100, prefix: '' })).every(({ title }) => title === 'Round 20'))
})
