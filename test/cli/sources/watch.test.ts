// Following a real folder.
import { appendFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { watchFolder, type WatchOptions } from '../../../cli/sources/watch.ts'
import { temporaryFolder } from '../../helper.ts'

/** Follows a folder until the test ends; `tells` waits for a report. */
async function follow (t: Test, dir: string, options: Partial<WatchOptions> = {}) {
  const stop = new AbortController()
  const log: string[] = []
  const errors: unknown[] = []
  let { promise: more, resolve: tell } = Promise.withResolvers<void>()
  const note = (kind: string) => async (paths: string[]) => {
    log.push(...paths.map(path => `${kind} ${path}`))
    tell()
    ;({ promise: more, resolve: tell } = Promise.withResolvers<void>())
  }
  const watching = await watchFolder({
    dir, settleMs: 40, rescanMs: 60_000, signal: stop.signal, onChange: note('+'), onGone: note('-'),
    onError: error => {
      errors.push(error)
      tell()
    },
    ...options,
  })
  t.teardown(async () => {
    stop.abort()
    await watching.ended
  })
  return {
    ...watching, stop, log, errors,
    /** Waits until all of these have been reported, and clears them. */
    async tells (...expected: string[]): Promise<string[]> {
      const late = AbortSignal.timeout(60_000)
      const { promise: overdue, reject } = Promise.withResolvers<never>()
      late.addEventListener('abort', () => reject(new Error(`Only told: ${log.join(', ')}`)))
      while (!expected.every(line => log.includes(line))) await Promise.race([more, overdue])
      return log.splice(0).sort()
    },
  }
}

t.test('reports the files that exist, then those that appear, change and go', async t => {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, 'sub'))
  await writeFile(join(dir, 'a.md'), 'a')
  await writeFile(join(dir, 'sub', 'b.md'), 'b')
  const { ready, log, tells, errors } = await follow(t, dir)
  await ready
  t.same(log.splice(0).sort(), ['+ a.md', '+ sub/b.md'])
  await writeFile(join(dir, 'c.md'), 'c')
  await tells('+ c.md')
  await appendFile(join(dir, 'sub', 'b.md'), 'more')
  t.same(await tells('+ sub/b.md'), ['+ sub/b.md'])
  await rm(join(dir, 'a.md'))
  t.same(await tells('- a.md'), ['- a.md'])
  await rename(join(dir, 'c.md'), join(dir, 'sub', 'd.md'))
  t.same(await tells('- c.md', '+ sub/d.md'), ['+ sub/d.md', '- c.md'])
  await rename(join(dir, 'sub'), join(dir, 'moved'))
  t.same(await tells('- sub/b.md', '+ moved/d.md', '+ moved/b.md', '- sub/d.md'), [
    '+ moved/b.md', '+ moved/d.md', '- sub/b.md', '- sub/d.md',
  ])
  await mkdir(join(dir, 'deep', 'er'), { recursive: true })
  await writeFile(join(dir, 'deep', 'er', 'e.md'), 'e')
  await tells('+ deep/er/e.md')
  await rm(join(dir, 'moved'), { recursive: true })
  t.same(await tells('- moved/b.md', '- moved/d.md'), ['- moved/b.md', '- moved/d.md'])
  t.same(errors, [])
})

t.test('leaves out ignored names, and those that no pattern matches', async t => {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, '.git'))
  await mkdir(join(dir, 'sub'))
  for (const name of [
    '.hidden', '.git/config', '~$letter.docx', 'notes~', 'x.tmp', 'x.part', 'x.crdownload', '.x.swp', '#x#', '4913', 'x.png', 'sub/a.md',
    'b.md', 'x.PDF',
  ]) { await writeFile(join(dir, name), 'x') }
  const { ready, log } = await follow(t, dir, { glob: ['**/*.md', '*.PDF'] })
  await ready
  t.same(log.sort(), ['+ b.md', '+ sub/a.md', '+ x.PDF'])
})

t.test('does not report a file before it has settled', async t => {
  const dir = await temporaryFolder(t)
  const { ready, log, tells } = await follow(t, dir, { settleMs: 600 })
  await ready
  // Needs real time, like the file: it is written to for longer than it takes to settle. Where the machine stands still for half
  // of that, it may rightly be taken for settled; then another file is tried.
  for (let n = 0; ; n++) {
    let [last, longestPause] = [performance.now(), 0]
    for (const until = last + 700; last < until;) {
      await appendFile(join(dir, `slow${n}.txt`), 'more ')
      const now = performance.now()
      longestPause = Math.max(longestPause, now - last)
      last = now
    }
    const isSteady = longestPause < 300
    if (isSteady) t.same(log, [])
    const told = await tells(`+ slow${n}.txt`)
    if (!isSteady) continue
    t.same(told, [`+ slow${n}.txt`], 'once')
    break
  }
})

t.test('reports a file that is saved through another as one change', async t => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'a.md'), 'old')
  const { ready, log, tells } = await follow(t, dir)
  await ready
  log.splice(0)
  await writeFile(join(dir, 'a.md.tmp'), 'new')
  await rename(join(dir, 'a.md.tmp'), join(dir, 'a.md'))
  t.same(await tells('+ a.md'), ['+ a.md'])
})

t.test('does not follow links out of the folder', async t => {
  const outside = await temporaryFolder(t)
  await writeFile(join(outside, 'secret.md'), 'secret')
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, 'real'))
  await writeFile(join(dir, 'real', 'a.md'), 'a')
  await symlink(join(outside, 'secret.md'), join(dir, 'link.md'))
  await symlink(outside, join(dir, 'linked'))
  await symlink(join(dir, 'real'), join(dir, 'again'))
  await symlink(join(dir, 'real', 'a.md'), join(dir, 'inside.md'))
  await symlink(join(dir, 'nowhere'), join(dir, 'dangling.md'))
  await symlink('.', join(dir, 'loop'))
  const { ready, log, tells, errors } = await follow(t, dir)
  await ready
  t.same(log.splice(0).sort(), ['+ inside.md', '+ real/a.md'])
  // A folder that becomes a link out of it has lost its files.
  await rm(join(dir, 'real'), { recursive: true })
  await writeFile(join(outside, 'a.md'), 'other')
  await symlink(outside, join(dir, 'real'))
  t.same(await tells('- real/a.md', '- inside.md'), ['- inside.md', '- real/a.md'])
  t.same(errors, [])
})

t.test('finds missed changes by a scan', async t => {
  const [dir, outside] = [await temporaryFolder(t), await temporaryFolder(t)]
  await writeFile(join(dir, 'a.md'), 'a')
  await link(join(dir, 'a.md'), join(outside, 'b.md'))
  const { ready, tells } = await follow(t, dir, { rescanMs: 100 })
  await ready
  t.same(await tells('+ a.md'), ['+ a.md'])
  // The folder itself does not change.
  await appendFile(join(outside, 'b.md'), 'more')
  t.same(await tells('+ a.md'), ['+ a.md'])
})

t.test('reports a file again whose handling failed', async t => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'a.md'), 'a')
  const told = Promise.withResolvers<string[]>()
  let tries = 0
  const broken = new Error('broken')
  const { errors } = await follow(t, dir, {
    rescanMs: 100,
    onChange: async paths => {
      if (++tries === 1) throw broken
      told.resolve(paths)
    },
  })
  t.same(await told.promise, ['a.md'])
  t.same(errors, [broken])
})

t.test('reports again only the files of a batch that it should, even if they have gone since', async t => {
  const dir = await temporaryFolder(t)
  const names = ['a.md', 'b.md', 'c.md']
  for (const name of names) await writeFile(join(dir, name), name)
  const told: string[] = []
  const gone = Promise.withResolvers<string[]>()
  const again = Promise.withResolvers<void>()
  await follow(t, dir, {
    rescanMs: 100,
    // The files were written a moment apart, so they may settle in one batch or in several.
    async onChange (paths) {
      told.push(...paths)
      if (told.filter(path => path === 'b.md').length >= 3 && names.every(name => told.includes(name))) again.resolve()
      return paths.filter(path => path === 'b.md')
    },
    onGone: async paths => gone.resolve(paths),
  })
  await again.promise
  t.same(told.filter(path => path !== 'b.md').sort(), ['a.md', 'c.md'], 'the others once each')
  await rm(join(dir, 'b.md'))
  t.same(await gone.promise, ['b.md'])
})

t.test('reports no file as gone when the folder itself disappears', async t => {
  const parent = await temporaryFolder(t)
  const dir = join(parent, 'mount')
  await mkdir(dir)
  await writeFile(join(dir, 'a.md'), 'a')
  const failed = Promise.withResolvers<unknown>()
  const { ready, log, tells } = await follow(t, dir, { rescanMs: 50, onError: failed.resolve })
  await ready
  log.splice(0)
  await rename(dir, join(parent, 'unmounted'))
  await mkdir(dir)
  t.match(await failed.promise, { code: 'SOURCE_UNAVAILABLE' })
  t.same(log, [])
  await rm(dir, { recursive: true })
  await rename(join(parent, 'unmounted'), dir)
  await writeFile(join(dir, 'b.md'), 'b')
  t.same(await tells('+ b.md'), ['+ b.md'], 'and it continues when the folder is back')
})

t.test('reports when there are more files than it can follow', async t => {
  const dir = await temporaryFolder(t)
  await Promise.all(Array.from({ length: 300 }, (_, i) => writeFile(join(dir, `${i}.md`), 'x')))
  const batches: number[] = []
  const { ready, errors } = await follow(t, dir, { maxFiles: 250, onChange: async paths => { batches.push(paths.length) } })
  await ready
  t.equal(batches.reduce((sum, n) => sum + n, 0), 250)
  t.ok(batches.every(n => n <= 100), 'in batches')
  t.match(errors, [{ code: 'SOURCE_UNAVAILABLE' }])
})

t.test('rejects when the folder does not exist', async t => {
  await t.rejects(
    watchFolder({
      dir: join(await temporaryFolder(t), 'nothing'), signal: AbortSignal.timeout(1000), onChange: async () => {}, onGone: async () => {},
    }),
    { code: 'ENOENT' }
  )
})

t.test('ends with its signal', async t => {
  const dir = await temporaryFolder(t)
  const { ended, ready, stop } = await follow(t, dir)
  stop.abort()
  await ended
  await ready
  const already = await watchFolder({ dir, signal: AbortSignal.abort(), onChange: async () => {}, onGone: async () => {} })
  await already.ended
})
