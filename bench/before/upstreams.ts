// A slow language model (Ollama's API) and a slow database of profiles (PostgREST's), in one process: both only wait.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { rowsOf } from '../../src/backends/supabase/profiles.ts'
import { answerChunks, answerObject } from '../../test/fixtures/llm-chunks.ts'
import { serveParent } from '../child.ts'
import { writtenProfile } from '../meilisearch.ts'
import { latencies, modelReadsMs, tokenMs, tokens } from './old.ts'

const { scale } = JSON.parse(process.argv[2]!) as { scale: number }
const words = Array.from({ length: tokens }, (_, n) => n === 0 ? 'Word' : ` word${n}`)

interface ChatBody { model: string, messages: unknown[], stream: boolean, keep_alive?: string | number, options?: { num_predict?: number } }

/** The models in memory, each named after the service that uses it: none makes another one's model load. */
const loaded = new Set<string>()
const loading = new Map<string, Promise<void>>()
const counts = { loads: 0, profiles: 0 }

async function load (model: string): Promise<void> {
  if (loaded.has(model)) return
  // Ollama loads a model once, however many wait for it.
  const running = loading.get(model) ?? delay(latencies.modelLoadMs * scale).then(() => {
    counts.loads++
    loaded.add(model)
    loading.delete(model)
  })
  loading.set(model, running)
  await running
}

async function chat (request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { model, messages, stream, keep_alive: keepAlive, options } = await json(request) as ChatBody
  await load(model)
  const answer = { tokens: messages.length === 0 ? [] : words.slice(0, options?.num_predict ?? tokens) }
  if (messages.length > 0) await delay(modelReadsMs * scale)
  if (stream) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const chunk of answerChunks('ollama', answer)) {
      await delay(tokenMs * scale)
      if (response.destroyed) break
      response.write(chunk)
    }
    response.end()
  } else {
    await delay(answer.tokens.length * tokenMs * scale)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerObject('ollama', answer)))
  }
  if (keepAlive === 0 || keepAlive === '0') loaded.delete(model)
}

const { company, indexes } = rowsOf({ ...writtenProfile, language: 'fr', refuse_without_passages: false })
const row = {
  ...company, updated_at: '2026-01-01T00:00:00Z', company_indexes: indexes.map(one => ({ ...one, mapping: JSON.stringify(one.mapping) })),
}

async function database (path: string, response: ServerResponse): Promise<void> {
  const isProfile = path.startsWith('/companies')
  if (isProfile) {
    counts.profiles++
    await delay(latencies.profileMs * scale)
  }
  const rows = isProfile ? [row] : []
  response.writeHead(200, { 'content-type': 'application/json', 'content-range': rows.length > 0 ? '0-0/1' : '*/0' })
  response.end(JSON.stringify(rows))
}

const server = createServer((request, response) => {
  const path = request.url ?? ''
  const answered = path === '/api/chat' ? chat(request, response) : database(path, response)
  answered.catch(() => response.destroy())
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => serveParent((server.address() as AddressInfo).port, {
  /** Returns how often the model was loaded and a profile was read, since the last call. */
  counts () {
    const now = { ...counts }
    Object.assign(counts, { loads: 0, profiles: 0 })
    return now
  },
}, () => server.close()))
