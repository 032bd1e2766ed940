// Examples of every route that needs more than its defaults, on the sample companies: for the page at /docs, and tested.

export interface Example {
  /** Values of the path's parameters. A name in braces is what an earlier answer says. */
  path?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  /** Other bodies, each with what it is for. */
  others?: Record<string, { summary: string, value: unknown }>
  /** The one of these that comes first as long as the service asks for no key. */
  whenOpen?: string
  /** The media type of the body. */
  type?: string
}

/** The sample company that the examples are about. */
export const sampleCompany = 'petit-nid'
/** A page that may use a site key. At /docs it is that page itself, which fills in its own origin. */
const page = '{page}'
const pageElsewhere = 'https://shop.example'

const company = { company_id: sampleCompany }
const question = 'Prix lot 300 couches taille 4?'
const user = 'test_001'
const kept = { ...company, user_id: user }
const guide = { kind: 'faq', id: 'guide-1' }
const gap = { id: '{gap_id}' }
const shop = { company_id: 'atelier-demo' }

/** In an order in which each call gets what it needs from those before it. */
export const examples: Record<string, Example> = {
  'POST /chat': {
    body: { ...company, user_id: user, message: question, conversation_id: 'docs-1' },
    others: {
      vain: {
        summary: 'A question that the documents do not answer: a gap',
        value: { ...company, user_id: user, message: 'Do you repair bicycles?' },
      },
      vain_too: { summary: 'Another one', value: { ...company, user_id: user, message: 'Vendez-vous des trampolines ?' } },
    },
  },
  'GET /chat/{answer_id}': { path: { answer_id: '{answer_id}' }, query: kept },
  'POST /chat/{answer_id}/feedback': {
    path: { answer_id: '{answer_id}' },
    body: { ...company, user_id: user, conversation_id: 'docs-1', rating: -1, reasons: ['incomplete'], comment: 'Which sizes are there?' },
  },
  'DELETE /chat/{answer_id}': { path: { answer_id: '{answer_id}' }, query: kept },
  'POST /search': { body: { ...company, message: question, explain: true } },
  'GET /v1/suggest': { query: { ...company, q: 'comb livr' } },
  'GET /conversations/{conversation_id}': { path: { conversation_id: 'docs-1' }, query: kept },
  'DELETE /conversations/{conversation_id}': { path: { conversation_id: 'docs-1' }, query: kept },

  'POST /v1/chat/completions': { body: { model: 'petit-nid', messages: [{ role: 'user', content: question }] } },
  'POST /v1/responses': { body: { model: 'petit-nid', input: question } },
  'GET /v1/models/{model}': { path: { model: 'petit-nid' } },
  'POST /api/chat': {
    query: kept, body: { id: 'docs-2', messages: [{ id: 'm1', role: 'user', parts: [{ type: 'text', text: question }] }] },
  },
  'GET /api/chat/{id}/stream': { path: { id: 'docs-2' }, query: kept },
  'DELETE /api/chat/{id}/stream': { path: { id: 'docs-2' }, query: kept },

  'GET /v1/feedback': { query: { ...company, rating: 'down' } },
  'GET /v1/feedback/export': { query: { ...company, format: 'pairs' } },
  'POST /v1/feedback/import': {
    query: company, type: 'application/x-ndjson',
    // Two lines: the page at /docs would spread a single one over several.
    body: [question, 'Prix couches taille 4 ?'].map(input => `${JSON.stringify({ input, target: '39,90 €', score: 1 })}\n`).join(''),
  },

  'GET /v1/gaps': { query: company },
  'GET /v1/gaps/{id}': { path: gap, query: company },
  'POST /v1/gaps/{id}/assign': { path: gap, body: { ...company, assignee: 'Ada' } },
  'POST /v1/gaps/{id}/dismiss': { path: gap, body: { ...company, reason: 'Nous ne vendons pas cela.' } },
  'POST /v1/gaps/{id}/reopen': { path: gap, body: company },
  'POST /v1/gaps/{id}/merge': { path: gap, body: { ...company, from: ['{other_gap_id}'] } },
  'POST /v1/gaps/{id}/publish': {
    path: gap, body: { ...company, question: 'Vendez-vous des trampolines ?', answer: 'Non, mais nous vous conseillons volontiers.' },
  },

  'POST /v1/curated': {
    body: {
      ...company, question: 'Faites-vous des paquets cadeaux ?', answer: 'Oui, pour 3 €.', variants: ['Emballage cadeau possible ?'],
    },
  },
  'GET /v1/curated': { query: company },
  'GET /v1/curated/{id}': { path: { id: '{curated_id}' }, query: company },
  'PATCH /v1/curated/{id}': { path: { id: '{curated_id}' }, body: { ...company, answer: 'Oui, pour 4 €.' } },
  'DELETE /v1/curated/{id}': { path: { id: '{curated_id}' }, query: company },

  'POST /v1/evaluations': {
    body: {
      ...company,
      report: {
        format: 'causerie-evaluation-1', set: 'questions.csv', company: 'petit-nid', service: 'http://127.0.0.1:8002',
        made_at: '2026-11-30T08:00:00.000Z', questions: 1, groups: [], causes: [], ms: { p50: 40, p95: 40, total: 40 }, tokens: 0,
        figures: [{ name: 'passed', title: 'cases passed', value: 1, low: 0.21, high: 1, n: 1, isLowerBetter: false }],
        cases: [{
          id: 'q1', question, answerable: true, required: false, passed: true, cause: null, values: { passed: 1 }, accepted: ['39,90 €'],
          sources: [], answer: '39,90 €', refused: false, answered_by: 'extractive', rank: 1, cited: [], found: [], ms: 40,
        }],
      },
    },
  },
  'GET /v1/evaluations': { query: company },
  'POST /v1/evaluations/running': { body: { ...company, name: 'questions.csv', set: `question,answer\n${question},39.90\n` } },
  'GET /v1/evaluations/running': { query: company },
  'DELETE /v1/evaluations/running': { query: company },
  'GET /v1/evaluations/{id}': { path: { id: '{evaluation_id}' }, query: company },
  'DELETE /v1/evaluations/{id}': { path: { id: '{evaluation_id}' }, query: company },

  'GET /v1/learning': { query: company },
  'POST /v1/learning': {
    body: { ...company, dry_run: true, cases: [{ question, sources: ['products/couches-t4-300'] }] },
  },
  'POST /v1/learning/rollback': { body: { ...company, version: null } },

  'PUT /v1/indexes/{kind}/documents': {
    path: { kind: 'faq' }, query: company, type: 'application/json',
    body: [{ id: guide.id, question: 'Réparez-vous les poussettes ?', answer: 'Oui, en dix jours, dans notre atelier de Nantes.' }],
  },
  'GET /v1/tasks/{id}': { path: { id: '{task_id}' }, query: { ...company, wait: '10' } },
  'DELETE /v1/tasks/{id}': { path: { id: '{task_id}' }, query: company },
  'GET /v1/indexes/{kind}/documents': { path: { kind: 'faq' }, query: { ...company, limit: '10' } },
  'GET /v1/indexes/{kind}/documents/{id}': { path: guide, query: company },
  'PATCH /v1/indexes/{kind}/documents/{id}': { path: guide, body: { ...company, pinned: true } },
  'DELETE /v1/indexes/{kind}/documents/{id}': { path: guide, query: company },
  'DELETE /v1/indexes/{kind}/documents': { path: { kind: 'faq' }, query: { ...company, prefix: 'guide-' } },

  'GET /v1/sources': { query: company },
  'PUT /v1/sources/{id}': {
    path: { id: 'docs-1' },
    body: {
      ...company, kind: 'crawl', index: 'faq', place: 'https://shop.example', state: 'waiting', changed: 3, unchanged: 40, gone: 0,
      failed: 1, problems: ['https://shop.example/old: HTTP 500'], next_in_seconds: 3600,
    },
  },
  'DELETE /v1/sources/{id}': { path: { id: 'docs-1' }, query: company },

  'PUT /v1/companies/{company_id}': {
    path: shop,
    body: {
      name: 'Atelier', language: 'fr', indexes: { faq: { title: 'question', text: ['answer'] } },
      common_questions: ['Quels sont vos horaires ?'],
    },
  },
  'PATCH /v1/companies/{company_id}': { path: shop, body: { system_prompt: 'Réponds en une phrase, à partir des passages numérotés.' } },
  'POST /v1/companies/{company_id}/keys': {
    path: company, body: { kind: 'site', name: 'website', origins: [page] },
    others: { operator: { summary: 'For its operator', value: { name: 'operator', scopes: ['admin'] } } }, whenOpen: 'operator',
  },
  'PATCH /v1/companies/{company_id}/keys/{key_id}': {
    path: { ...company, key_id: '{key_id}' }, body: { origins: [page, 'https://www.shop.example'] },
  },
  'POST /v1/visitors': { body: { site: '{site}' } },
  'DELETE /v1/companies/{company_id}/keys/{key_id}': { path: { ...company, key_id: '{key_id}' } },
  'POST /v1/keys': { body: { name: 'console', scopes: ['admin'] } },
  'DELETE /v1/keys/{key_id}': { path: { key_id: '{operator_key_id}' } },
  'POST /warm': { body: company },
  'GET /v1/users/{user_id}/export': { path: { user_id: user }, query: company },
  'DELETE /v1/users/{user_id}': { path: { user_id: user }, query: company },
  'DELETE /v1/companies/{company_id}': { path: shop },
  'POST /mcp': { body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} } },
}

interface Parameter { name: string, in: string, example?: unknown, examples?: unknown }
interface Operation { parameters?: Parameter[], requestBody?: { content: Record<string, { examples?: unknown }> } }

/**
 * Returns an OpenAPI document with the examples in it.
 * @param isOwnPage for the page at /docs
 * @param isOpen the service asks for no key
 */
export function withExamples<T extends { paths?: object }> (document: T, { isOwnPage = false, isOpen = false } = {}): T {
  const shown = (value: unknown) => isOwnPage ? value : JSON.parse(JSON.stringify(value).replaceAll(page, pageElsewhere)) as unknown
  const copy = structuredClone(document)
  for (const [path, methods] of Object.entries((copy.paths ?? {}) as Record<string, Record<string, Operation>>)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const example = examples[`${method.toUpperCase()} ${path}`]
      if (!example) continue
      for (const parameter of parameters) {
        delete parameter.example
        delete parameter.examples
        const value = parameter.in === 'path' ? example.path?.[parameter.name] : example.query?.[parameter.name]
        if (value !== undefined && !value.startsWith('{')) parameter.example = value
      }
      const { type = Object.keys(requestBody?.content ?? {})[0], body, others = {}, whenOpen } = example
      if (body === undefined || !requestBody) continue
      const all = { sample: { value: body }, ...others }
      const names = Object.keys(all).sort((a, b) => isOpen ? Number(b === whenOpen) - Number(a === whenOpen) : 0)
      requestBody.content[type!]!.examples = Object.fromEntries(names.map(name => {
        const one = all[name as 'sample']
        return [name, { ...one, value: shown(one.value) }]
      }))
    }
  }
  return copy
}
