// A language model behind any server that speaks OpenAI's chat completions API.
import { createParser } from 'eventsource-parser'
import { brokenAnswer } from './failures.ts'
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
 * Reads server-sent events, or one JSON object from a server that does not stream. The body's first character decides, not its
 * media type.
 */
export function createBodyParser (handler: ChunkHandler): BodyParser {
  let reader: BodyParser | undefined
  return {
    feed (text) {
      const start = reader ? text : text.trimStart()
      if (start === '') return
      reader ??= start.startsWith('{') ? createObjectReader(handler) : createEventReader(handler)
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
      else if (event === 'error') handler.onError(parse(data).error ?? parse(data))
      else if (data !== '') readChunk(data, handler)
    },
    onError (error) {
      if (error.type === 'max-buffer-size-exceeded') throw brokenAnswer('an event without end')
    },
  })
  // A server may leave out the blank line after its last event.
  return { feed: parser.feed, end: () => parser.feed('\n\n') }
}

function createObjectReader (handler: ChunkHandler): BodyParser {
  let body = ''
  return {
    feed (text) {
      body += text
      if (body.length > maxChunkChars) throw brokenAnswer('a JSON body without end')
    },
    end: () => readChunk(body, handler),
  }
}

interface Delta {
  content?: string | { type?: string, text?: string }[] | null
  refusal?: string | null
  reasoning_content?: string | null
  reasoning?: string | null
}

interface Chunk {
  error?: unknown
  choices?: { index?: number, delta?: Delta, message?: Delta, finish_reason?: string | null }[]
  usage?: { prompt_tokens?: number, completion_tokens?: number } | null
}

function readChunk (data: string, handler: ChunkHandler): void {
  const { error, choices, usage } = parse(data)
  if (error) handler.onError(error)
  const choice = choices?.[0]
  if (choice) {
    readDelta(choice.delta ?? choice.message ?? {}, handler)
    if (choice.finish_reason) handler.onStop(choice.finish_reason)
  }
  if (usage) handler.onUsage(usage.prompt_tokens, usage.completion_tokens)
}

function readDelta (delta: Delta, handler: ChunkHandler): void {
  const reasoning = delta.reasoning_content ?? delta.reasoning
  if (typeof reasoning === 'string' && reasoning !== '') handler.onReasoning(reasoning)
  const content = delta.content ?? delta.refusal
  if (typeof content === 'string') {
    if (content !== '') handler.onText(content)
  } else if (Array.isArray(content)) {
    // Mistral's reasoning models: parts of type `thinking` and `text`.
    for (const part of content) {
      if (part.type === 'text' && part.text) handler.onText(part.text)
      else handler.onReasoning('')
    }
  }
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
