// A language model behind Ollama's own API.
import { readAddress } from './address.ts'
import { brokenAnswer } from './failures.ts'
import { createLineReader } from './line-reader.ts'
import { errorOf } from './server-errors.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'
import type { LanguageModel } from './model.ts'
import { createRemoteModel } from './remote-model.ts'
import type { RemoteModelOptions } from './remote-model.ts'

/**
 * Makes a model from an Ollama server.
 * @param options `url` is the server's address, like `http://127.0.0.1:11434`; `/api` or `/v1` at its end is
 *   ignored. Throws TypeError when it is not a URL.
 */
export function createOllamaModel (options: RemoteModelOptions): LanguageModel {
  const { path, search } = readAddress(options.url)
  const keepAlive = keepAliveOf(options.keepAlive)
  return createRemoteModel({
    paths: [`${path.replace(/\/(?:api|v1|api\/chat)$/, '')}/api/chat${search}`],
    headers: (apiKey): Record<string, string> => apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
    body: (request, model) => ({
      model,
      messages: request.messages,
      stream: true,
      // Reasoning is never shown: it would only cost the reader's time and num_predict.
      think: false,
      options: { num_predict: request.maxTokens, temperature: request.temperature },
      keep_alive: keepAlive,
      ...(request.format ? { format: request.format.type === 'json_schema' ? request.format.schema : 'json' } : {}),
    }),
    writesJson: true,
    // Without messages Ollama only loads the model (docs/api.md, "Load a model").
    warmUpBody: (model) => ({ model, messages: [], stream: false, keep_alive: keepAlive }),
    changes: {
      think: { named: /\bthink(?:ing)?\b/, without: ({ think, ...rest }) => rest },
      keep_alive: { named: /keep_alive|invalid duration/, without: ({ keep_alive: _, ...rest }) => rest },
    },
    createBodyParser,
  }, options)
}

/** Reads one JSON object per line. */
export function createBodyParser (handler: ChunkHandler): BodyParser {
  return createLineReader(line => readLine(line, handler))
}

type Content = string | { text?: string }[] | null | undefined

interface Chunk {
  message?: { content?: Content, thinking?: string | null }
  done?: boolean
  done_reason?: string
  prompt_eval_count?: number
  eval_count?: number
}

function readLine (line: string, handler: ChunkHandler): void {
  const chunk = parse(line)
  if (chunk === undefined) return
  const error = errorOf(chunk)
  if (error !== undefined) handler.onError(error)
  const { content: given, thinking } = chunk.message ?? {}
  const content = typeof given === 'string' ? given : textOf(given)
  if (thinking) handler.onReasoning(thinking)
  if (content) handler.onText(content)
  if (chunk.done !== true) return
  handler.onStop(chunk.done_reason ?? 'stop', Boolean(content))
  // The prompt's count is left out when Ollama had the whole prompt cached.
  handler.onUsage(chunk.prompt_eval_count ?? 0, chunk.eval_count)
  handler.onDone()
}

/** Joins the parts of a content, as proxies before other models write it. */
function textOf (content: Exclude<Content, string>): string {
  return Array.isArray(content) ? content.map(part => typeof part === 'string' ? part : part?.text ?? '').join('') : ''
}

/** Reads a line, also one that a proxy has made an event of. */
function parse (line: string): Chunk | undefined {
  const json = (line.charCodeAt(0) === 0xfeff ? line.slice(1) : line).replace(/^(?:data: ?(?:\[DONE\])?|event:.*|:.*)/i, '')
  if (json === '' || json.trim() === '') return undefined
  let chunk: unknown
  try {
    chunk = JSON.parse(json)
  } catch {
    throw brokenAnswer('a line that is not JSON')
  }
  if (typeof chunk !== 'object' || chunk === null) throw brokenAnswer('a line that is not a JSON object')
  return chunk
}

function keepAliveOf (value: string | undefined): string | number | undefined {
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : value
}
