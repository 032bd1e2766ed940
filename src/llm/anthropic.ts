// A language model behind Anthropic's Messages API.
import { readAddress } from './address.ts'
import { createEventReader } from './event-reader.ts'
import { brokenAnswer } from './failures.ts'
import type { ChatMessage, LanguageModel } from './model.ts'
import { createRemoteModel } from './remote-model.ts'
import type { RemoteModelOptions } from './remote-model.ts'
import { errorOf } from './server-errors.ts'
import { maxChunkChars } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'

/**
 * Makes a model from a server that speaks Anthropic's Messages API.
 * @param options `url` is the server's address, like `https://api.anthropic.com`; `/v1` or `/v1/messages` at its end
 *   changes nothing. Throws TypeError when it is not a URL.
 */
export function createAnthropicModel (options: RemoteModelOptions): LanguageModel {
  const { path, search } = readAddress(options.url)
  const base = path.replace(/\/messages$/, '').replace(/\/v1$/, '')
  return createRemoteModel({
    paths: [`${base}/v1/messages${search}`],
    headers: apiKey => ({ 'anthropic-version': '2023-06-01', ...(apiKey === '' ? {} : { 'x-api-key': apiKey }) }),
    body: ({ messages, maxTokens, temperature }, model) => ({
      model, ...splitSystem(messages), max_tokens: maxTokens, temperature, stream: true,
    }),
    warmUpBody: model => ({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1, stream: false }),
    changes: { temperature: { without: ({ temperature, ...rest }) => rest } },
    createBodyParser,
  }, options)
}

/** Puts the system's message beside the others. */
function splitSystem (messages: ChatMessage[]): { system?: string, messages: ChatMessage[] } {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n\n')
  return { ...(system === '' ? {} : { system }), messages: messages.filter(({ role }) => role !== 'system') }
}

/** Reads events, or one JSON object from a proxy that does not stream. */
export function createBodyParser (handler: ChunkHandler): BodyParser {
  const usage: Usage = {}
  let object: string | undefined
  let begun = false
  const parser = createEventReader(event => readEvent(event, usage, handler), handler)
  return {
    feed (text) {
      const start = begun ? text : text.trimStart()
      if (start === '') return
      if (!begun && start.startsWith('{')) object = ''
      begun = true
      if (object === undefined) return parser.feed(start)
      object += start
      if (object.length > maxChunkChars) throw brokenAnswer('a JSON body without end')
    },
    end () {
      if (object === undefined) parser.end()
      else readMessage(parse(object) as Message, usage, handler)
    },
  }
}

interface Usage { input_tokens?: number, cache_read_input_tokens?: number, cache_creation_input_tokens?: number, output_tokens?: number }

interface Message {
  content?: { type?: string, text?: string }[]
  stop_reason?: string | null
  usage?: Usage
}

interface Event {
  type?: string
  message?: Message
  content_block?: { type?: string, text?: string }
  delta?: { type?: string, text?: string, thinking?: string, stop_reason?: string | null }
  usage?: Usage
}

function readEvent (event: Event, usage: Usage, handler: ChunkHandler): void {
  const error = errorOf(event)
  if (error !== undefined) handler.onError(error)
  const { type, message, content_block: block, delta } = event
  if (type === 'message_start') Object.assign(usage, message?.usage)
  if (type === 'content_block_start') readText(block ?? {}, handler)
  if (type === 'content_block_delta') readText(delta ?? {}, handler)
  if (type === 'message_delta') {
    Object.assign(usage, event.usage)
    if (delta?.stop_reason) handler.onStop(delta.stop_reason, false)
  }
  if (type === 'message_stop') {
    countUsage(usage, handler)
    handler.onDone()
  }
}

/** Everything that is not text (thoughts, their signatures) is reasoning. */
function readText (part: { type?: string, text?: string, thinking?: string }, handler: ChunkHandler): void {
  if (part.type === 'text' || part.type === 'text_delta') {
    if (part.text) handler.onText(part.text)
  } else handler.onReasoning(part.thinking ?? '')
}

function readMessage (message: Message, usage: Usage, handler: ChunkHandler): void {
  const error = errorOf(message)
  if (error !== undefined) handler.onError(error)
  for (const part of message.content ?? []) readText(part, handler)
  Object.assign(usage, message.usage)
  countUsage(usage, handler)
  if (!message.stop_reason) return
  handler.onStop(message.stop_reason, false)
  handler.onDone()
}

function countUsage (usage: Usage, handler: ChunkHandler): void {
  const { input_tokens: input, cache_read_input_tokens: read = 0, cache_creation_input_tokens: created = 0, output_tokens: output } = usage
  handler.onUsage(input === undefined ? undefined : input + read + created, output)
}

function parse (data: string): Event {
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch {
    throw brokenAnswer('a body that is not JSON')
  }
  if (typeof event !== 'object' || event === null) throw brokenAnswer('a body that is not a JSON object')
  return event as Event
}
