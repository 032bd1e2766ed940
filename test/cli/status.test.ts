// `causerie status`: for people, for scripts, and as a health check.
import t from 'tap'
import { statusCommand } from '../../cli/status.ts'
import { makeKey } from '../../src/keys/key.ts'
import { askJson, question } from '../fixtures/app-client.ts'
import { fakeEmbedder, fakeEngine } from '../fixtures/app-parts.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

t.test('shows that the service can answer, its figures and its parts', async t => {
  const { url } = await startTestApp(t)
  for (let n = 0; n < 2; n++) await askJson(url, question)
  const { code, out, err } = await run(t, statusCommand, ['--url', url])
  t.match({ code, err }, { code: 0, err: '' })
  t.match(out, /^Causerie \d\S* at http:\S+: ready\n {2}up \d+ s · \d+ MB · 2 questions, 50 % from the cache, 0 in progress · /)
  t.match(out, / · first token p50 /)
  t.match(out, /^ {2}search +ok$/m)
})

t.test('fails while the service cannot answer, and says why', async t => {
  const { url } = await startTestApp(t, { engine: { ...fakeEngine(), unavailable: async () => 'connection refused\u001b[31m' } })
  const { code, out } = await run(t, statusCommand, ['--url', url])
  t.equal(code, 1)
  t.match(out, /: not ready\n/)
  t.match(out, /^ {2}search +waiting +connection refused\uFFFD\[31m \(since 20/m)
  const json = JSON.parse((await run(t, statusCommand, ['--url', url, '--json'])).out)
  t.match(json, { address: url, ready: false, waiting: { search: /refused/ }, stats: { version: String } })
})

t.test('counts restrictions as failures only when told so', async t => {
  const { url } = await startTestApp(t, { embedder: fakeEmbedder({ state: 'unavailable', reason: 'no network' }) })
  t.match(await run(t, statusCommand, ['--url', url]), { code: 0, out: /: ready, 1 of \d+ parts restricted\n/ })
  t.match(await run(t, statusCommand, ['--url', url, '--strict']), { code: 1 })
})

t.test('shows the state to a key that may not see figures, and reports a service that is not there', async t => {
  const { app, url } = await startTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const { text, key } = makeKey({ company: 'shop', scopes: ['chat'], name: '', expiresAt: null })
  await app.keys.create(key)
  const { code, out } = await run(t, statusCommand, ['--url', url], { env: { CAUSERIE_KEY: text } })
  t.match({ code, out }, { code: 0, out: /^Causerie at http:\S+: ready\n {2}\w+/ })
  t.match(await run(t, statusCommand, ['--url', 'http://127.0.0.1:1']), { code: 1, out: '', err: /cannot be reached/ })
  const gone = await run(t, statusCommand, ['--url', 'http://127.0.0.1:1', '--json'])
  t.match(JSON.parse(gone.out), { ready: false, error: { code: 'UNREACHABLE' } })
  t.match(await run(t, statusCommand, ['--url', 'nowhere']), { code: 2 })
})
