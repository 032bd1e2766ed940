// A language model behind any server that speaks OpenAI's chat completions API.
import { createParser } from 'eventsource-parser'
import { broken } from './failures.ts'
import { MAX_CHUNK } from './stream-decoder.ts'
import type { AnswerReader, AnswerSink } from './stream-decoder.ts'
import type { LanguageModel } from './model.ts'
import { createRemoteModel } from './remote.ts'
import type { RemoteOptions } from './remote.ts'

/**
 * Makes a model from an OpenAI-compatible server.
 * @param options `url` is the API's base with its version path, like `https://api.openai.com/v1`; a query
 *   (Azure's `api-version`) is kept. Throws TypeError when it is no address.
 */
export function createOpenAiModel (options: RemoteOptions): LanguageModel {
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
    createReader,
  }, options)
}

/** Reads server-sent events, or one JSON object from a server that does not stream: what it begins with tells, whatever its type says. */
export function createReader (sink: AnswerSink): AnswerReader {
  let reader: AnswerReader | undefined
  return {
    feed (text) {
      const start = reader ? text : text.trimStart()
      if (start === '') return
      reader ??= start.startsWith('{') ? createObjectReader(sink) : createEventReader(sink)
      reader.feed(start)
    },
    end () {
      reader?.end()
    },
  }
}

function createEventReader (sink: AnswerSink): AnswerReader {
  const parser = createParser({
    maxBufferSize: MAX_CHUNK,
    onEvent ({ data, event }) {
      if (data.startsWith('[DONE]')) sink.done()
      else if (event === 'error') sink.failed(parse(data).error ?? parse(data))
      else if (data !== '') readChunk(data, sink)
    },
    onError (error) {
      if (error.type === 'max-buffer-size-exceeded') throw broken('an event without end')
    },
  })
  // A server may leave out the blank line after its last event.
  return { feed: parser.feed, end: () => parser.feed('\n\n') }
}

function createObjectReader (sink: AnswerSink): AnswerReader {
  let body = ''
  return {
    feed (text) {
      body += text
      if (body.length > MAX_CHUNK) throw broken('a JSON body without end')
    },
    end: () => readChunk(body, sink),
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

function readChunk (data: string, sink: AnswerSink): void {
  const { error, choices, usage } = parse(data)
  if (error) sink.failed(error)
  const choice = choices?.[0]
  if (choice) {
    readDelta(choice.delta ?? choice.message ?? {}, sink)
    if (choice.finish_reason) sink.stopped(choice.finish_reason)
  }
  if (usage) sink.usage(usage.prompt_tokens, usage.completion_tokens)
}

function readDelta (delta: Delta, sink: AnswerSink): void {
  const reasoning = delta.reasoning_content ?? delta.reasoning
  if (typeof reasoning === 'string' && reasoning !== '') sink.thought(reasoning)
  const content = delta.content ?? delta.refusal
  if (typeof content === 'string') {
    if (content !== '') sink.text(content)
  } else if (Array.isArray(content)) {
    // Mistral's reasoning models: parts of type `thinking` and `text`.
    for (const part of content) {
      if (part.type === 'text' && part.text) sink.text(part.text)
      else sink.thought('')
    }
  }
}

function parse (data: string): Chunk {
  let chunk: unknown
  try {
    chunk = JSON.parse(data)
  } catch {
    throw broken('a chunk that is no JSON')
  }
  if (typeof chunk !== 'object' || chunk === null) throw broken('a chunk that is no JSON object')
  return chunk as Chunk
}
