// The baselines: bare node:http servers that do the minimum for the same bytes on the wire.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { serveParent } from './child.ts'

const { llmUrl, connections } = JSON.parse(process.argv[2]!) as { llmUrl: string, connections: number }
const llm = new URL(llmUrl)
const pool = new Pool(llm.origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })

interface Asked { message: string, max_tokens?: number }

/** The bytes of each question's answer. */
const memory = new Map<string, Buffer>()
/** The events of each question's answer. */
const events = new Map<string, string[]>()

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' }

const routes: Record<string, (asked: Asked, response: ServerResponse) => unknown> = {
  '/memory' ({ message }, response) {
    const bytes = memory.get(message)!
    response.writeHead(200, { ...streamHeaders, 'content-length': bytes.length })
    response.end(bytes)
  },
  /** The same answers from a server that stores events and writes them one by one. */
  '/events' ({ message }, response) {
    response.writeHead(200, streamHeaders)
    for (const event of events.get(message)!) response.write(event)
    response.end()
  },
  '/hold' (_, response) {
    response.writeHead(200, streamHeaders)
    response.write('event: delta\nid: bare.0\ndata: {"text":"Word"}\n\n')
  },
  '/pipe': pipe,
}

/** Calls the language model once and sends the tokens of each packet as one event. */
async function pipe ({ message, max_tokens }: Asked, response: ServerResponse): Promise<void> {
  response.writeHead(200, streamHeaders)
  response.write(event('start', 0, { answer_id: 'bare' }))
  const { body } = await pool.request({
    method: 'POST',
    path: `${llm.pathname}/chat/completions`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'scripted', messages: [{ role: 'user', content: message }], max_tokens, stream: true }),
  })
  let rest = ''
  let n = 1
  body.on('error', () => {})
  response.once('close', () => body.destroy())
  body.setEncoding('utf8')
  body.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n\n')
    rest = lines.pop()!
    let tokens = ''
    for (const line of lines) {
      if (line === 'data: [DONE]') continue
      const text = (JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content
      if (text) tokens += text
    }
    if (tokens !== '') response.write(event('delta', n++, { text: tokens }))
  })
  body.once('end', () => response.end(event('finish', n, { finish_reason: 'stop' })))
}

function event (type: string, n: number, data: object): string {
  return `event: ${type}\nid: bare.${n}\ndata: ${JSON.stringify(data)}\n\n`
}

function readJson (request: IncomingMessage, done: (asked: Asked) => void): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => { text += chunk })
  request.once('end', () => done(JSON.parse(text)))
}

const server = createServer((request, response) => readJson(request, asked => routes[request.url!]!(asked, response)))
server.listen(0, '127.0.0.1', () => serveParent((server.address() as AddressInfo).port, {
  storeAnswers (answers: { message: string, body: string }[]) {
    for (const { message, body } of answers) {
      memory.set(message, Buffer.from(body))
      events.set(message, body.match(/[^]+?\n\n/g)!)
    }
  },
}, () => process.exit(0)))
