// Error messages of a server: shortened, and without secrets.
import t from 'tap'
import { transportError, statusError } from '../../src/llm/failures.ts'
import { errorOf, readPause, safeExcerpt } from '../../src/llm/server-errors.ts'
import { coded } from '../../src/errors.ts'
import { testApiKey, apis, bench, collect, testQuestion } from '../fixtures/llm-adapters.ts'
import { rawChunk } from '../fixtures/llm-chunks.ts'

t.test('shortens the server\'s message', async (t) => {
  const cases: [what: string, body: string, shown: string][] = [
    ['OpenAI', '{"error":{"message":"No such model","type":"x"}}', 'No such model'],
    ['Ollama', '{"error":"model \'x\' not found"}', 'model \'x\' not found'],
    ['FastAPI', '{"detail":[{"loc":["body"]}]}', '[{"loc":["body"]}]'],
    ['a message', '{"message":"Not allowed"}', 'Not allowed'],
    ['nothing', ' ', 'no message'],
    ['null', 'null', 'no message'],
    ['a page', '\n<html><body>502</body></html>', 'an HTML page'],
    ['plain text', 'upstream\r\n\u001b[31m went\taway', 'upstream [31m went away'],
    ['too much', 'x'.repeat(500), 'x'.repeat(200)],
    ['a key', 'bad sk-abcdef0123 and Bearer abc.def-ghi', 'bad […] and […]'],
    ['our key', 'bad my-own-secret!', 'bad […]!'],
    ['a piece of the prompt', 'near "the price of the blue lamp is 49,90" in body', 'near "[…]" in body'],
  ]
  const secrets = ['my-own-secret', 'We know that the price of the blue lamp is 49,90 €.'.repeat(20)]
  for (const [what, body, shown] of cases) t.equal(safeExcerpt(body, secrets), shown, what)
})

t.test('leaves a coded error as it is', async (t) => {
  const error = coded('LLM_TIMEOUT')
  t.equal(transportError(error, true), error)
  t.match(transportError('odd', false), { code: 'LLM_UNREACHABLE', cause: { message: 'odd' } })
  t.match(statusError(418, {}, '', []), { code: 'LLM_REJECTED', cause: { status: 418, retryAfterMs: undefined } })
})

t.test('reads in every form how long a server asks to be left alone', async t => {
  for (const [headers, body, ms] of [
    [{ 'retry-after': '2.5' }, '', 2500], [{ 'retry-after-ms': '1500', 'retry-after': '9' }, '', 1500],
    [{ 'x-ms-retry-after-ms': '1500' }, '', 1500], [{ 'retry-after': 'soon' }, '', undefined], [{}, 'try again in 5 messages', undefined],
    [{}, 'Please try again in 7.66s. Visit', 7660], [{}, 'Please try again in 1m30s.', 90_000], [{}, 'retry after 500ms', 500],
    [{}, 'try again in 1h2m3.5s', 3_723_500], [{}, 'Try again in 2 minutes.', 120_000], [{}, 'try again in 20 seconds', 20_000],
    [{}, '{"retryDelay": "3.5s"}', 3500],
  ] as const) t.equal(readPause(headers, body), ms, JSON.stringify([headers, body]))
})

t.test('tells an operator what to do about TLS and other protocols', async t => {
  const said = (message: string, code?: string) =>
    (transportError(Object.assign(new Error(message), code && { code }), false).cause as Error).message
  t.equal(said('SSL: wrong version number'), 'Error: SSL: wrong version number (the server has no TLS there; is LLM_URL http://?)')
  t.match(said('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'NODE_EXTRA_CA_CERTS')
  t.match(said('unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'NODE_EXTRA_CA_CERTS')
  t.match(said('Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)'), 'is LLM_URL https://')
  t.equal(said('connect ECONNREFUSED 127.0.0.1:9'), 'Error: connect ECONNREFUSED 127.0.0.1:9')
})

t.test('says where a redirect leads, and nothing secret; with another status the server\'s message counts', async t => {
  const secrets = ['my-own-secret', 'We know that the price of the blue lamp is 49,90.']
  const location = 'http://model.invalid/my-own-secret/to/the%20price%20of%20the%20blue%20lamp%20is/%E0?key=x'
  const shown = (status: number) => (statusError(status, { location }, '{"error":"no such tent"}', secrets).cause as Error).message
  t.equal(shown(308), 'HTTP 308: moved to http://model.invalid/[…]/to/[…]/\ufffd; is LLM_URL right?')
  for (const status of [429, 500]) t.equal(shown(status), `HTTP ${status}: no such tent`)
})

t.test('takes a number for a sign of success only beside choices', async t => {
  for (const code of [200, '200', '0']) {
    const chunk = { code, message: 'model overloaded' }
    t.equal(errorOf(chunk), chunk)
    t.equal(errorOf({ ...chunk, choices: [] }), undefined)
  }
  t.equal(errorOf({ status: 'success', message: 'connected' }), undefined)
})

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('keeps the key and the question out of the error and the log', async (t) => {
      const { server, model, log } = await bench(t, api)
      const echo = `Incorrect API key ${testApiKey} (sk-proj-AbCdEfGhIjKl) for: ${testQuestion} Passages: ${'Answer from the passages.'}`
      server.enqueue(
        { status: 401, body: JSON.stringify({ error: { message: echo } }) }, { body: rawChunk(api, { error: { message: echo } }) },
        { status: 500, body: echo }
      )
      for (let n = 0; n < 3; n++) {
        const { error } = await collect(model)
        const shown = JSON.stringify([error!.message, String((error!.cause as Error).message), log])
        for (const secret of [testApiKey, 'sk-proj', testQuestion, 'lot de trois cents', 'from the passages']) {
          t.notOk(shown.includes(secret), secret)
        }
        t.notMatch(error!.message, 'Incorrect', 'the client gets our own words')
        t.match(log.at(-1)!.fields.upstream, 'Incorrect API key […]', 'the operator gets the server\'s')
      }
    })
  })
}
