// Two hundred clients at once: whenever they leave, they leave nothing behind.
import t from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { withLlm, within } from '../fixtures/app-llm.ts'
import { until, whenIdle } from '../fixtures/until.ts'

t.test('leaves nothing behind when 200 clients leave at random moments', async t => {
  const unhandled: unknown[] = []
  const listen = (error: unknown) => { unhandled.push(error) }
  process.on('unhandledRejection', listen)
  t.teardown(() => process.off('unhandledRejection', listen))
  let seed = 20_240_607
  const random = () => {
    // Park and Miller's generator: the same moments in every run.
    seed = seed * 48_271 % 2_147_483_647
    return seed / 2_147_483_647
  }
  const plans = Array.from({ length: 200 }, (_, n) => ({
    // Some ask the same question as others, some want one object.
    max_tokens: random() < 0.3 ? 1000 + Math.floor(random() * 10) : n + 1,
    stream: random() < 0.85,
    events: Math.floor(random() * 40),
    ms: 200 + random() * 3000,
  }))
  let silent = 0
  let allLeft = false
  const { app, url, llm } = await withLlm(t, { config: { LLM_POOL_SIZE: 50 } }, (_, n) => {
    if (n <= 1 || allLeft) return {}
    if (n % 4 === 0) silent++
    return n % 4 === 0
      ? { silent: true }
      : { tokens: Array.from({ length: 60 }, (_, i) => `word${i} `), delayMs: 2, then: 'hold', finish: null, done: false }
  })
  // A loaded machine needs longer for each answer: its clients stay longer too.
  const asked = performance.now()
  await (await ask(url, { ...question, max_tokens: 999 })).events()
  const patience = Math.max(1, (performance.now() - asked) / 20)
  await Promise.all(plans.map(async ({ max_tokens, stream, events, ms }) => {
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), ms * patience)
    try {
      const answer = await ask(url, { ...question, max_tokens, stream }, { signal: controller.signal })
      answer.message.on('error', () => {})
      for (let n = 0; n < events; n++) await answer.next()
      answer.leave()
    } catch {
      // The client left while it was waiting.
    } finally {
      clearTimeout(timer)
    }
  }))
  allLeft = true
  const connections = () =>
    new Promise<number>((resolve, reject) => app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
  t.ok(await within(120_000, (async () => {
    await until(async () => await connections() === 0 && app.answers.stats().live === 0)
  })()), 'no live logs')
  t.ok(await within(120_000, llm.idle()), 'no socket to the model is open')
  t.equal(llm.openSockets, 0)
  t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
  t.ok(llm.requests.length > 50 && silent > 10, `${llm.requests.length} answers were begun`)
  t.same(unhandled, [])
  t.match(
    (await askJson(url, { ...question, message: 'Can I return a tent within thirty days?' })).json, { finish_reason: 'stop' },
    'and the service is there'
  )
})
