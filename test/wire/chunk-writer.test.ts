// The chunks of a response: whatever is written comes out, on the wire and by any client.
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createChunkWriter } from '../../src/wire/chunk-writer.ts'
import { nastyText } from '../fixtures/app-answers.ts'
import { fc } from '../fixtures/property.ts'

/** Serves a list of texts, each a write; the last one is written with the end. */
async function serve (t: Test, texts: () => string[]): Promise<number> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const { write, end } = createChunkWriter(response)
    const all = texts()
    for (const text of all.slice(0, -1)) if (text !== '') write(text)
    end(all.at(-1)!)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return (server.address() as AddressInfo).port
}

async function raw (port: number, requests: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(requests)
  let text = ''
  for await (const part of socket.setEncoding('utf8')) text += part
  return text
}

t.test('any texts come through, one after the other on one connection', async t => {
  let texts: string[] = []
  const port = await serve(t, () => texts)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const sockets = new Set<unknown>()
  await fc.assert(fc.asyncProperty(fc.array(nastyText, { minLength: 1, maxLength: 8 }), async some => {
    texts = some.map(text => text.toWellFormed())
    const response = await new Promise<IncomingMessage>((resolve, reject) => { get({ port, agent }, resolve).on('error', reject) })
    sockets.add(response.socket)
    let read = ''
    for await (const part of response.setEncoding('utf8')) read += part
    return read === texts.join('')
  }))
  t.equal(sockets.size, 1, 'the connection stays usable')
})

t.test('a chunk is its length in bytes and its text; the end is with the last one', async t => {
  const port = await serve(t, () => ['one', 'é €', 'last'])
  const answer = await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  t.match(answer, /transfer-encoding: chunked/i)
  t.equal(answer.slice(answer.indexOf('\r\n\r\n') + 4), '3\r\none\r\n6\r\né €\r\n4\r\nlast\r\n0\r\n\r\n')
})

t.test('requests sent together are answered in turn', async t => {
  let n = 0
  const port = await serve(t, () => [`one ${++n}`, `two ${n}`, ''])
  const answer = await raw(port, `GET / HTTP/1.1\r\nHost: a\r\n\r\n${'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'}`)
  t.same(answer.match(/(?:one|two) \d/g), ['one 1', 'two 1', 'one 2', 'two 2'])
  t.equal(answer.split('\r\n0\r\n\r\n').length, 3)
})

t.test('a client of HTTP/1.0 gets the text alone', async t => {
  const port = await serve(t, () => ['one', 'two'])
  const answer = await raw(port, 'GET / HTTP/1.0\r\n\r\n')
  t.notMatch(answer, /chunked/i)
  t.equal(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'onetwo')
})
