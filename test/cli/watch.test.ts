// `causerie watch` against a running service: files that appear, change and go, and files that are left alone.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { steadfast } from '../../cli/service.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { watchCommand } from '../../cli/watch.ts'
import { start } from '../fixtures/command.ts'
import { gate } from '../fixtures/ingest-command.ts'
import { sharedReaders } from '../fixtures/shared-readers.ts'
import { startTestApp, temporaryFolder } from '../helper.ts'

const timing = { patience: { ...steadfast, pauseMs: 20, longestPauseMs: 100 }, settleMs: 40, rescanMs: 300, backMs: 30, reportMs: 60_000 }
const watch = (io: CommandIo) => watchCommand(io, timing)

async function open (t: Test, files: Record<string, string>) {
  const { app, url } = await startTestApp(t, { readers: sharedReaders() })
  const parent = await temporaryFolder(t)
  const dir = join(parent, 'docs')
  await mkdir(join(dir, 'sub'), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
  let puts = 0
  app.server.prependListener('request', request => { if (request.method === 'PUT' && request.url!.includes('/documents')) puts++ })
  const args = [dir, '--company', 'shop', '--index', 'faq', '--url', url]
  const env = { DATA_DIR: join(parent, 'var') }
  return {
    app, url, dir, parent, args, env,
    begin: (...more: string[]) => start(t, watch, [...args, ...more], { env }),
    ids: async () =>
      (await app.inject('/v1/indexes/faq/documents?company_id=shop'))
        .json()
        .data.map(({ id }: { id: string }) => id)
        .filter((id: string) => !['delivery', 'returns'].includes(id)),
    puts: () => puts,
    sources: async () => (await app.inject('/v1/sources?company_id=shop')).json().data,
  }
}

t.test('sends files that exist, appear and change, and removes renamed and deleted ones', async t => {
  const { dir, url, env, begin, ids, sources } = await open(t, {
    'a.md': 'A is first.', 'sub/b.csv': 'id,question,answer\n1,One?,Yes.\n2,Two?,No.\n', 'photo.png': 'x',
  })
  const command = begin()
  await command.says(`Following ${dir}: 2 files.\n`)
  t.match(command.err, `What was sent to ${url} is recorded in ${join(env.DATA_DIR, 'sources')}.\n`)
  t.match(command.text, '+ a.md: 1 document written\n')
  t.match(command.text, '+ sub/b.csv: 2 documents written\n')
  t.match(command.text, '! photo.png was not sent. Unsupported type: picture.\n')
  t.same(await ids(), ['a.md', 'sub/b.csv/1', 'sub/b.csv/2'])
  await writeFile(join(dir, 'c.md'), 'C is third.')
  await command.says('+ c.md: 1 document written\n')
  let from = command.text.length
  await writeFile(join(dir, 'a.md'), 'A has changed.')
  await command.says('+ a.md: 1 document written\n', from)
  await rename(join(dir, 'sub/b.csv'), join(dir, 'sub/d.csv'))
  await command.says('- sub/b.csv\n')
  await command.says('+ sub/d.csv: 2 documents written\n')
  from = command.text.length
  await rm(join(dir, 'c.md'))
  await command.says('- c.md\n', from)
  t.same(await ids(), ['a.md', 'sub/d.csv/1', 'sub/d.csv/2'])
  t.match(await sources(), [{
    kind: 'watch', index: 'faq', place: dir, state: 'following', changed: 2, gone: 0, failed: 1, problems: [/^photo\.png was not sent/],
    next_in_seconds: 60, overdue: false,
  }])
  command.interrupt()
  t.equal(await command.ended, 0)
  t.match(command.out, /Ended\.\n$/)
  t.match(await sources(), [{ state: 'ended', changed: 5, gone: 2, failed: 1 }])
})

t.test('sends changes in the next run, and removes what was deleted in between', async t => {
  const { dir, begin, ids, puts } = await open(t, { 'a.md': 'A is first.', 'b.md': 'B is second.', 'c.md': 'C is third.' })
  const first = begin('--name-prefix', 'kit/')
  await first.says(': 3 files.')
  first.interrupt()
  await first.ended
  t.same(await ids(), ['kit/a.md', 'kit/b.md', 'kit/c.md'])
  const before = puts()
  await rm(join(dir, 'b.md'))
  await writeFile(join(dir, 'c.md'), 'C has changed.')
  const second = begin('--name-prefix', 'kit/', '--exclude', 'a.*')
  await second.says(': 1 file.')
  t.match(second.out, '- kit/b.md\n')
  t.match(second.out, '- kit/a.md\n', 'newly excluded files are removed too')
  t.notMatch(second.out, '+ kit/a.md')
  t.same(await ids(), ['kit/c.md'])
  t.equal(puts() - before, 2, 'asked, then sent')
  second.interrupt()
  await second.ended
  const third = begin('--name-prefix', 'kit/', '--again')
  await third.says('+ kit/c.md: unchanged\n')
  await third.says(': 2 files.')
})

t.test('removes nothing when the folder is suddenly empty', async t => {
  const { dir, begin, ids } = await open(t, { 'a.md': 'A is first.', 'b.md': 'B is second.' })
  const command = begin()
  await command.says(': 2 files.')
  await rm(join(dir, 'a.md'))
  await command.says('- a.md\n')
  await rm(join(dir, 'b.md'))
  await command.says('The folder is suddenly empty: nothing is deleted until it contains files again.\n')
  t.same(await ids(), ['b.md'])
  await writeFile(join(dir, 'c.md'), 'C is third.')
  await command.says('+ c.md: 1 document written\n')
  await command.says('- b.md\n')
  t.same(await ids(), ['c.md'])
  command.interrupt()
  await command.ended
  await rm(join(dir, 'c.md'))
  const next = begin()
  await next.says('The folder contains none of the 1 file that it had before: nothing is deleted.\n')
  t.same(await ids(), ['c.md'])
})

t.test('waits for a folder that disappears and comes back', async t => {
  const { dir, parent, begin, ids } = await open(t, { 'a.md': 'A is first.' })
  const aside = join(parent, 'aside')
  await rename(dir, aside)
  const command = begin()
  await command.says(`${dir} is not there: waiting for it.\n`)
  await rename(aside, dir)
  await command.says(': 1 file.\n')
  // As if a disk were unmounted: another, empty folder takes its place.
  await rename(dir, aside)
  await mkdir(dir)
  await command.says(`${dir} no longer exists, or has been replaced: nothing is deleted.\n`)
  await command.says('The folder contains none of the 1 file that it had before: nothing is deleted.\n')
  t.same(await ids(), ['a.md'])
  const from = command.text.length
  await rm(dir, { recursive: true })
  await rename(aside, dir)
  await command.says(': 1 file.\n', from)
  await writeFile(join(dir, 'b.md'), 'B is second.')
  await command.says('+ b.md: 1 document written\n')
  t.same(await ids(), ['a.md', 'b.md'])
})

t.test('waits for a service that is away', async t => {
  const { url, dir, env, ids } = await open(t, { 'a.md': 'A is first.' })
  let away = true
  const between = await gate(t, url, () => away ? 'break' : null)
  const command = start(t, watch, [dir, '--company', 'shop', '--index', 'faq', '--url', between], { env })
  await command.says(/cannot be reached .* Retrying\.\n/)
  away = false
  await command.says('The service answers again.\n')
  await command.says(': 1 file.')
  away = true
  const from = command.text.length
  await writeFile(join(dir, 'b.md'), 'B is second.')
  await command.says(/cannot be reached .* Retrying\.\n/, from)
  away = false
  await command.says('The service answers again.\n', from)
  await command.says('+ b.md: 1 document written\n', from)
  t.same(await ids(), ['a.md', 'b.md'])
})

t.test('lets only one process follow a folder', async t => {
  const { begin } = await open(t, { 'a.md': 'A is first.' })
  const command = begin()
  await command.says(': 1 file.')
  const second = begin()
  t.equal(await second.ended, 1)
  t.match(second.err, /followed by another process already/)
})

t.test('ends when the service refuses everything', async t => {
  const { begin, dir, url, env } = await open(t, { 'a.md': 'A is first.' })
  const command = start(t, watch, [dir, '--company', 'shop', '--index', 'nothing', '--url', url], { env })
  t.equal(await command.ended, 1)
  t.match(command.err, /shop has no index nothing/)
  const help = begin('--help')
  t.equal(await help.ended, 0)
  t.match(help.out, /Examples:\n {2}causerie watch handbook\//)
})

t.test('reports a rejected file once, and does not send it again', async t => {
  const { dir, begin, puts } = await open(t, { 'a.md': 'A is first.', 'broken.pdf': '%PDF-1.7 nothing' })
  const command = begin()
  await command.says(': 2 files.')
  t.match(command.out, /! broken\.pdf: .*broken.*\(FILE_REJECTED\)\n/)
  command.interrupt()
  await command.ended
  const before = puts()
  const next = begin()
  await next.says(': 2 files.')
  t.equal(puts(), before)
  await writeFile(join(dir, 'broken.pdf'), 'It is text after all.')
  await next.says('+ broken.pdf: 1 document written\n')
})
