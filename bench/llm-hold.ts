// A language model that sends one word and then nothing: the upstream of idle streams.
import { startLlmServer } from '../test/fixtures/llm-server.ts'
import { serveParent } from './child.ts'

const server = await startLlmServer(request =>
  request.body.stream === true ? { tokens: ['Word'], finish: null, usage: null, done: false, then: 'hold' } : {}
)

serveParent(Number(new URL(server.origin).port), {}, () => server.close())
