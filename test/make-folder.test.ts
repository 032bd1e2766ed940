import { readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeFolder } from '../src/make-folder.ts'

import { temporaryFolder } from './helper.ts'

t.test('makes a folder and those above it, with their mode', async t => {
  const dir = await temporaryFolder(t)
  const path = join(dir, 'a', 'b', 'c')
  makeFolder(path, 0o700)
  t.equal((await stat(path)).mode & 0o777, 0o700)
  t.equal((await stat(join(dir, 'a'))).mode & 0o777, 0o700)
  makeFolder(path)
  makeFolder(`${path}/`)
  t.same(await readdir(dir), ['a'])
})

t.test('goes through links to folders', async t => {
  const dir = await temporaryFolder(t)
  await symlink(dir, join(dir, 'link'))
  makeFolder(join(dir, 'link', 'a'))
  t.ok(existsSync(join(dir, 'a')))
})

t.test('throws where a file, or a link to nothing, is in the way', async t => {
  const dir = await temporaryFolder(t)
  const file = join(dir, 'file')
  await writeFile(file, '')
  t.throws(() => makeFolder(file), { code: 'ENOTDIR' })
  t.throws(() => makeFolder(join(file, 'a', 'b')), { code: 'ENOTDIR' })
  await symlink(join(dir, 'nothing', 'there'), join(dir, 'link'))
  t.throws(() => makeFolder(join(dir, 'link')), { code: 'EEXIST' })
})

t.test('ends where the system makes no folders', { skip: !existsSync('/proc/self') }, async t => {
  t.throws(() => makeFolder('/proc/causerie/companies'), { code: 'ENOENT' })
  t.throws(() => makeFolder('/proc/companies'), { code: 'ENOENT' })
})
