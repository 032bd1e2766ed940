import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { requireWritable } from '../../../src/backends/sqlite/data-directory.ts'

import { temporaryFolder } from '../../helper.ts'

t.test('an empty folder takes companies, and stays empty', async t => {
  const dir = await temporaryFolder(t)
  await requireWritable(dir)
  t.same(await readdir(dir), [])
})

t.test('a file, or a folder that is gone, takes none', async t => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'file'), '')
  for (const name of ['file', 'gone']) {
    await t.rejects(requireWritable(join(dir, name)), { code: 'STORE_UNREADABLE', message: /Check DATA_DIR: nothing can be written/ })
  }
})
