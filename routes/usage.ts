// /v1/usage and /v1/audit: what a company has used, and who has changed what.
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { AuditFilter, StoredAuditEntry } from '../src/audit/store.ts'
import { coded } from '../src/errors.ts'
import { pagesOf } from '../src/slices.ts'
import { csvLine } from '../src/usage/csv.ts'
import { sumOfUsage, type UsageCounts } from '../src/usage/store.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf, tenantOf } from './answering.ts'
import { profileOf } from './companies.ts'

const maxDays = 400
const dayMs = 86_400_000
const exportedAtOnce = 500

const company_id = Type.Optional(Type.String({ ...CompanyId, description: "The key's company when absent" }))
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'UTC, inclusive' })
const counts = {
  questions: Type.Integer(),
  input_tokens: Type.Integer({ description: 'Read by the language model, as its server counted them' }),
  output_tokens: Type.Integer({ description: 'Written by it' }),
  searches: Type.Integer({ description: 'POST /search' }),
}
const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const UsageReport = Type.Object({
  company_id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  data: Type.Array(Type.Object({
    day: text('null unless grouped by day'),
    key: text('The id of the key; null for none, or unless grouped by key'),
    kind: text('site, signing or api'),
    name: text('The name of the key, or the origins of a site'),
    ...counts,
  })),
  total: Type.Object(counts),
  storage: Type.Object({ bytes: Type.Integer(), documents: Type.Integer(), chunks: Type.Integer(), tokens: Type.Integer() }),
  budget: Type.Optional(Type.Object({ spent: Type.Boolean({ description: 'Today' }) }, { additionalProperties: true })),
})
const AuditEntry = Type.Object({
  n: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  company_id: text('null: the whole service'),
  action: Type.String(),
  target: Type.String({ description: 'What was changed: ids, never a text or a secret' }),
  key: text('The id of the key that did it'),
  by: text('The user of a token; "command line" for a command'),
})
const refusals = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  404: errorResponse('Unknown company'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  const withAdmin = app.authorize('admin')

  app.get('/v1/usage', {
    ...withAdmin,
    exposeHeadRoute: false,
    schema: {
      tags: ['companies'],
      summary: 'Show what a company has used: questions, tokens, searches, storage',
      querystring: Type.Object({
        company_id,
        from: Type.Optional({ ...Day, description: 'UTC, inclusive; 30 days before `to` when absent' }),
        to: Type.Optional({ ...Day, description: 'UTC, inclusive; today when absent' }),
        by: Type.Optional(Type.String({
          pattern: '^(day|key|site)(,(day|key|site))?$',
          description: '`day`, `key`, `site` (keys of sites alone), or `day,key`; `day` when absent',
        })),
        format: Type.Optional(Type.Unsafe<'json' | 'csv'>({ type: 'string', enum: ['json', 'csv'] })),
      }, { additionalProperties: false }),
      response: {
        200: {
          description: 'The counts',
          content: { 'application/json': { schema: UsageReport }, 'text/csv': { schema: { type: 'string' } } },
        },
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const { by = 'day', format = 'json', ...range } = request.query
    const profile = await profileOf(app, companyOf(request, range.company_id))
    const { from, to } = readRange(range, app.clock())
    const groups = by.split(',')
    const keys = new Map((await app.keys.list(profile.id)).map(key => [key.id, key]))
    const isCounted = (key: string) => !groups.includes('site') || keys.get(key)?.kind === 'site'
    const rows = (await app.usage.read(profile.id, from, to)).filter(({ key }) => isCounted(key))
    const isByKey = groups.includes('key') || groups.includes('site')
    const grouped = Map.groupBy(rows, ({ day, key }) => JSON.stringify([groups.includes('day') ? day : null, isByKey ? key : null]))
    const data = [...grouped].map(([group, own]) => {
      const [day, key] = JSON.parse(group) as [string | null, string | null]
      const known = key === null ? undefined : keys.get(key)
      const name = known ? known.name || known.origins.join(' ') : null
      return { day, key: key === '' ? null : key, kind: known?.kind ?? null, name, ...toJson(sumOfUsage(own)) }
    })
    reply.header('cache-control', 'no-store')
    if (format === 'csv') {
      const names = ['day', 'key', 'kind', 'name', 'questions', 'input_tokens', 'output_tokens', 'searches'] as const
      const lines = [names, ...data.map(row => names.map(name => row[name] ?? ''))].map(csvLine).join('')
      return reply.type('text/csv; charset=utf-8').send(lines as never)
    }
    const stored = await app.documents?.stats(profile.id)
    return {
      company_id: profile.id, from, to, data, total: toJson(sumOfUsage(rows)),
      storage: { bytes: stored?.bytes ?? 0, documents: stored?.documents ?? 0, chunks: stored?.chunks ?? 0, tokens: stored?.tokens ?? 0 },
      ...(profile.budget ? { budget: { ...profile.budget, spent: app.usage.isSpent(profile.id, null, profile.budget) } } : {}),
    } as never
  })

  const auditQuery = {
    company_id,
    since: Type.Optional(Type.String({ format: 'date-time', description: 'At this time or later' })),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Before this time' })),
    action: Type.Optional(Type.String({
      pattern: '^[a-z]+(\\.[a-z]+)?(,[a-z]+(\\.[a-z]+)?){0,19}$',
      description: 'Only these: `key.create`, or all of `key`; several with commas between', examples: ['key,company.change'],
    })),
  }
  app.get('/v1/audit', {
    ...withAdmin,
    exposeHeadRoute: false,
    schema: {
      tags: ['companies'],
      summary: 'List who changed what, the newest first, page by page',
      description:
        'Changes of keys, documents, profiles, budgets, curated answers, and erasures. A key for all companies sees all of them.',
      querystring: Type.Object({
        ...auditQuery,
        after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' })),
        limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|[1-4]\\d\\d|500)$', description: '1 to 500; 100 when absent' })),
      }, { additionalProperties: false }),
      response: {
        200: Type.Object({
          data: Type.Array(AuditEntry),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const { after, limit = '100', ...query } = request.query
    const before = after === undefined ? undefined : Number(after)
    const found = await app.audit.list(readFilter(query, tenantOf(request, query.company_id)), { before, limit: Number(limit) + 1 })
    const data = found.slice(0, Number(limit)).map(entryJson)
    reply.header('cache-control', 'no-store')
    return { data, next: found.length > data.length ? String(data.at(-1)!.n) : null }
  })

  app.get('/v1/audit/export', {
    ...withAdmin,
    exposeHeadRoute: false,
    schema: {
      tags: ['companies'],
      summary: 'Export who changed what as lines of JSON',
      querystring: Type.Object(auditQuery, { additionalProperties: false }),
      response: {
        200: { description: 'One change a line, the newest first', content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const filter = readFilter(request.query, tenantOf(request, request.query.company_id))
    const first = await app.audit.list(filter, { limit: exportedAtOnce })
    async function * lines () {
      for await (const page of pagesOf(exportedAtOnce, page => app.audit.list(filter, page), first)) {
        yield page.map(entry => `${JSON.stringify(entryJson(entry))}\n`).join('')
      }
    }
    reply.headers({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' })
    return reply.send(Readable.from(lines()) as never)
  })
}

export default routes

function toJson ({ questions, inputTokens, outputTokens, searches }: UsageCounts) {
  return { questions, input_tokens: inputTokens, output_tokens: outputTokens, searches }
}

function entryJson ({ at, company, ...entry }: StoredAuditEntry) {
  return { at: new Date(at).toISOString(), company_id: company, ...entry }
}

/** Reads the days of a report. Throws INVALID_BODY. */
function readRange ({ from, to }: { from?: string, to?: string }, now: number): { from: string, to: string } {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const last = to === undefined ? Date.parse(dayOf(now)) : Date.parse(to)
  const first = from === undefined ? last - 30 * dayMs : Date.parse(from)
  if (!(first <= last) || last - first > maxDays * dayMs) throw coded('INVALID_BODY', `"from" and "to" are days, at most ${maxDays} apart.`)
  return { from: dayOf(first), to: dayOf(last) }
}

function readFilter (
  { since, until, action }: { since?: string, until?: string, action?: string }, company: string | null,
): AuditFilter {
  const timeOf = (text: string | undefined) => text === undefined ? undefined : Date.parse(text)
  return { company: company ?? undefined, since: timeOf(since), until: timeOf(until), actions: action?.split(',') }
}
