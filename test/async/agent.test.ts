// Connections to other servers, with and without a proxy.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createAgent } from '../../src/async/agent.ts'
import { createOpenAiModel } from '../../src/llm/openai.ts'
import { collect } from '../fixtures/llm-adapters.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'

/** A proxy that writes down what it is asked for. It leads every tunnel to `target`. */
async function startProxy (t: Test, target = 0) {
  const seen: string[] = []
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    response.end('through the proxy')
  })
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`)
    const upstream = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [upstream, socket]) end.on('error', () => { upstream.destroy() })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const { port } = proxy.address() as AddressInfo
  return { seen, port, url: `http://127.0.0.1:${port}` }
}

t.test('goes through the proxy, unless the host is named or is this machine', async t => {
  const { seen, url, port } = await startProxy(t)
  const proxy = { httpProxy: url.replace('//', '//me:pw@'), httpsProxy: '', noProxy: '.intern, other.example:8080' }
  const ask = async (origin: string) => {
    const agent = createAgent(origin, { proxy, connectTimeoutMs: 1_000 })
    try {
      const { body } = await agent.request({ origin, path: '/x', method: 'GET' })
      return await body.text()
    } catch (error) {
      return (error as { code?: string }).code
    } finally {
      await agent.destroy()
    }
  }
  t.equal(await ask('http://llm.corp.invalid'), 'through the proxy')
  t.same(seen, [`GET http://llm.corp.invalid/x Basic ${Buffer.from('me:pw').toString('base64')}`])
  t.not(await ask('http://llm.intern'), 'through the proxy')
  t.equal(await ask(`http://127.0.0.1:${port}`), 'through the proxy', 'which is itself on this machine')
  t.match(seen.slice(1), [/^GET \/x$/])
})

t.test('a language model behind a proxy, streamed and cancelled like any other', async t => {
  const server = await startLlmServer()
  const { seen, url } = await startProxy(t, new URL(server.origin).port as unknown as number)
  const options = { model: 'm', connectTimeoutMs: 1_000, silenceTimeoutMs: 5_000, poolSize: 1 }
  // The scripted server itself, as a proxy for http.
  const model = createOpenAiModel({
    ...options, url: 'http://llm.corp.invalid/v1', proxy: { httpProxy: server.origin, httpsProxy: '', noProxy: '' },
  })
  const secure = createOpenAiModel({
    ...options, url: 'https://llm.corp.invalid/v1', proxy: { httpProxy: '', httpsProxy: url, noProxy: '' },
  })
  t.teardown(async () => {
    await model.close()
    await secure.close()
    await server.close()
  })
  t.has(await collect(model), { text: 'Hello world.', finish: { reason: 'stop' } })
  t.equal(server.requests[0]!.path, 'http://llm.corp.invalid/v1/chat/completions')
  t.match((await collect(secure)).error, { code: 'LLM_UNREACHABLE' }, 'the scripted server speaks no TLS')
  t.same(seen, ['CONNECT llm.corp.invalid:443'])
})
