// A model that its server loads for half a minute: the question waits for it, and is asked once.
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { ask, question, textOf } from '../fixtures/app-client.ts'
import { apis } from '../fixtures/llm-adapters.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import { startTestApp } from '../helper.ts'

const loadMs = 30_000

for (const api of apis) {
  t.test(`${api}: a model that loads for 30 s is loaded and asked once, and answers`, { timeout: 120_000 }, async t => {
    const loading = wait(loadMs)
    const isQuestion = ({ stream }: { stream?: boolean }) => stream !== false
    const script = { tokens: ['Two ', 'days. [1]'], gate: { after: 0, until: loading } }
    const server = await startLlmServer(({ body }) => isQuestion(body) ? script : {})
    t.teardown(() => server.close())
    const { url } = await startTestApp(t, {
      config: { LLM_API: api, LLM_URL: server.url(api), LLM_MODEL: 'scripted', FAQ_ANSWERS: false },
    })
    const started = performance.now()
    const { events } = await ask(url, question)
    const answer = await events()
    t.ok(performance.now() - started > loadMs / 2, 'it waited for the model')
    t.match(textOf(answer), /Two days/)
    t.equal(answer.at(-1)!.data.finish_reason, 'stop')
    const questions = server.requests.filter(({ body }) => isQuestion(body))
    t.equal(questions.length, 1)
    t.equal(await questions[0]!.closed, false, 'nobody left the server while it loaded')
  })
}
