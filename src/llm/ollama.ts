// A language model behind Ollama's own API.
import { broken } from './failures.ts'
import { MAX_CHUNK } from './stream-decoder.ts'
import type { AnswerReader, AnswerSink } from './stream-decoder.ts'
import type { LanguageModel } from './model.ts'
import { createRemoteModel } from './remote.ts'
import type { RemoteOptions } from './remote.ts'

/**
 * Makes a model from an Ollama server.
 * @param options `url` is the server's address, like `http://127.0.0.1:11434`; `/api` or `/v1` at its end is
 *   ignored. Throws TypeError when it is no address.
 */
export function createOllamaModel (options: RemoteOptions): LanguageModel {
  const url = new URL(options.url)
  const keepAlive = keepAliveOf(options.keepAlive)
  return createRemoteModel({
    origin: url.origin,
    path: `${url.pathname.replace(/\/+$/, '').replace(/\/(?:api|v1)$/, '')}/api/chat`,
    body: (request, model) => ({
      model,
      messages: request.messages,
      stream: true,
      // Reasoning is never shown, so it would only cost the reader's time and num_predict.
      think: false,
      options: { num_predict: request.maxTokens, temperature: request.temperature },
      keep_alive: keepAlive,
    }),
    // Without messages Ollama only loads the model (docs/api.md, "Load a model").
    warmUpBody: (model) => ({ model, messages: [], stream: false, keep_alive: keepAlive }),
    createReader,
  }, options)
}

/** Reads one JSON object per line. */
export function createReader (sink: AnswerSink): AnswerReader {
  let line = ''
  return {
    feed (text) {
      let start = 0
      for (;;) {
        const end = text.indexOf('\n', start)
        if (end === -1) break
        readLine(line + text.slice(start, end), sink)
        line = ''
        start = end + 1
      }
      line += text.slice(start)
      if (line.length > MAX_CHUNK) throw broken('a line without end')
    },
    end () {
      readLine(line, sink)
    },
  }
}

interface Chunk {
  error?: unknown
  message?: { content?: string | null, thinking?: string | null }
  done?: boolean
  done_reason?: string
  prompt_eval_count?: number
  eval_count?: number
}

function readLine (line: string, sink: AnswerSink): void {
  const chunk = parse(line)
  if (chunk === undefined) return
  if (chunk.error) sink.failed(chunk.error)
  const { content, thinking } = chunk.message ?? {}
  if (thinking) sink.thought(thinking)
  if (content) sink.text(content)
  if (chunk.done !== true) return
  sink.stopped(chunk.done_reason ?? 'stop')
  // The prompt's count is left out when Ollama had the whole prompt cached.
  sink.usage(chunk.prompt_eval_count ?? 0, chunk.eval_count)
  sink.done()
}

function parse (line: string): Chunk | undefined {
  const json = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line
  if (json === '' || json.trim() === '') return undefined
  let chunk: unknown
  try {
    chunk = JSON.parse(json)
  } catch {
    throw broken('a line that is no JSON')
  }
  if (typeof chunk !== 'object' || chunk === null) throw broken('a line that is no JSON object')
  return chunk
}

function keepAliveOf (value: string | undefined): string | number | undefined {
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : value
}
