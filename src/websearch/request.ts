// Requests JSON from a web search engine over HTTP.
import { request, type Dispatcher } from 'undici'
import { createAgent, type ProxySettings } from '../async/agent.ts'
import { readRetryAfter } from '../async/retry-after.ts'
import { WebSearchError } from './port.ts'

/** Bytes; twenty results take tens of thousands. */
const longestAnswer = 4_194_304
const defaultPauseMs = 1000

export interface EngineRequests {
  /** Returns the parsed body of a 200. Throws a WebSearchError, or the signal's reason. */
  getJson(
    url: URL,
    options: { headers?: Record<string, string>; signal: AbortSignal; retryAfter?: (headers: Headers) => number | undefined }
  ): Promise<unknown>
  close(): Promise<void>
}

export type Headers = Dispatcher.ResponseData['headers']

/** Opens connections to an engine. Its address is set by the operator, so a private one is allowed. */
export function createEngineRequests (
  { url, timeoutMs, proxy }: { url: string, timeoutMs: number, proxy?: ProxySettings | undefined }
): EngineRequests {
  const agent = createAgent(url, { proxy, connections: 16, connectTimeoutMs: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })

  return {
    async getJson (url, { headers, signal, retryAfter = headers => readRetryAfter(headers['retry-after']) }) {
      try {
        const response = await request(url, {
          dispatcher: agent, signal, headers: { accept: 'application/json', 'user-agent': 'causerie', ...headers },
        })
        if (response.statusCode === 200) return JSON.parse(await readText(response.body))
        await response.body.dump({ limit: 16_384 }).catch(() => {}) // a failure costs only the connection
        throw failureOf(response.statusCode, retryAfter(response.headers))
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof WebSearchError) throw error
        const { name, code = '' } = error as NodeJS.ErrnoException
        if (name === 'SyntaxError') throw new WebSearchError('broken') // its message would quote the answer
        throw new WebSearchError(code.includes('TIMEOUT') ? 'timeout' : 'unavailable', { cause: error })
      }
    },
    close: () => agent.destroy(),
  }
}

async function readText (body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if ((size += chunk.length) > longestAnswer) throw new WebSearchError('broken')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function failureOf (status: number, retryAfterMs = defaultPauseMs): WebSearchError {
  if (status === 429) return new WebSearchError('rate_limited', { retryAfterMs })
  return new WebSearchError(status >= 500 ? 'unavailable' : 'refused')
}
