// The Model Context Protocol: tools and resources for agents, without sessions. Loaded with the first request.
import { createMcpHandler, ProtocolError, ProtocolErrorCode, ResourceNotFoundError, Server } from '@modelcontextprotocol/server'
import { asJson, readAccept } from './accept.ts'
import { listResources, readResource, resourceTemplate } from './resources.ts'
import type { McpSession } from './session.ts'
import { tools, type Tool, type ToolResult } from './tools.ts'

export interface McpServer {
  /** Answers one request, whose body has been parsed. */
  handle (request: Request, body: unknown, session: McpSession): Promise<Response>
  close (): Promise<void>
}

const companyProperty = { type: 'string', description: 'The company to ask' }
const annotations = { readOnlyHint: true, openWorldHint: false }

/** @param onError called with errors that no client is told of */
export function createMcpServer ({ version, onError }: { version: string, onError (error: unknown): void }): McpServer {
  const handler = createMcpHandler(
    ({ authInfo }) => serverFor((authInfo!.extra as { session: McpSession }).session, version),
    { onerror: onError }
  )
  return {
    async handle (request, body, session) {
      const { header, needsJson } = readAccept(request.headers.get('accept'))
      request.headers.set('accept', header)
      const authInfo = { token: '', clientId: '', scopes: [], extra: { session } }
      const response = await handler.fetch(request, { parsedBody: body, authInfo })
      return needsJson ? asJson(response, Array.isArray(body)) : response
    },
    close: handler.close,
  }
}

/** Makes the server of one request. */
function serverFor (session: McpSession, version: string): Server {
  const { company } = session
  const server = new Server({ name: 'causerie', title: 'Causerie', version }, {
    capabilities: { tools: {}, resources: {} },
    instructions: (company === null
      ? 'Answers and passages from companies\' own documents: name the company in company_id. '
      : `Answers and passages from the documents of ${company}. `) +
      'Use ask for an answer with its sources; search and fetch to read for yourself.',
  })
  server.setRequestHandler('tools/list', async () => ({ tools: tools.map(tool => describe(tool, company)) }))
  server.setRequestHandler('tools/call', async ({ params: { name, arguments: given = {} } }, { mcpReq: { signal } }) => {
    const tool = tools.find(tool => tool.name === name)
    if (!tool) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no such tool, but ${tools.map(({ name }) => name).join(', ')}.`)
    }
    const { company_id, ...rest } = given
    const wrong = problemOf(tool, company, company_id, rest)
    return toResult(wrong === null ? await tool.run(session, company ?? String(company_id), rest, signal) : { failure: wrong })
  })
  server.setRequestHandler('resources/list', async (_, { mcpReq: { signal } }) => ({ resources: await listResources(session, signal) }))
  server.setRequestHandler('resources/templates/list', async () => ({ resourceTemplates: [resourceTemplate] }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq: { signal } }) => {
    const content = await readResource(session, uri, signal)
    if (!content) throw new ResourceNotFoundError(uri)
    return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(content, null, 2) }] }
  })
  return server
}

function describe ({ name, title, description, properties, required }: Tool, company: string | null) {
  return {
    name,
    title,
    description,
    annotations: { title, ...annotations },
    inputSchema: {
      type: 'object' as const,
      properties: company === null ? { company_id: companyProperty, ...properties } : properties,
      required: company === null ? ['company_id', ...required] : required,
      additionalProperties: false,
    },
  }
}

/** Returns what is wrong with the arguments, as far as the route behind the tool would not say it in the tool's own words. */
function problemOf (
  { properties, required }: Tool, company: string | null, named: unknown, given: Record<string, unknown>
): string | null {
  const unknown = Object.keys(given).find(name => !Object.hasOwn(properties, name))
  if (unknown !== undefined) return `There is no argument "${unknown.slice(0, 100)}".`
  const missing = required.find(name => typeof given[name] !== 'string' || given[name] === '')
  if (missing !== undefined) return `The argument "${missing}" must be a text.`
  if (company === null && (typeof named !== 'string' || named === '')) {
    return 'The argument "company_id" is missing: the key opens several companies.'
  }
  if (company !== null && named !== undefined && named !== company) return 'The key belongs to another company.'
  return null
}

function toResult (result: ToolResult) {
  if ('failure' in result) return { isError: true, content: [{ type: 'text' as const, text: result.failure }] }
  const { value, text = JSON.stringify(value) } = result
  return { content: [{ type: 'text' as const, text }], structuredContent: value as Record<string, unknown> }
}
