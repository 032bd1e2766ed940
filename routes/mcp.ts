// POST /mcp: the Model Context Protocol, for agents. Its tools are requests to the other routes, so that their rules hold.
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { McpServer } from '../src/mcp/server.ts'
import type { CallResult, McpSession } from '../src/mcp/session.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { goneSignal, tenantOf } from './answering.ts'

/** Headers that belong to this request alone; all others say who asks, from where. */
const ownHeaders = /^(?:content-.*|accept.*|connection|transfer-encoding|expect|cache-control|last-event-id|idempotency-key|mcp-.*)$/

const routes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  let server: Promise<McpServer> | undefined
  /** Loads the protocol with the first request: most services never get one. */
  async function load (): Promise<McpServer> {
    const { createMcpServer } = await import('../src/mcp/server.ts')
    return createMcpServer({ version, onError: error => app.log.debug({ err: error }, 'an MCP request failed') })
  }
  app.addHook('preClose', async () => { await (await server)?.close() })

  app.post('/mcp', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Use the service from an agent, by the Model Context Protocol',
      description: 'Streamable HTTP without sessions. The tools `search`, `fetch` and `ask`, and the company\'s indexes as resources.',
      querystring: Type.Object({
        company_id: Type.Optional(CompanyId),
        user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Who asks; the address when absent' })),
      }, { additionalProperties: false }),
      body: Type.Unsafe<object>({ anyOf: [{ type: 'object' }, { type: 'array' }], description: 'A JSON-RPC message' }),
      response: {
        200: {
          description: 'The JSON-RPC response',
          content: {
            'application/json': { schema: Type.Unsafe<object>({ type: 'object', additionalProperties: true }) },
            'text/event-stream': { schema: Type.String() },
          },
        },
        202: Type.Null({ description: 'A notification was accepted' }),
        400: errorResponse('The request is invalid'),
        401: errorResponse('The key is missing or not valid'),
        403: errorResponse('The key may not do this, or belongs to another company'),
        406: errorResponse('The client accepts neither JSON nor a stream'),
      },
    },
    serializerCompiler: () => data => JSON.stringify(data),
  }, async (request, reply) => {
    server ??= load()
    const { handle } = await server
    const { raw, body, headers } = request
    // Without its body, which has been parsed.
    const message = new Request('http://127.0.0.1/mcp', {
      method: 'POST',
      headers: mcpHeaders(raw.headers),
      signal: goneSignal(reply),
    })
    const response = await handle(message, body, sessionOf(app, request))
    reply.code(response.status as 200).header('cache-control', 'no-store').header('x-accel-buffering', 'no')
    const type = response.headers.get('content-type')
    if (type !== null) reply.type(type)
    if (type?.startsWith('text/event-stream') && headers.connection !== 'close') reply.header('cache-control', 'no-cache, no-transform')
    // A notification has no answer, and `null` would be one.
    return reply.send((response.body ? Readable.fromWeb(response.body as ReadableStream) : undefined) as never) as never
  })
}

export default routes

/** Returns the headers that the protocol reads. */
function mcpHeaders (headers: FastifyRequest['headers']): Record<string, string> {
  const wanted = Object.entries(headers).filter(([name]) => /^(?:accept|content-type|mcp-.*)$/.test(name))
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]))
}

function sessionOf (app: FastifyInstance, request: FastifyRequest): McpSession {
  const { principal, ip, raw } = request
  const { company_id, user_id } = request.query as { company_id?: string, user_id?: string }
  const headers = Object.fromEntries(Object.entries(raw.headers).filter(([name]) => !ownHeaders.test(name)))
  const remoteAddress = raw.socket.remoteAddress
  return {
    company: tenantOf(request, company_id),
    user: principal.user ?? user_id ?? `mcp ${ip}`,
    mayRead: principal.scopes.includes('write') || principal.scopes.includes('admin'),
    async call (method, path, { query = {}, body, signal }): Promise<CallResult> {
      const named = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
      const response = await app.inject({
        method,
        url: path,
        query: Object.fromEntries(named),
        headers,
        signal,
        ...(body ? { payload: body } : {}),
        ...(remoteAddress ? { remoteAddress } : {}),
      })
      const json = response.json() as { code?: string, message?: string }
      if (response.statusCode < 300) return { ok: true, json }
      const retryAfter = Number(response.headers['retry-after'])
      return {
        ok: false, code: json.code ?? 'INTERNAL', message: json.message ?? 'The request failed.',
        ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
      }
    },
  }
}
