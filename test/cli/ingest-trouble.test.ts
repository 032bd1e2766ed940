// `causerie ingest` under difficulties: keys, a service that is away, interruption, a kill, files that change.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { ingestCommand } from '../../cli/ingest.ts'
import { makeKey } from '../../src/keys/key.ts'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { run, start } from '../fixtures/command.ts'
import { allRead, gate, ingest, open, soon } from '../fixtures/ingest-command.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

t.test('handles a missing key, one that may not write, and one that may', async t => {
  const { app, dir, to } = await open(t, { 'a.md': 'A is first.' })
  const keyOf = async (scopes: ('chat' | 'write')[]) => {
    const { text, key } = makeKey({ company: 'shop', scopes, name: '', expiresAt: null })
    await app.keys.create(key)
    return { CAUSERIE_KEY: text }
  }
  const [chat, write] = [await keyOf(['chat']), await keyOf(['write'])]
  // The service has looked at its start, and would look again after KEY_CACHE_SECONDS.
  app.keyVerifier.drop()
  t.match(await run(t, ingest, [dir, ...to]), { code: 1, err: /Put a key with the scope write into CAUSERIE_KEY\. \(KEY_MISSING\)\n$/ })
  t.match(await run(t, ingest, [dir, ...to], { env: chat }), {
    code: 1, err: /Put a key with the scope write into CAUSERIE_KEY\. \(SCOPE_MISSING\)\n$/,
  })
  const taken = await run(t, ingest, [dir, ...to], { env: write })
  t.match(taken, { code: 0, out: /1 document written/ })
  t.notMatch(taken.out + taken.err, write.CAUSERIE_KEY)
})

t.test('retries when the service is full, breaks off or is away for a moment', async t => {
  const { url, dir, ids } = await open(t, { 'a.md': 'A is first.', 'b.md': 'B is second.' })
  const troubles: Parameters<typeof gate>[2][] = [
    () => null,
    () => ({ status: 503, headers: { 'retry-after': '0' }, body: { code: 'QUEUE_FULL', message: 'Too many uploads are waiting.' } }),
    () => 'break', () => null, () => 'break', () => ({ status: 502, body: {} }), () => null, () => 'break',
  ]
  const before = await gate(t, url, line => troubles.shift()?.(line) ?? null)
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', before, '--concurrency', '1']), {
    code: 0, out: /2 documents written/,
  })
  t.equal(troubles.length, 0)
  t.same(await ids(), ['a.md', 'b.md'])
})

t.test('reports a file that disappears before it is sent', async t => {
  const { url, dir, ids } = await open(t, { 'a.md': 'A is first.', 'b.md': 'B is second.' })
  const before = await gate(t, url, line => {
    if (!/^PUT.*name=a\.md/.test(line)) return null
    rmSync(join(dir, 'a.md'), { force: true })
    return { status: 404, body: { code: 'FILE_UNKNOWN', message: 'Send it.' } }
  })
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', before]), {
    code: 1, err: /a\.md: The file cannot be read\. \(ENOENT\)\n$/,
  })
  t.same(await ids(), ['b.md'])
})

t.test('reports a key that cannot be sent, without waiting', async t => {
  const { url, dir } = await open(t, { 'a.md': 'A is first.' })
  for (const key of ['secret\r', 'secret key', 'sécret\n']) {
    const { code, out, err } = await run(
      t, io => ingestCommand(io, { ...soon, atFirstMs: 60_000 }), [dir, '--company', 'shop', '--index', 'faq', '--url', url],
      { env: { CAUSERIE_KEY: key } }
    )
    t.match({ code, err }, { code: 2, err: /^CAUSERIE_KEY is not a key/ })
    t.notMatch(out + err, 'cret')
  }
})

t.test('ends when the service stays away, and when it refuses everything', async t => {
  const { url, dir } = await open(t, { 'a.md': 'A is first.', 'b.md': 'B is second.' })
  const away = await gate(t, url, line => line.startsWith('PUT') ? 'break' : null)
  t.match(
    await run(t, io => ingestCommand(io, { ...soon, awayMs: 100 }), [
      dir, '--company', 'shop', '--index', 'faq', '--url', away,
    ]),
    { code: 1, out: '', err: /cannot be reached/ }
  )
  let puts = 0
  const refusing = await gate(t, url, line =>
    line.startsWith('PUT') && ++puts ? { status: 401, body: { code: 'KEY_INVALID', message: 'The key has been revoked.' } } : null
  )
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', refusing, '--concurrency', '1']), {
    code: 1, err: /The key has been revoked\. Put a key/,
  })
  t.equal(puts, 1)
})

t.test('reports an interruption, and sends the rest when run again', async t => {
  const { url, dir, ids, bodies } = await open(t, Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.md`, `Number ${i}.`])))
  let puts = 0
  const before = await gate(t, url, line => {
    if (line.startsWith('PUT') && ++puts === 5) command.interrupt()
    return null
  })
  const args = [dir, '--company', 'shop', '--index', 'faq', '--concurrency', '1', '--url']
  const command = start(t, ingest, [...args, before])
  t.equal(await command.ended, 1)
  t.match(
    command.err, /Interrupted\. 2 files of 6 have reached the service, .*\. Run the same command again to send the rest\.\n$/
  )
  await allRead(url)
  // The third may have arrived, or not.
  t.match(await run(t, ingest, [...args, url]), { code: 0, out: /6 files of 6 \([23] known already\)/ })
  t.equal((await ids()).length, 6)
  t.equal(bodies().length, 6, 'known content is not sent again')
})

t.test('sends the rest when run again after a kill', async t => {
  const { url, dir, ids, bodies } = await open(t, Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.md`, `Number ${i}.`])))
  const killed = Promise.withResolvers<void>()
  let puts = 0
  const before = await gate(t, url, line => {
    if (!line.startsWith('PUT') || ++puts < 7) return null
    if (puts === 7) process.kill(child.pid!, 'SIGKILL')
    killed.resolve()
    return 'break'
  })
  const args = ['ingest', dir, '--company', 'shop', '--index', 'faq', '--concurrency', '1', '--url']
  const child = execFile(process.execPath, [main, ...args, before], { cwd: dir, env: childEnvironment })
  await Promise.all([killed.promise, once(child, 'exit')])
  await allRead(url)
  const again = promisify(execFile)(process.execPath, [main, ...args, url], { cwd: dir, env: childEnvironment })
  t.match(await again, {
    stdout: /6 files of 6 \(3 known already\): 3 documents written, 3 unchanged/, stderr: /^(shop faq: \d\/6 files.*\n)*$/,
  })
  t.equal((await ids()).length, 6)
  t.equal(bodies().length, 6)
})

t.test('sends a file that changes as it is at that time', async t => {
  const { url, dir, app } = await open(t, { 'a.md': 'The first state.' })
  let changed = false
  const before = await gate(t, url, line => {
    if (!line.startsWith('PUT') || changed) return null
    changed = true
    // Changes between the digest and the body.
    writeFileSync(join(dir, 'a.md'), 'The other state.')
    return { status: 404, body: { code: 'FILE_UNKNOWN', message: 'Send it.' } }
  })
  t.match(await run(t, ingest, [dir, '--company', 'shop', '--index', 'faq', '--url', before]), { code: 0, out: /1 document written/ })
  t.match((await app.inject('/v1/indexes/faq/documents/a.md?company_id=shop')).json(), { pieces: [{ text: 'The other state.' }] })
})

t.test('reports a file that is larger than the service accepts', async t => {
  const { dir, to, ids } = await open(
    t, { 'a.md': 'A is first.', 'large.txt': 'Much of the same. '.repeat(300_000) }, { MAX_FILE_BYTES: 1_000_000 }
  )
  t.match(await run(t, ingest, [dir, ...to]), {
    code: 1, out: /1 rejected/, err: /^ {2}large\.txt: .*At most 1 MB\. \(FILE_TOO_LARGE\)$/m,
  })
  t.same(await ids(), ['a.md'])
})

t.test('sends a large file as a stream', async t => {
  const { dir, to, ids } = await open(t, {})
  const line = 'A sentence about tents and stoves that is repeated and numbered: '
  await writeFile(join(dir, 'large.log'), Array.from({ length: 20_000 }, (_, i) => `2026-01-01T00:00:00 INFO ${line}${i}`).join('\n'))
  t.match(await run(t, ingest, [dir, ...to]), { code: 0, out: /1 document written/ })
  t.same(await ids(), ['large.log'])
})
