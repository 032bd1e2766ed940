// Sends requests to a service with any credential, and returns whatever it answers.
import { request } from 'undici'
import { createAgent } from '../../src/async/agent.ts'
import { configuredProxy } from '../proxy.ts'

export interface Call {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  key?: string
  body?: object
  headers?: Record<string, string>
}
export interface Attempt extends Call {
  /** What the response must not contain. */
  marks: string[]
  /** It must be refused: it names what belongs to another one. */
  mustFail: boolean
}
export interface Answer { status: number, text: string, json: Record<string, any> }
export type Caller = ((call: Call) => Promise<Answer>) & { close (): Promise<void> }

const silenceMs = 120_000

export function createCaller (address: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Caller {
  const agent = createAgent(address, { proxy: configuredProxy(env), connectTimeoutMs: 10_000, connections: 4 })
  const call = async ({ method, path, key, body, headers }: Call): Promise<Answer> => {
    const response = await request(`${address}${path}`, {
      dispatcher: agent,
      method,
      headers: {
        ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}), ...headers,
      },
      body: body ? JSON.stringify(body) : null,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      signal,
    })
    const text = await response.body.text()
    return { status: response.statusCode, text, json: parse(text) }
  }
  return Object.assign(call, { close: () => agent.destroy() })
}

function parse (text: string): Record<string, any> {
  try {
    return JSON.parse(text) as Record<string, any>
  } catch {
    return {}
  }
}
