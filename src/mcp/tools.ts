// The tools that agents are given. Each is one or two requests to the service's own routes, whose limits and rights hold.
import { documentOf } from '../search/passage-id.ts'
import { readFoundId, toFoundId } from './document-id.ts'
import type { CallResult, McpSession } from './session.ts'

type Arguments = Record<string, unknown>

export interface Tool {
  name: string
  title: string
  description: string
  properties: Record<string, { [key: string]: string | number | { type: string } }>
  required: string[]
  run (session: McpSession, company: string | undefined, given: Arguments, signal: AbortSignal): Promise<ToolResult>
}

export type ToolResult = { value: object, text?: string } | { failure: string }

interface Passage { id: string, index: string, title: string, url: string, text: string, fields: [string, string][], score: number }
interface Answer {
  answer: string
  finish_reason: string
  conversation_id: string
  sources: { n: number, id: string, title: string, url: string, snippet: string }[]
  citations: number[]
}
interface Piece { text: string }
interface Document {
  title: string
  url: string
  fields: [string, string][]
  access: string[] | null
  pieces: Piece[]
  next_piece: number | null
}

const text = (description: string) => ({ type: 'string', description })
const indexes = { type: 'array', items: { type: 'string' }, description: 'Only these indexes; all of them when absent' }
const maxFound = 50
/** The most pages of a long document that one call reads: 4 MB each at most. */
const maxPages = 3

export const tools: Tool[] = [
  {
    name: 'search',
    title: 'Search the documents',
    description: 'Finds the passages of the company\'s documents that fit a question or words, the best first. Give an id to fetch for ' +
      'the whole text.',
    properties: {
      query: text('A question or words, in any language'),
      limit: { type: 'integer', minimum: 1, maximum: maxFound, description: 'The most passages' },
      indexes,
    },
    required: ['query'],
    async run ({ call, user }, company, { query, ...rest }, signal) {
      const found = await call('POST', '/search', { body: { company_id: company, user_id: user, message: query, ...rest }, signal })
      if (!found.ok) return failure(found)
      const { passages } = found.json as { passages: Passage[] }
      return {
        value: {
          results: passages.map(passage => ({
            id: toFoundId(passage.id, String(query)),
            title: passage.title,
            url: passage.url,
            text: withFacts(passage),
            index: passage.index,
            score: passage.score,
          })),
        },
      }
    },
  },
  {
    name: 'fetch',
    title: 'Read a document',
    description: 'Returns the text of a search result, by its id.',
    properties: { id: text('The id of a result of search') },
    required: ['id'],
    async run (session, company, { id }, signal) {
      const { passage, query } = readFoundId(String(id))
      const whole = session.mayRead ? await readDocument(session, company, passage, signal) : null
      if (whole && !whole.isForSome) return { value: { id, ...whole.value } }
      if (query === null) return { failure: 'This id is not one of a search result.' }
      const found = await session.call('POST', '/search', {
        body: { company_id: company, user_id: session.user, message: query, limit: maxFound }, signal,
      })
      if (!found.ok) return failure(found)
      const { index, id: document } = documentOf(passage)
      const parts = (found.json as { passages: Passage[] }).passages.filter(({ id }) => {
        const of = documentOf(id)
        return of.index === index && of.id === document
      })
      if (!parts.some(({ id }) => id === passage)) return { failure: 'It is no longer found. Search again.' }
      if (whole) return { value: { id, ...whole.value } }
      const inOrder = parts.sort((a, b) => numberIn(a.id) - numberIn(b.id))
      const { title, url } = inOrder[0]!
      return { value: { id, title, url, text: inOrder.map(withFacts).join('\n\n'), metadata: { index } } }
    },
  },
  {
    name: 'ask',
    title: 'Ask a question',
    description: 'Answers a question from the company\'s documents, with numbered sources. Says so when they do not hold the answer.',
    properties: {
      question: text('The question, in any language'),
      conversation_id: text('Continues a conversation: the conversation_id of its last answer'),
      indexes,
    },
    required: ['question'],
    async run ({ call, user }, company, { question, ...rest }, signal) {
      const asked = await call('POST', '/chat', {
        body: { company_id: company, user_id: user, message: question, stream: false, ...rest }, signal,
      })
      if (!asked.ok) return failure(asked)
      const { answer, finish_reason, conversation_id, sources, citations } = asked.json as Answer
      const cited = sources.filter(({ n }) => citations.includes(n))
      const list = cited.map(({ n, title, url }) => `[${n}] ${title}${url ? ` ${url}` : ''}`).join('\n')
      return { value: { answer, finish_reason, conversation_id, sources: cited }, text: list === '' ? answer : `${answer}\n\n${list}` }
    },
  },
]

/**
 * Returns null when there is no such document, or documents cannot be read. `isForSome`: the key may read it, but the user for
 * whom the agent acts must have found it.
 */
async function readDocument (
  { call }: McpSession, company: string | undefined, passage: string, signal: AbortSignal
): Promise<{ value: object, isForSome: boolean } | null> {
  const { index, id } = documentOf(passage)
  // Dots in an address are steps between its folders.
  if (index === null || [index, id].some(part => part === '.' || part === '..')) return null
  const path = `/v1/indexes/${encodeURIComponent(index)}/documents/${encodeURIComponent(id)}`
  let from: number | null = 0
  let first: Document | undefined
  const texts: string[] = []
  for (let page = 0; page < maxPages && from !== null; page++) {
    const read = await call('GET', path, { query: { company_id: company, from: from === 0 ? undefined : String(from) }, signal })
    if (!read.ok) return null
    const document = read.json as Document
    first ??= document
    texts.push(...document.pieces.map(({ text }) => text))
    from = document.next_piece
  }
  const { title, url, fields, access } = first!
  const value = { title, url, text: withFacts({ text: texts.join('\n\n'), fields }), metadata: { index, whole: from === null } }
  return { value, isForSome: access !== null }
}

function withFacts ({ text, fields }: { text: string, fields: [string, string][] }): string {
  return [...fields.map(([label, value]) => `${label}: ${value}`), text].filter(Boolean).join('\n')
}

function numberIn (passage: string): number {
  return Number(/#(\d+)$/.exec(passage)?.[1] ?? 0)
}

function failure ({ code, message, retryAfterSeconds }: Extract<CallResult, { ok: false }>): ToolResult {
  return { failure: `${message} (${code})${retryAfterSeconds === undefined ? '' : ` Try again in ${retryAfterSeconds} s.`}` }
}
