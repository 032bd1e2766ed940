// Every way by which a company, or a user of it, could try to get at what belongs to another one.
import { operatingAttempts } from './attempts-operating.ts'
import type { Attempt, Call } from './caller.ts'
import { asker, conversation, question, signToken, type CheckedCompany } from './companies.ts'

/** Returns what one company tries on another. @param n makes users that have not asked yet: limits are counted by user */
export async function attemptsOf (own: CheckedCompany, other: CheckedCompany, n: string): Promise<Attempt[]> {
  const marks = [other.mark, other.privateMark]
  const all: Attempt[] = []
  const add = (mustFail: boolean, method: Call['method'], path: string, body?: object, more: Partial<Call> = {}) =>
    all.push({ marks, mustFail, method, path, key: own.chat, ...(body ? { body } : {}), ...more })
  const asAdmin = { key: own.admin }

  // Questions, which may find a kept or running answer of the other company, in every format; then with its name in them.
  for (const named of [{}, { company_id: other.id }]) {
    const isNamed = 'company_id' in named
    const user = { user_id: `check-${n}-${isNamed}` }
    add(isNamed, 'POST', '/search', { ...named, message: question, explain: true })
    add(isNamed, 'POST', '/chat', { ...named, ...user, message: question })
    add(isNamed, 'POST', '/chat', { ...named, ...user, message: question, stream: false })
    add(isNamed, 'POST', '/chat', { ...named, ...user, message: question, stream: false }, { headers: { 'cache-control': 'no-cache' } })
    const followUp = { user_id: asker, message: 'And what was that word?', conversation_id: conversation, stream: false }
    add(isNamed, 'POST', '/chat', { ...named, ...followUp })
    for (const stream of [true, false]) {
      // A key of one company answers for it, whatever model is named.
      const model = isNamed ? other.id : own.id
      const users = [`check-${n}-${isNamed}-c`, `check-${n}-${isNamed}-r`]
      add(false, 'POST', '/v1/chat/completions', { model, stream, user: users[0], messages: [{ role: 'user', content: question }] })
      add(false, 'POST', '/v1/responses', { model, stream, user: users[1], input: question })
    }
    const messages = [{ id: 'm', role: 'user', parts: [{ type: 'text', text: question }] }]
    add(isNamed, 'POST', '/api/chat', { ...named, ...user, id: `check-${n}`, messages })
    const query = isNamed ? `company_id=${other.id}` : ''
    for (const path of [
      `/v1/suggest?q=Where&${query}`, `/v1/top-questions?${query}`, `/v1/knowledge/summary?${query}`, `/v1/knowledge/stats?${query}`,
      `/v1/indexes?${query}`, `/v1/indexes/pages/documents?${query}`, `/v1/tasks?${query}`, `/v1/feedback?${query}`,
      `/v1/feedback/export?${query}`,
    ]) add(isNamed, 'GET', path)
    for (const path of [
      `/v1/usage?by=key&${query}`, `/v1/audit?${query}`, `/v1/audit/export?${query}`, `/v1/users/${asker}/export?${query}`,
    ]) {
      // The same user of this company has said nothing that the other's has.
      add(isNamed, 'GET', path, undefined, asAdmin)
    }
    // Ids of the other company.
    add(true, 'GET', `/chat/${other.answerId}?${query}`)
    add(true, 'GET', `/chat/${other.answerId}?${query}`, undefined, { headers: { 'last-event-id': `${other.answerId}.0` } })
    add(true, 'DELETE', `/chat/${other.answerId}?${query}`)
    add(true, 'POST', `/chat/${other.answerId}/feedback`, { ...named, ...user, rating: 1 })
    add(true, 'GET', `/v1/tasks/${other.taskId}?${query}`)
    add(true, 'DELETE', `/v1/tasks/${other.taskId}?${query}`)
    add(true, 'GET', `/v1/indexes/pages/documents/${other.mark}?${query}`)
    add(true, 'DELETE', `/v1/indexes/pages/documents/${other.mark}?${query}`)
    add(true, 'PATCH', `/v1/indexes/pages/documents/${other.mark}`, { ...named, pinned: true })
    add(false, 'GET', `/api/chat/${conversation}/stream?user_id=${asker}&${query}`)
    add(false, 'DELETE', `/api/chat/${conversation}/stream?user_id=${asker}&${query}`)
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: { ...named, query: question } } }
    add(false, 'POST', '/mcp', call)
    all.push(...operatingAttempts(own, other, isNamed))
  }
  add(false, 'POST', '/chat', { user_id: `check-${n}-e`, message: question }, { headers: { 'last-event-id': `${other.answerId}.0` } })
  add(false, 'GET', `/conversations/${conversation}?user_id=${asker}`)
  add(true, 'GET', `/conversations/${conversation}?user_id=${asker}&company_id=${other.id}`)
  add(true, 'DELETE', `/conversations/${conversation}?user_id=${asker}&company_id=${other.id}`)
  add(true, 'PUT', `/v1/indexes/pages/documents?company_id=${other.id}`, [{ id: 'x', text: 'x' }])
  add(true, 'DELETE', `/v1/indexes/pages/documents?all=true&company_id=${other.id}`)

  // Companies, keys and users.
  add(false, 'GET', '/v1/companies')
  add(false, 'GET', '/v1/models')
  add(false, 'GET', `/v1/models/${other.id}`)
  add(true, 'GET', `/v1/companies/${other.id}`)
  add(true, 'PATCH', `/v1/companies/${other.id}`, { name: 'Taken' }, asAdmin)
  add(true, 'PUT', `/v1/companies/${other.id}`, { name: 'Taken', language: 'en', indexes: {} }, asAdmin)
  add(true, 'PATCH', `/v1/companies/${own.id}`, { indexes: { pages: { uid: `${other.id}__pages` } } }, asAdmin)
  add(true, 'DELETE', `/v1/companies/${other.id}`, undefined, asAdmin)
  add(true, 'GET', `/v1/companies/${other.id}/keys`, undefined, asAdmin)
  add(true, 'POST', `/v1/companies/${other.id}/keys`, { scopes: ['admin'] }, asAdmin)
  for (const id of [own.id, other.id]) add(true, 'PATCH', `/v1/companies/${id}/keys/${other.keyId}`, { name: 'Taken' }, asAdmin)
  add(true, 'DELETE', `/v1/companies/${other.id}/keys/${other.keyId}`, undefined, asAdmin)
  add(true, 'DELETE', `/v1/companies/${own.id}/keys/${other.keyId}`, undefined, asAdmin)
  add(true, 'DELETE', `/v1/users/${asker}?company_id=${other.id}`, undefined, asAdmin)
  for (const path of ['/stats', '/metrics']) all.push({ ...asAdmin, method: 'GET', path, marks: [...marks, other.id], mustFail: false })

  // Tokens: signed by the wrong company, and of another user of the same one.
  const forged = { key: await signToken(own, 'one', other.signing.id) }
  add(true, 'GET', '/v1/access', undefined, forged)
  add(true, 'POST', '/search', { message: question }, forged)
  const two = { key: await signToken(own, 'two') }
  const ofUser = (method: Call['method'], path: string, body?: object) =>
    all.push({ marks: [own.privateMark, ...marks], mustFail: false, method, path, ...two, ...(body ? { body } : {}) })
  ofUser('POST', '/search', { message: question, explain: true })
  ofUser('POST', '/chat', { message: question, stream: false })
  ofUser('POST', '/chat', { message: question })
  all.push({ marks: [own.mark], mustFail: true, method: 'GET', path: `/conversations/${conversation}`, ...two })
  all.push({ marks: [own.mark], mustFail: true, method: 'GET', path: `/conversations/${conversation}?user_id=${asker}`, ...two })
  return all
}
