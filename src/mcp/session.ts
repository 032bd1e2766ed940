// What an MCP request may do: call the service's own routes, as whoever sent it.

export interface CallOptions {
  /** Parameters without a value are left out. */
  query?: Record<string, string | undefined>
  body?: object
  signal: AbortSignal
}

/** The JSON of a route, or its error. */
export type CallResult = { ok: true, json: unknown } | { ok: false, code: string, message: string, retryAfterSeconds?: number }

export interface McpSession {
  /** The company that is asked; null: each call names one. */
  company: string | null
  /** Who asks, unique within the company. */
  user: string
  /** Whole documents may be read. */
  mayRead: boolean
  call (method: 'GET' | 'POST', path: string, options: CallOptions): Promise<CallResult>
}
