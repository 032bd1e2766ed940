// /v1/indexes: lists, shows, pins and removes a company's documents.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import type { DocumentInfo } from '../src/documents/store.ts'
import { indexKindPattern } from '../src/ids.ts'
import { linkAddress } from '../src/chat/safe-url.ts'
import { disarmMarkup } from '../src/language/safe-text.ts'
import { fitPage } from '../src/page-size.ts'
import { companyOf } from './answering.ts'
import { Company, CompanyQuery, documentsOf, readReaders, refused } from './company-documents.ts'
import { errorResponse } from '../src/wire/schemas.ts'

const Kind = Type.String({ pattern: indexKindPattern, description: 'The index, as named in the profile', examples: ['faq'] })
const IndexPath = Type.Object({ kind: Kind })
const DocumentPath = Type.Object({ kind: Kind, id: Type.String({ minLength: 1, maxLength: 512 }) })
const time = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const info = {
  id: Type.String(),
  title: Type.String(),
  url: Type.String(),
  chunks: Type.Integer({ description: 'Its chunks, each of which a search can find' }),
  tokens: Type.Integer(),
  pinned: Type.Boolean({ description: 'Never evicted' }),
  condensed: Type.Boolean({ description: 'Its text was compacted to save room' }),
  updated_at: time('When it was last written; null = before this date was recorded'),
  cited_at: time('When an answer last cited it'),
  access: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Whom it is for; null = everyone of the company' }),
}
const Document = Type.Object({
  ...info,
  fields: Type.Array(Type.Array(Type.String()), { description: 'Short facts: label and value' }),
  next_piece: Type.Union([Type.Integer(), Type.Null()], { description: 'The value for `from` that brings the next ones; null at the end' }),
  pieces: Type.Array(
    Type.Object({
      n: Type.Integer(),
      text: Type.String(),
      heading: Type.String(),
      page: Type.Union([Type.Integer(), Type.Null()]),
      tokens: Type.Integer(),
    })
  ),
  warnings: Type.Array(Type.String(), {
    description: 'What could not be read of it, such as pages that are pictures; kept as long as the task of its upload (TASK_HOURS)',
  }),
})

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get(
    '/v1/indexes',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'List the indexes of a company',
        querystring: CompanyQuery,
        response: {
          200: Type.Object({
            data: Type.Array(
              Type.Object({ kind: Type.String(), documents: Type.Integer(), chunks: Type.Integer(), tokens: Type.Integer() })
            ),
          }),
          ...refused,
          404: errorResponse('Unknown company'),
        },
      },
    },
    async request => {
      const company = companyOf(request, request.query.company_id)
      const { documents, profile } = await documentsOf(app, company)
      const kinds = Object.keys(profile.indexes)
      const counted = new Map((await documents.indexes(company)).map(index => [index.kind, index]))
      return { data: kinds.map(kind => counted.get(kind) ?? { kind, documents: 0, chunks: 0, tokens: 0 }) }
    }
  )

  app.get(
    '/v1/indexes/:kind/documents',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'List the documents of an index, page by page',
        params: IndexPath,
        querystring: Type.Object(
          {
            ...Company,
            after: Type.Optional(Type.String({ maxLength: 512, description: '`next` of the previous page' })),
            limit: Type.Optional(
              Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', description: 'Documents per page, 1 to 1000; 100 when absent' })
            ),
            prefix: Type.Optional(Type.String({ maxLength: 512, description: 'Only documents whose id starts with this' })),
          },
          { additionalProperties: false }
        ),
        response: {
          200: Type.Object({
            data: Type.Array(Type.Object(info)),
            next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
          }),
          ...refused,
          404: errorResponse('Unknown company'),
        },
      },
    },
    async request => {
      const { company_id, after = '' } = request.query
      const prefix = (request.query.prefix ?? '').normalize('NFC')
      const limit = Number(request.query.limit ?? 100)
      const company = companyOf(request, company_id)
      const list = await (
        await documentsOf(app, company, request.params.kind)
      ).documents.list(company, request.params.kind, { after, limit: limit + 1, prefix })
      const data = fitPage(list.slice(0, limit).map(toJson))
      return { data, next: list.length > data.length ? data.at(-1)!.id : null }
    }
  )

  app.get(
    '/v1/indexes/:kind/documents/:id',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'Show a document with its chunks, page by page',
        params: DocumentPath,
        querystring: Type.Object(
          {
            ...Company,
            from: Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: '`next_piece` of the previous page; 0 when absent' })),
          },
          { additionalProperties: false }
        ),
        response: { 200: Document, ...refused, 404: errorResponse('Unknown company or document') },
      },
    },
    async request => {
      const company = companyOf(request, request.query.company_id)
      const { kind } = request.params
      const id = request.params.id.normalize('NFC')
      const found = await (await documentsOf(app, company, kind)).documents
        .get(company, kind, id, { from: Number(request.query.from ?? 0), maxChars: maxPieceChars })
      if (!found) throw coded('DOCUMENT_NOT_FOUND')
      const warnings = await app.uploads?.warnings(company, kind, id) ?? []
      return {
        ...toJson(found),
        fields: found.fields.map(fact => fact.map(disarmMarkup)),
        next_piece: found.next,
        pieces: found.pieces.map(({ text, heading, ...piece }) => ({ ...piece, text: disarmMarkup(text), heading: disarmMarkup(heading) })),
        warnings,
      }
    }
  )

  app.patch(
    '/v1/indexes/:kind/documents/:id',
    {
      ...withWrite,
      config: { audit: 'document.change' },
      schema: {
        tags: ['documents'],
        summary: 'Pin a document, or set whom it is for',
        params: DocumentPath,
        body: Type.Object(
          {
            ...Company,
            pinned: Type.Optional(Type.Boolean({ description: 'A pinned document is never evicted' })),
            access: Type.Optional(
              Type.Union([Type.Array(Type.String(), { maxItems: 100 }), Type.Null()], {
                description:
                  'Groups and users: `group:staff`, `user:42`. An empty list: no one but keys that manage documents. null: everyone of ' +
                  'the company. An upload of the document that names none leaves what was set',
              })
            ),
          },
          { additionalProperties: false, minProperties: 1 }
        ),
        response: { 204: Type.Null({ description: 'Done' }), ...refused, 404: errorResponse('Unknown company or document') },
      },
    },
    async (request, reply) => {
      const company = companyOf(request, request.body.company_id)
      const { kind } = request.params
      const id = request.params.id.normalize('NFC')
      const { pinned, access } = request.body
      const { documents } = await documentsOf(app, company, kind)
      if (pinned === undefined && access === undefined) throw coded('INVALID_BODY', 'Give "pinned" or "access".')
      const list = readReaders(access ?? null)
      const isKnown = (access === undefined || await documents.setAccess(company, kind, id, list)) &&
        (pinned === undefined || await documents.pin(company, kind, id, pinned))
      if (!isKnown) throw coded('DOCUMENT_NOT_FOUND')
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/v1/indexes/:kind/documents/:id',
    {
      ...withWrite,
      config: { audit: 'document.delete' },
      schema: {
        tags: ['documents'],
        summary: 'Remove a document',
        params: DocumentPath,
        querystring: CompanyQuery,
        response: { 204: Type.Null({ description: 'Removed' }), ...refused, 404: errorResponse('Unknown company or document') },
      },
    },
    async (request, reply) => {
      const company = companyOf(request, request.query.company_id)
      const { kind } = request.params
      const id = request.params.id.normalize('NFC')
      if ((await (await documentsOf(app, company, kind)).documents.remove(company, kind, [id])) === 0) throw coded('DOCUMENT_NOT_FOUND')
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/v1/indexes/:kind/documents',
    {
      ...withWrite,
      config: { audit: 'documents.delete' },
      schema: {
        tags: ['documents'],
        summary: 'Remove the documents whose ids start with a prefix, or all documents of an index',
        params: IndexPath,
        querystring: Type.Object(
          {
            ...Company,
            prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
            all: Type.Optional(
              Type.Literal('true', {
                description: 'Every document of the index. Either `prefix` or `all` is required, so that nothing is removed by mistake',
              })
            ),
          },
          { additionalProperties: false }
        ),
        response: { 200: Type.Object({ removed: Type.Integer() }), ...refused, 404: errorResponse('Unknown company') },
      },
    },
    async request => {
      const { company_id, all } = request.query
      const prefix = request.query.prefix?.normalize('NFC')
      if ((prefix === undefined) === (all === undefined)) throw coded('INVALID_BODY', 'Give either "prefix" or "all=true".')
      const company = companyOf(request, company_id)
      const { kind } = request.params
      const { documents } = await documentsOf(app, company, kind)
      let removed = 0
      // A page at a time, so that questions are answered in between.
      for (;;) {
        const ids = (await documents.list(company, kind, { after: '', limit: removedPerPage, prefix: prefix ?? '' })).map(({ id }) => id)
        if (ids.length === 0) return { removed }
        removed += await documents.remove(company, kind, ids)
      }
    }
  )
}

export default routes

const removedPerPage = 500
/** Characters of a document's text in one response: three bytes each, more when they are escaped. */
const maxPieceChars = 1_000_000

function toJson ({ updatedAt, citedAt, ...rest }: DocumentInfo) {
  const { id, title, url, chunks, tokens, pinned } = rest
  const date = (ms: number) => ms === 0 ? null : new Date(ms).toISOString()
  return {
    id,
    title: disarmMarkup(title),
    url: linkAddress(url),
    chunks,
    tokens,
    pinned,
    condensed: rest.compacted ?? false,
    updated_at: date(updatedAt),
    cited_at: date(citedAt),
    access: rest.access ?? null,
  }
}
