// Sends and removes the files of a watched folder, and retries those that failed.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ServiceError } from '../../cli/service.ts'
import type { FileSync } from '../../cli/file-sync.ts'
import { createFolderSync, type SentVersion } from '../../cli/folder-sync.ts'
import { openFolder } from '../../cli/sources/folder.ts'
import { openSourceState } from '../../cli/sources/state.ts'
import { temporaryFolder } from '../helper.ts'

/** Makes a followed folder of files, and a service that refuses those in `refused`. */
async function open (t: Test, names: string[]) {
  const parent = await temporaryFolder(t)
  const dir = join(parent, 'docs')
  await mkdir(dir)
  for (const name of names) await writeFile(join(dir, name), name)
  const state = openSourceState<SentVersion>(parent, ['watch'])
  t.teardown(() => state.close())
  const refused = new Set<string>()
  const log: string[] = []
  const said: string[] = []
  const fileSync: FileSync = {
    async send (file, { digest } = {}) {
      if (refused.has(file.name)) throw new ServiceError(500, 'INTERNAL', 'It failed.')
      log.push(`+ ${file.name}`)
      return { file, task: 't', sha256: digest!.sha256, known: false }
    },
    waitForEnd: async () => ({
      status: 'done', written: 1, unchanged: 0, removed: 0, evicted: 0, chunks: 1, tokens: 1, rejected: 0, rejections: [], warnings: [],
    }),
    async remove (name) {
      log.push(`- ${name}`)
      return 1
    },
  }
  const kept = createFolderSync({
    dir, state, fileSync, prefix: '', exclude: [], again: false,
    say: text => {
      said.push(text)
    },
    fail: error => t.fail(error as Error), signal: AbortSignal.timeout(30_000),
  })
  return { dir, state, refused, log, said, folder: kept.follow(await openFolder(dir, [])) }
}

t.test('keeps a file that is renamed only in its Unicode form', async t => {
  const [composed, decomposed] = ['caf\u00e9.md', 'cafe\u0301.md']
  const { dir, state, log, folder } = await open(t, [composed])
  await folder.onChange([composed])
  await rename(join(dir, composed), join(dir, decomposed))
  await folder.onChange([decomposed])
  await folder.onGone([composed])
  await folder.removeMissing()
  t.same(log, [`+ ${composed}`])
  t.match(state.get(composed), { path: decomposed })
  await writeFile(join(dir, 'other.md'), 'other')
  await rm(join(dir, decomposed))
  await folder.onGone([decomposed])
  t.same(log, [`+ ${composed}`, `- ${composed}`])
})

t.test('retries only the files that failed', async t => {
  const { refused, log, said, folder } = await open(t, ['a.md', 'b.md', 'c.md'])
  refused.add('b.md')
  t.same(await folder.onChange(['a.md', 'b.md', 'c.md']), ['b.md'])
  t.same(log, ['+ a.md', '+ c.md'])
  t.match(said.at(-1), '1 file will be tried again.')
  refused.clear()
  t.same(await folder.onChange(['b.md']), [])
  t.same(log, ['+ a.md', '+ c.md', '+ b.md'])
})

t.test('also retries failed files in a folder that has the name of a removed file', async t => {
  const { dir, refused, log, folder } = await open(t, ['a'])
  await folder.onChange(['a'])
  await rm(join(dir, 'a'))
  await mkdir(join(dir, 'a'))
  await writeFile(join(dir, 'a', 'x.md'), 'x')
  await folder.onChange([join('a', 'x.md')])
  refused.add('a/x.md')
  t.same(await folder.onGone(['a']), [join('a', 'x.md')])
  refused.clear()
  t.same(await folder.onChange([join('a', 'x.md')]), [])
  t.same(log, ['+ a', '+ a/x.md', '- a', '+ a/x.md'])
})
