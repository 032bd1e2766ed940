// A rolling update of two instances on one Redis, each killed in the middle of 200 streams: what becomes of the streams and turns.
import { join } from 'node:path'
import t from 'tap'
import { ask, askJson, question, textOf, type Event } from './fixtures/app-client.ts'
import { startLlmServer } from './fixtures/llm-server.ts'
import { noRedis, startRedis } from './fixtures/redis-server.ts'
import { startServiceProcess, type ServiceProcess } from './fixtures/service-process.ts'
import { until } from './fixtures/until.ts'
import { temporaryFolder, writeCompany } from './helper.ts'

const clients = 200
/** Some questions are asked by two clients, one at each instance. */
const questions = 151
const words = ['Delivery ', 'takes ', 'two ', 'working ', 'days, ', 'on ', 'islands ', 'four ', '[1].']
const answerTo = (n: number) => `Answer ${n}: ${words.join('')}`
/** What a client may be told at the end of a stream that is not whole. */
const codes = ['ANSWER_LOST', 'ANSWER_NOT_FOUND', 'SHUTTING_DOWN']

interface Client {
  /** The start of an instance that its stream comes from, and whether it is at a place in its answer there. */
  source: string
  reads: boolean
  /** How its streams ended that were not whole: codes, or `broken`. */
  endings: string[]
  answer: string | null
  /** When its answer was whole. */
  answeredAt: number
}

t.test('kill -9 of one instance after the other', { skip: noRedis }, async t => {
  const redis = await startRedis(t)
  let gate = Promise.withResolvers<void>()
  const llm = await startLlmServer(({ body }) => ({
    tokens: [`Answer ${body.max_tokens - 1000}: `, ...words],
    // The service asks for a token at its start.
    ...(body.max_tokens >= 1000 ? { gate: { after: 5, until: gate.promise } } : {}),
  }))
  t.teardown(() => llm.close())
  const dir = await temporaryFolder(t)
  await writeCompany(join(dir, 'data'), 'shop')
  const environment = {
    REDIS_URL: redis.url, LLM_URL: llm.url('openai'), LLM_MODEL: 'm', LLM_POOL_SIZE: '400', LLM_MAX_TOKENS: '10000',
    LLM_TIMEOUT_SECONDS: '600', LLM_FIRST_TOKEN_SECONDS: '600', ANSWER_LEASE_MS: '3000', WARM_QUESTIONS: '0', FAQ_ANSWERS: 'false',
    SIMILAR_ANSWERS: 'false',
  }
  const instances = [await startServiceProcess(t, dir, environment), await startServiceProcess(t, dir, environment)]
  const states: Client[] = Array.from({ length: clients }, () => ({ source: '', reads: false, endings: [], answer: null, answeredAt: 0 }))
  const nameOf = (instance: ServiceProcess) => `${instance.url} ${instance.starts}`

  /** Asks as a client does that wants its answer: resumes a stream that broke, and asks again when it is told to. */
  async function converse (n: number): Promise<void> {
    const state = states[n]!
    const key = n % questions
    const body = { ...question, user_id: `u${n}`, conversation_id: `c${n}`, max_tokens: 1000 + key }
    let events: Event[] = []
    while (state.answer === null) {
      // The balancer knows which of them are ready.
      const instance = [instances[n % 2]!, instances[(n + 1) % 2]!].find(({ isUp }) => isUp)!
      state.reads = false
      state.source = nameOf(instance)
      const last = events.at(-1)?.id
      const resumed: Record<string, string> = last === undefined ? {} : { 'last-event-id': last }
      try {
        const stream = last !== undefined && n % 4 < 2
          ? await ask(instance.url, undefined, { method: 'GET', path: `/chat/${last.split('.')[0]}`, headers: resumed })
          : await ask(instance.url, body, { headers: { 'idempotency-key': `k${n}`, ...resumed } })
        if (stream.status !== 200) {
          state.endings.push(JSON.parse(await stream.text()).code)
          events = []
          continue
        }
        // The answer may be at the gate, so that nothing more comes.
        if (events.length > 0) state.reads = true
        for (let event = await stream.next(); event; event = await stream.next()) {
          // The question was asked anew.
          if (event.type === 'start') events = []
          events.push(event)
          if (event.type === 'delta') state.reads = true
          if (event.type === 'finish') {
            t.equal(textOf(events), answerTo(key))
            t.same(events.map(({ id }) => Number(id.split('.')[1])), events.map((_, n) => n), 'each event once, in order')
            state.answer = event.data.answer_id
            state.answeredAt = performance.now()
          }
          if (event.type === 'error') state.endings.push(event.data.code)
        }
        if (events.at(-1)?.type === 'error') events = []
        else if (state.answer === null) state.endings.push('broken')
      } catch {
        state.endings.push('broken')
      }
    }
  }

  const all = Promise.all(states.map((_, n) => converse(n)))
  /** Waits until every client reads a stream of an instance that runs. */
  const allRead = () => until(() =>
    states.every(({ source, reads }) => reads && instances.some(instance => instance.isUp && nameOf(instance) === source)))
  const [first, second] = instances as [ServiceProcess, ServiceProcess]

  await allRead()
  await first.kill()
  t.ok(states.every(({ answer }) => answer === null))
  await allRead()
  await first.start()
  // The second one dies while answers end and turns are written.
  gate.resolve()
  gate = Promise.withResolvers()
  gate.resolve()
  await until(() => states.filter(({ answer }) => answer !== null).length > clients / 10)
  await second.kill()
  const killedAt = performance.now()
  await all
  await second.start()

  const endings = states.flatMap(({ endings }) => endings)
  t.ok(endings.length >= clients / 2, 'the kills met streams')
  for (const ending of new Set(endings)) t.ok(ending === 'broken' || codes.includes(ending), ending)
  let lost = 0
  for (const [n, { answeredAt, endings }] of states.entries()) {
    const path = `/conversations/c${n}?company_id=shop&user_id=u${n}`
    const { status, json } = await askJson(instances[n % 2]!.url, undefined, { method: 'GET', path })
    if (status === 404) lost++
    else t.match(json.turns, { length: 1, 0: { question: question.message, finish_reason: 'stop' } }, `conversation ${n}`)
    // Answers do not wait for their turns to be written.
    t.ok(status === 200 || answeredAt < killedAt || endings.at(-1) === 'broken', `a turn is lost only with its instance: ${n}`)
  }
  const counts = [...Map.groupBy(endings, ending => ending)].map(([ending, { length }]) => `${length} ${ending}`)
  t.comment(`streams that were not whole: ${counts.join(', ')}; turns lost: ${lost}`)
})
