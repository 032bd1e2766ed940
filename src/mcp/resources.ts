// The company's indexes as resources: what there is to search.
import type { McpSession } from './session.ts'

export interface Resource { uri: string, name: string, title: string, description: string, mimeType: string }

interface Company { id: string, name: string, language: string, indexes: string[], common_questions: string[] }
interface Count { kind: string, documents: number }

const mimeType = 'application/json'
export const resourceTemplate = {
  uriTemplate: 'causerie://{company_id}/{index}',
  name: 'index',
  title: 'An index of a company',
  description: 'What an index holds',
  mimeType,
}

export async function listResources ({ company, call }: McpSession, signal: AbortSignal): Promise<Resource[]> {
  if (company === null) return []
  const read = await call('GET', `/v1/companies/${encodeURIComponent(company)}`, { signal })
  if (!read.ok) return []
  const { name, indexes } = read.json as Company
  return indexes.map(index => ({
    uri: `causerie://${company}/${index}`, name: index, title: `${name}: ${index}`, description: `The index ${index} of ${name}`, mimeType,
  }))
}

/** Returns null when there is no such index, or it may not be seen. */
export async function readResource ({ company: own, mayRead, call }: McpSession, uri: string, signal: AbortSignal): Promise<object | null> {
  const [, company, index] = /^causerie:\/\/([^/]+)\/([^/]+)$/.exec(uri) ?? []
  if (company === undefined || (own !== null && company !== own)) return null
  const read = await call('GET', `/v1/companies/${encodeURIComponent(company)}`, { signal })
  if (!read.ok) return null
  const { name, language, indexes, common_questions } = read.json as Company
  if (!indexes.includes(index!)) return null
  const counted = mayRead ? await call('GET', '/v1/indexes', { query: { company_id: company }, signal }) : null
  const count = counted?.ok ? (counted.json as { data: Count[] }).data.find(({ kind }) => kind === index) : undefined
  return { company: { id: company, name, language }, index, ...(count && { documents: count.documents }), common_questions }
}
