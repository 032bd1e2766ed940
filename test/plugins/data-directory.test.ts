// What the service writes can be read by its own user alone.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { ask, question } from '../fixtures/app-client.ts'
import { list, sendAndWait } from '../fixtures/uploads.ts'
import { startTestApp } from '../helper.ts'

t.test('no other user reads a file of the data directory', { skip: process.platform === 'win32' }, async t => {
  const umask = process.umask(0o022)
  t.teardown(() => process.umask(umask))
  const { app, url, dir } = await startTestApp(t)
  await (await ask(url, { ...question, conversation_id: 'c' })).text()
  await sendAndWait(url, 'name=a.txt', 'A text about tents.')
  await sendAndWait(url, '', list([{ id: 'x', question: 'X?', answer: 'Y.' }]), 'application/json')
  await app.keys.create(makeKey({ company: 'shop', scopes: ['chat'] }).key)
  const names = (await readdir(join(dir, 'var'), { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  t.ok(names.some(({ name }) => name === 'shop.sqlite') && names.some(({ name }) => name.endsWith('.zst')))
  t.ok(names.some(({ name }) => name === 'keys.sqlite') && names.some(({ name }) => name.endsWith('.json')))
  for (const { parentPath, name } of names) t.equal((await stat(join(parentPath, name))).mode & 0o077, 0, name)
})
