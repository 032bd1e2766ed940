// Traces of questions, sent to a real receiver; and nothing of it where nothing is asked for.
import { readFile, readdir } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { readOtlpHeaders } from '../../src/tracing/headers.ts'
import { readTraceParent, writeTraceParent } from '../../src/tracing/trace-parent.ts'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { startReceiver } from '../fixtures/otlp-receiver.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import { startTestApp, type TestOptions } from '../helper.ts'
import { fc } from '../fixtures/property.ts'

const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const secret = 'How long does delivery take?'

async function traced (t: Parameters<typeof startTestApp>[0], options: TestOptions = {}) {
  const receiver = await startReceiver(t)
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...options.config }
  const service = await startTestApp(t, { ...options, config })
  /** Closes the service, which sends what it has traced. */
  const end = () => service.app.close()
  return { receiver, ...service, end }
}

t.test('traces a question from the request to the model, below the client\'s own span', async t => {
  const { receiver, url, end } = await traced(t, {
    model: fakeModel(['Two days [1].']), config: { OTEL_SERVICE_NAME: 'shop-chat', OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a%20b' },
  })
  const { json } = await askJson(url, question, { headers: { traceparent: traceParent } })
  await end()
  const [http, agent, retrieval, chat] = await Promise.all(
    ['POST /chat', 'invoke_agent causerie', 'retrieval shop', 'chat fake-llm'].map(receiver.span)
  )
  t.match(receiver.headers[0], { path: '/v1/traces', 'x-team': 'a b', 'content-type': 'application/x-protobuf' })
  t.match(receiver.resource, { 'service.name': 'shop-chat', 'service.version': String })
  for (const span of [http!, agent!, retrieval!, chat!]) t.equal(span.traceId, '0af7651916cd43dd8448eb211c80319c')
  t.same([http!.parentId, agent!.parentId], ['b7ad6b7169203331', http!.spanId])
  t.same([retrieval!.parentId, chat!.parentId], [agent!.spanId, agent!.spanId])
  t.match(http, { kind: 2, attributes: { 'http.request.method': 'POST', 'http.route': '/chat', 'http.response.status_code': 200 } })
  t.match(agent!.attributes, {
    'gen_ai.operation.name': 'invoke_agent', 'gen_ai.data_source.id': 'shop', 'gen_ai.conversation.id': json.conversation_id,
    'causerie.answer_id': json.answer_id, 'causerie.answered_by': 'llm', 'causerie.cache': 'miss',
  })
  t.match(chat, {
    kind: 3, attributes: {
      'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'fake-llm', 'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 1, 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.request.temperature': 0.2,
    },
  })
  t.match(retrieval!.attributes, { 'gen_ai.operation.name': 'retrieval', 'gen_ai.data_source.id': 'shop' })
})

t.test('holds nothing that users or documents say, unless it is told to', async t => {
  const contents = async (capture: string) => {
    const { receiver, url, end } = await traced(t, {
      model: fakeModel(['Two days [1].']), config: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: capture },
    })
    await askJson(url, { ...question, message: secret })
    await end()
    await receiver.span('POST /chat')
    return JSON.stringify(receiver.spans)
  }
  for (const capture of ['false', 'event_only']) t.notMatch(await contents(capture), /delivery|Two days|test_/, capture)
  const all = await contents('SPAN_ONLY')
  t.match(all, /gen_ai\.input\.messages.*delivery/)
  t.match(all, /gen_ai\.output\.messages.*Two days/)
  t.match(all, /gen_ai\.retrieval\.documents.*faq\/delivery/)
})

t.test('tells the model\'s server which trace its request belongs to, and no other server', async t => {
  const llm = await startLlmServer()
  t.teardown(() => llm.close())
  const { receiver, url, end } = await traced(t, { config: { LLM_URL: llm.url('openai'), LLM_MODEL: 'm' } })
  await askJson(url, question)
  await end()
  const chat = await receiver.span('chat m')
  const sent = llm.requests.map(({ headers }) => headers.traceparent).filter(Boolean)
  t.ok(sent.includes(`00-${chat.traceId}-${chat.spanId}-01`), JSON.stringify(sent))
  t.ok(receiver.headers.every(headers => !('traceparent' in headers)))
})

t.test('marks what failed, by its code alone', async t => {
  const model = fakeModel(async function * () { throw Object.assign(new Error(secret), { code: 'LLM_BROKEN' }) })
  const { receiver, url, end } = await traced(t, { model })
  await ask(url, question).then(response => response.text())
  await askJson(url, { ...question, company_id: 'nobody' })
  await end()
  t.match(await receiver.span('chat fake-llm'), { status: 2, attributes: { 'error.type': 'LLM_BROKEN' } })
  t.ok(receiver.spans.some(({ name, attributes }) => name.startsWith('invoke_agent') && attributes['error.type'] === 'UNKNOWN_COMPANY'))
  t.notMatch(JSON.stringify(receiver.spans), secret)
})

t.test('gives log lines and exemplars the ids of their trace', async t => {
  const stream = new PassThrough()
  const { receiver, url, end } = await traced(t, { logger: { level: 'info', stream } })
  const { json } = await askJson(url, question)
  const metrics = await (await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text' } })).text()
  await end()
  const { traceId } = await receiver.span('invoke_agent causerie')
  const lines = String(stream.read()).trim().split('\n').map(line => JSON.parse(line))
  t.match(lines.find(({ msg }) => msg === 'answered'), { answer_id: json.answer_id, trace_id: traceId, span_id: /^[0-9a-f]{16}$/ })
  t.match(metrics, new RegExp(`answer_id="${json.answer_id}",trace_id="${traceId}"`))
  t.notOk(receiver.spans.some(({ name }) => name.includes('/metrics')))
})

t.test('keeps as many as it is told to, and follows its client', async t => {
  const { receiver, url, end } = await traced(t, { config: { OTEL_TRACES_SAMPLER_ARG: '0' } })
  await askJson(url, question)
  await askJson(url, { ...question, message: 'Can I return a tent?' }, { headers: { traceparent: traceParent } })
  await end()
  await receiver.span('POST /chat')
  t.same([...new Set(receiver.spans.map(({ traceId }) => traceId))], ['0af7651916cd43dd8448eb211c80319c'])
})

t.test('loads nothing when it is off, and does not need its receiver', async t => {
  const { app } = await startTestApp(t)
  t.equal(app.tracing, null)
  const root = new URL('../../', import.meta.url)
  const importing = async (name: RegExp) => {
    const files = (await Promise.all(['src', 'plugins', 'routes', 'cli'].map(async folder =>
      (await readdir(new URL(folder, root), { recursive: true })).filter(file => file.endsWith('.ts')).map(file => `${folder}/${file}`)
    ))).flat()
    const sources = await Promise.all(files.map(async file => ({ file, source: await readFile(new URL(file, root), 'utf8') })))
    return sources.filter(({ source }) => name.test(source)).map(({ file }) => file)
  }
  t.same(await importing(/from '@opentelemetry/), ['src/tracing/tracing.ts'])
  t.same(await importing(/^import (?!type ).* from '.*tracing\/tracing\.ts'/m), [], 'it is loaded by name, when it is asked for')
  const away = await startTestApp(t, { config: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' } })
  t.equal((await askJson(away.url, question)).status, 200)
})

t.test('reads the header of W3C Trace Context, and nothing else', async t => {
  t.same(readTraceParent(traceParent), { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 })
  for (const wrong of [
    undefined, '', 'x', `ff${traceParent.slice(2)}`, `${traceParent}-more`, traceParent.toUpperCase(),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ]) t.equal(readTraceParent(wrong), null, String(wrong))
  t.ok(readTraceParent(`01${traceParent.slice(2)}-more`), 'a later version may say more')
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => { readTraceParent(text) }))
  t.equal(writeTraceParent(readTraceParent(traceParent)!), traceParent)
})

t.test('reads the headers for the receiver, and names no value that is wrong', async t => {
  t.same(readOtlpHeaders(' Authorization=Basic%20abc= , x=1'), { authorization: 'Basic abc=', x: '1' })
  t.same(readOtlpHeaders(''), {})
  t.throws(() => readOtlpHeaders('my-secret'), { message: 'each header must look like name=value' })
  t.throws(() => readOtlpHeaders('x=%'))
})
