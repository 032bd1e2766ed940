// The clock is set back an hour, as after a wrong start or when a virtual machine is resumed.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

const hourMs = 3_600_000

function setBack (t: Test): void {
  const real = Date.now
  Date.now = () => real() - hourMs
  t.teardown(() => { Date.now = real })
}

t.test('locks nobody out who has asked too much', async t => {
  const { url } = await startTestApp(t, {
    config: { RATE_LIMIT_CALLS: 1, RATE_LIMIT_WINDOW_SECONDS: 1 }, model: fakeModel(['Two days [1].']), engine: fakeEngine(),
  })
  const ask = async () => (await askJson(url, question)).status
  t.equal(await ask(), 200)
  t.equal(await ask(), 429)
  setBack(t)
  await until(async () => await ask() === 200)
})

t.test('a revoked key stops working in time, and another one goes on', async t => {
  const { url, app } = await startTestApp(t, {
    config: { KEY_CACHE_SECONDS: 1 }, model: fakeModel(['Two days [1].']), engine: fakeEngine(),
  })
  const make = async () => {
    const { text, key } = makeKey({ company: 'shop', scopes: ['chat'], name: '' })
    await app.keys.create(key)
    return { id: key.id, headers: { authorization: `Bearer ${text}` } }
  }
  const [revoked, other] = [await make(), await make()]
  app.keyVerifier.drop()
  const ask = async ({ headers }: { headers: Record<string, string> }) => (await askJson(url, question, { headers })).status
  t.equal(await ask(revoked), 200)
  setBack(t)
  t.equal(await app.keys.revoke(revoked.id, new Date().toISOString()), true)
  await until(async () => await ask(revoked) === 401)
  t.equal(await ask(other), 200)
  for (let n = 0; n < 5; n++) t.equal(await ask(revoked), 401, 'nor does it come back')
})
