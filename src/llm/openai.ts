// A language model behind any server that speaks OpenAI's chat completions API.
import { createParser } from 'eventsource-parser'
import { brokenAnswer } from './failures.ts'
import { errorOf, readJson } from './server-errors.ts'
import { maxChunkChars } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'
import type { LanguageModel } from './model.ts'
import { createRemoteModel } from './remote-model.ts'
import type { RemoteModelOptions } from './remote-model.ts'

/**
 * Makes a model from an OpenAI-compatible server.
 * @param options `url` is the API's base with its version path, like `https://api.openai.com/v1`; a query
 *   (Azure's `api-version`) is kept. Throws TypeError when it is not a URL.
 */
export function createOpenAiModel (options: RemoteModelOptions): LanguageModel {
  const url = new URL(options.url)
  return createRemoteModel({
    origin: url.origin,
    path: `${url.pathname.replace(/\/+$/, '')}/chat/completions${url.search}`,
    body: (request, model) => ({
      model,
      messages: request.messages,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      stream: true,
      stream_options: { include_usage: true },
    }),
    warmUpBody: (model) => ({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1, stream: false }),
    createBodyParser,
  }, options)
}

/**
 * Reads server-sent events, or JSON from a server that does not stream: one object, or a list of chunks. The body's first
 * character decides, not its media type.
 */
export function createBodyParser (handler: ChunkHandler): BodyParser {
  let reader: BodyParser | undefined
  return {
    feed (text) {
      const start = reader ? text : text.trimStart()
      if (start === '') return
      reader ??= /^[{[]/.test(start) ? createJsonReader(handler) : createEventReader(handler)
      reader.feed(start)
    },
    end () {
      reader?.end()
    },
  }
}

function createEventReader (handler: ChunkHandler): BodyParser {
  const parser = createParser({
    maxBufferSize: maxChunkChars,
    onEvent ({ data, event }) {
      if (data.startsWith('[DONE]')) handler.onDone()
      else if (event === 'error') handler.onError(errorOf(parse(data)) ?? parse(data))
      else if (data !== '') readChunk(parse(data), handler)
    },
    onError (error) {
      if (error.type === 'max-buffer-size-exceeded') throw brokenAnswer('an event without end')
      // Some proxies write the error of a stream that has begun as a bare line of JSON.
      const stray = error.line === undefined ? undefined : errorOf(readJson(error.line))
      if (stray !== undefined) handler.onError(stray)
    },
  })
  // A server may leave out the blank line after its last event.
  return { feed: parser.feed, end: () => parser.feed('\n\n') }
}

function createJsonReader (handler: ChunkHandler): BodyParser {
  let body = ''
  return {
    feed (text) {
      body += text
      if (body.length > maxChunkChars) throw brokenAnswer('a JSON body without end')
    },
    end () {
      const json = parse(body)
      const chunks = Array.isArray(json) ? json as unknown[] : [json]
      for (const chunk of chunks) readChunk(chunk as Chunk, handler)
      // An object that could be parsed is all there, whether or not it says why the model stopped.
      if (chunks.length === 1 && (json as Chunk).choices?.[0]?.message) handler.onDone()
    },
  }
}

interface Delta {
  content?: string | { type?: string, text?: string }[] | null
  refusal?: string | null
  reasoning_content?: string | null
  reasoning?: string | null
}

interface Chunk {
  choices?: { index?: number, delta?: Delta, message?: Delta, finish_reason?: string | null }[]
  usage?: { prompt_tokens?: number, completion_tokens?: number } | null
}

function readChunk (chunk: Chunk, handler: ChunkHandler): void {
  const error = errorOf(chunk)
  if (error !== undefined) handler.onError(error)
  const { choices, usage } = chunk
  // One answer was asked for; text of another one does not belong into it.
  const choice = choices?.find(choice => (choice?.index ?? 0) === 0)
  if (choice) {
    const hasText = readDelta(choice.delta ?? choice.message ?? {}, handler)
    if (choice.finish_reason) handler.onStop(choice.finish_reason, hasText)
  }
  if (usage) handler.onUsage(usage.prompt_tokens, usage.completion_tokens)
}

/** Returns whether it holds text of the answer. */
function readDelta (delta: Delta, handler: ChunkHandler): boolean {
  const reasoning = delta.reasoning_content ?? delta.reasoning
  if (typeof reasoning === 'string' && reasoning !== '') handler.onReasoning(reasoning)
  const content = delta.content ?? delta.refusal
  if (typeof content === 'string') {
    if (content !== '') handler.onText(content)
    return content !== ''
  }
  if (!Array.isArray(content)) return false
  // Mistral's reasoning models: parts of type `thinking` and `text`.
  for (const part of content) {
    if (part.type === 'text' && part.text) handler.onText(part.text)
    else handler.onReasoning('')
  }
  return content.some(part => part.type === 'text' && part.text)
}

function parse (data: string): Chunk {
  let chunk: unknown
  try {
    chunk = JSON.parse(data)
  } catch {
    throw brokenAnswer('a chunk that is not JSON')
  }
  if (typeof chunk !== 'object' || chunk === null) throw brokenAnswer('a chunk that is not a JSON object')
  return chunk as Chunk
}
