// A language model behind any server that speaks OpenAI's chat completions API.
import type { Change, RequestBody } from './adaptation.ts'
import { readAddress, type ServerAddress } from './address.ts'
import { createEventReader } from './event-reader.ts'
import { brokenAnswer } from './failures.ts'
import { createLineReader } from './line-reader.ts'
import { isObject } from '../plain-object.ts'
import { errorOf, readJson } from './server-errors.ts'
import { maxChunkChars } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'
import type { ChatMessage, LanguageModel } from './model.ts'
import { createRemoteModel } from './remote-model.ts'
import type { RemoteModelOptions } from './remote-model.ts'
import type { AnswerFormat } from '../types.ts'

/**
 * Makes a model from an OpenAI-compatible server.
 * @param options `url` is the API's base, like `https://api.openai.com/v1`, with or without `/v1` and `/chat/completions`;
 *   or a deployment of Azure's, whose `api-version` is kept. Throws TypeError when it is not a URL.
 */
export function createOpenAiModel (options: RemoteModelOptions): LanguageModel {
  const address = readAddress(options.url)
  return createRemoteModel({
    paths: pathsOf(address, options.model),
    headers: (apiKey): Record<string, string> => {
      if (apiKey === '') return {}
      return isAzure(address) ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }
    },
    body: (request, model) => ({
      model,
      messages: request.messages,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      stream: true,
      stream_options: { include_usage: true },
      ...(request.format ? { response_format: responseFormat(request.format) } : {}),
    }),
    writesJson: true,
    warmUpBody: (model) => ({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1, stream: false }),
    changes,
    createBodyParser,
  }, options)
}

function responseFormat ({ field, ...format }: AnswerFormat): object {
  if (format.type === 'json_object') return format
  const { type, ...schema } = format
  return { type, json_schema: schema }
}

const drop = (name: string): Change['without'] => ({ [name]: _, ...rest }) => rest

/** In this order, because the replacement of `max_tokens` may be refused too. */
const changes: Record<string, Change> = {
  max_tokens: { without: ({ max_tokens: tokens, ...rest }) => ({ ...rest, max_completion_tokens: tokens }) },
  max_completion_tokens: { without: drop('max_completion_tokens') },
  temperature: { without: drop('temperature') },
  stream_options: { without: drop('stream_options') },
  stream: {
    isIn: ({ stream }) => stream === true,
    named: /\bstream(?:ing)?\b[^.]*\b(?:not|un|only|must)|(?:not|un)\s?support[^.]*\bstream(?:ing)?\b/i,
    without: ({ stream_options: _, ...rest }) => ({ ...rest, stream: false }),
  },
  system: {
    isIn: ({ messages }) => (messages as ChatMessage[]).some(({ role }) => role === 'system'),
    named: /system['"]?\s+(?:role|message|prompt|instruction)|role[^.]*system|value:? ['"]system|developer instruction|must alternate/i,
    without: foldSystem,
  },
}

/** Puts the system's message at the beginning of the first question. */
function foldSystem (body: RequestBody): RequestBody {
  const messages = body.messages as ChatMessage[]
  const [first, ...rest] = messages.filter(({ role }) => role !== 'system')
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  if (!first) return body
  return { ...body, messages: [{ ...first, content: [...system, first.content].join('\n\n') }, ...rest] }
}

function isAzure ({ host, path, search }: ServerAddress): boolean {
  return /\.azure\.(?:com|us|cn)$/.test(host) || path.includes('/openai/deployments/') || /[?&]api-version=/.test(search)
}

/** A version of Azure's API that serves every deployment, for an address that names none. */
const azureVersion = '2024-10-21'

function pathsOf (address: ServerAddress, model: string): string[] {
  const given = address.path.replace(/\/chat(?:\/completions)?$/, '')
  const isBareAzure = /\.openai\.azure\./.test(address.host) && /^(?:\/openai)?$/.test(given)
  const hasVersion = /[?&]api-version=/.test(address.search)
  const azure = hasVersion ? `/openai/deployments/${encodeURIComponent(model)}` : '/openai/v1'
  const base = isBareAzure ? azure : given
  const search = base.includes('/openai/deployments/') && !hasVersion
    ? `${address.search === '' ? '?' : `${address.search}&`}api-version=${azureVersion}`
    : address.search
  return basesOf(base).map(path => `${path}/chat/completions${search}`)
}

/** Most servers have a version in their path, and many addresses are given without it. */
function basesOf (path: string): string[] {
  if (path === '') return ['/v1', '']
  if (path.endsWith('/v1')) return [path, path.slice(0, -'/v1'.length)]
  return /\/v\d|\/deployments\//.test(path) ? [path] : [path, `${path}/v1`]
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
      reader ??= /^[{[]/.test(start) ? createJsonReader(handler) : createEventReader(createChunkReader(handler), handler)
      reader.feed(start)
    },
    end () {
      reader?.end()
    },
  }
}

function createJsonReader (handler: ChunkHandler): BodyParser {
  const readChunk = createChunkReader(handler)
  const chunks: Chunk[] = []
  let body = ''
  /** Set when the first line turns out to be an object of its own: there is one on each line. */
  let lines: BodyParser | undefined
  let hasFirstLine = false

  function read (chunk: Chunk): void {
    if (chunks.length < 2) chunks.push(chunk)
    readChunk(chunk)
  }

  return {
    feed (text) {
      if (lines) return lines.feed(text)
      body += text
      if (body.length > maxChunkChars) throw brokenAnswer('a JSON body without end')
      const end = hasFirstLine ? -1 : body.indexOf('\n')
      if (end < 0) return
      hasFirstLine = true
      if (!isObject(readJson(body.slice(0, end))) || body.startsWith('[')) return
      lines = createLineReader(line => { if (line.trim() !== '') read(parse(line)) })
      lines.feed(body)
    },
    end () {
      if (lines) lines.end()
      else for (const chunk of [parse(body)].flat()) read(chunk)
      // An object that could be parsed is all there, whether or not it says why the model stopped.
      const choice = chunks.length === 1 ? chunks[0]!.choices?.[0] : undefined
      if (!choice?.message && !choice?.text) return
      if (!choice.finish_reason) handler.onStop('stop', false)
      handler.onDone()
    },
  }
}

type Part = string | number | { type?: string, text?: string } | null

interface Delta {
  content?: Part | Part[] | undefined
  refusal?: string | null
  reasoning_content?: string | null
  reasoning?: string | null
}

interface Chunk {
  choices?: {
    index?: number | string | null
    delta?: Delta
    message?: Delta
    /** As servers write it that were made for completions of a prompt. */
    text?: string
    finish_reason?: string | number | boolean | null
  }[]
  usage?: { prompt_tokens?: number, completion_tokens?: number } | null
}

function createChunkReader (handler: ChunkHandler): (chunk: Chunk) => void {
  let isInDeltas = false
  return chunk => {
    const error = errorOf(chunk)
    if (error !== undefined) handler.onError(error)
    const { choices, usage } = chunk
    // One answer was asked for; text of another one does not belong to it.
    const choice = choices?.find(choice => Number(choice?.index ?? 0) === 0)
    if (choice) {
      const { delta, message, text } = choice
      // Some servers give the whole message once more with the end; others call each delta a message.
      const hasText = readDelta(delta ?? (isInDeltas ? {} : message ?? { content: typeof text === 'string' ? text : null }), handler)
      if (delta && hasText) isInDeltas = true
      if (choice.finish_reason) handler.onStop(String(choice.finish_reason), hasText)
    }
    if (usage) handler.onUsage(usage.prompt_tokens, usage.completion_tokens)
  }
}

const thoughts = /^(?:reasoning|think|thought)/

/** Tells if there is reasoning in one of the many fields for it: the model is at work. */
function hasThoughts (delta: Delta): boolean {
  return Object.entries(delta).some(([name, value]) => thoughts.test(name) && (Array.isArray(value) ? value.length > 0 : Boolean(value)))
}

/** Returns true if it contains text of the answer. */
function readDelta (delta: Delta, handler: ChunkHandler): boolean {
  const reasoning = delta.reasoning_content || delta.reasoning
  const content = delta.content || delta.content === 0 ? delta.content : delta.refusal
  if (typeof reasoning === 'string' && reasoning !== '') handler.onReasoning(reasoning)
  else if (!content && hasThoughts(delta)) handler.onReasoning('')
  if (typeof content === 'string') {
    if (content !== '') handler.onText(content)
    return content !== ''
  }
  if (content === null || content === undefined) return false
  // Mistral's reasoning models: parts of type `thinking` and `text`.
  let hasText = false
  for (const part of [content].flat()) {
    const text = textOf(part)
    if (text === '') handler.onReasoning('')
    else handler.onText(text)
    hasText ||= text !== ''
  }
  return hasText
}

function textOf (part: Part): string {
  if (typeof part !== 'object') return String(part)
  return part && [undefined, 'text', 'output_text'].includes(part.type) ? String(part.text ?? '') : ''
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
