// `causerie warm`: a running service answers common questions in advance.
import t from 'tap'
import { warmCommand } from '../../cli/warm.ts'
import { makeKey } from '../../src/keys/key.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

t.test('warms up every company, or one', async t => {
  const { app, url } = await startTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  t.match(await run(t, warmCommand, ['--url', url]), { code: 0, out: 'shop: no common questions\n', err: '' })
  t.match(await run(t, warmCommand, ['--url', `${url}/`, '--company', 'nobody']), { code: 1, out: '', err: 'Unknown company' })
  const { text, key } = makeKey({ company: null, scopes: ['chat'], name: '', expiresAt: null })
  await app.keys.create(key)
  t.match(await run(t, warmCommand, ['--url', url, '--company', 'shop'], { env: { CAUSERIE_KEY: text } }), {
    code: 1, err: /Put a key with the scope admin into CAUSERIE_KEY\.\n$/,
  })
})

t.test('reports an unreachable service and an invalid address', async t => {
  t.match(await run(t, warmCommand, ['--url', 'http://127.0.0.1:1']), {
    code: 1, err: /cannot be reached .*Is the service running\? If it is elsewhere, use --url\.\n$/,
  })
  t.match(await run(t, warmCommand, ['--url', 'nowhere']), { code: 2, err: /is not an address/ })
  t.match(await run(t, warmCommand, [], { env: { HOST: '::', PORT: '1' } }), { code: 1, err: /^http:\/\/\[::1\]:1 cannot be reached/ })
})
