// A process that is killed while it puts weights into use: one version is in use, the last one that was said or the one after it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openCompanyFile } from '../../../src/backends/sqlite/open.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { tasks } from '../../../src/backends/sqlite/tasks/learning.ts'
import { put, searchFolder } from '../../fixtures/search-store.ts'
import { join } from 'node:path'

const child = fileURLToPath(new URL('../../fixtures/learning-child.ts', import.meta.url))

t.test('leaves one version in use after each of ten kills', async t => {
  const dir = await searchFolder(t)
  const store = createStore({ dataDir: dir })
  await put(store, 'shop', [])
  await store.close()
  for (let round = 0; round < 10; round++) {
    const writer = spawn(process.execPath, [child, dir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    let said = ''
    let count = 0
    createInterface(writer.stdout).on('line', line => {
      said = line
      if (++count > 2 + round * 3) writer.kill('SIGKILL')
    })
    await ended
    const file = openCompanyFile(join(dir, 'companies', 'shop.sqlite'), false)
    const listed = tasks.listLearned(file, null)
    const used = listed.filter(({ isUsed }) => isUsed).map(({ id }) => id)
    const next = said.replace(/\d+$/, n => String(Number(n) + 1))
    t.equal(used.length, 1)
    t.ok([said, next].includes(used[0]!) || Number(used[0]!.split('_')[2]) > Number(said.split('_')[2]), `${used[0]} after ${said}`)
    t.equal(tasks.usedLearned(file, null)?.id, used[0])
    file!.close()
  }
})
