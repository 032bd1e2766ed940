// Ways to get at what the operators of another company work with: gaps, curated answers, evaluations, sources, what was learnt.
import type { Attempt, Call } from './caller.ts'
import { emptyReport, question, sourceReport, type CheckedCompany } from './companies.ts'

/** @param isNamed names the other company; otherwise its ids alone are used, with a key of the own one */
export function operatingAttempts (own: CheckedCompany, other: CheckedCompany, isNamed: boolean): Attempt[] {
  const all: Attempt[] = []
  const named = isNamed ? { company_id: other.id } : {}
  const query = isNamed ? `company_id=${other.id}` : ''
  const add = (mustFail: boolean, method: Call['method'], path: string, body?: object, more: Partial<Call> = {}) =>
    all.push({ marks: [other.mark, other.privateMark], mustFail, method, path, key: own.chat, ...(body ? { body } : {}), ...more })
  const asAdmin = { key: own.admin }

  for (const path of ['gaps', 'curated', 'evaluations', 'evaluations/running', 'sources']) add(isNamed, 'GET', `/v1/${path}?${query}`)
  add(isNamed, 'GET', `/v1/learning?${query}`, undefined, asAdmin)

  add(true, 'GET', `/v1/gaps/${other.gapId}?${query}`)
  const changes: Record<string, object> = {
    dismiss: {}, reopen: {}, assign: { assignee: 'someone' }, merge: { from: [own.gapId] }, publish: { question, answer: 'Taken.' },
  }
  for (const [change, body] of Object.entries(changes)) add(true, 'POST', `/v1/gaps/${other.gapId}/${change}`, { ...named, ...body })
  add(true, 'POST', `/v1/gaps/${own.gapId}/merge`, { ...named, from: [other.gapId] })

  const curated = `/v1/curated/${other.curatedId}`
  add(true, 'GET', `${curated}?${query}`)
  add(true, 'PATCH', curated, { ...named, answer: 'Taken.' })
  add(true, 'DELETE', `${curated}?${query}`)
  add(true, 'POST', '/v1/curated', { ...named, answer_id: other.answerId, answer: 'Taken.' })

  const evaluation = `/v1/evaluations/${other.evaluationId}`
  add(true, 'GET', `${evaluation}?${query}`)
  add(true, 'GET', `/v1/evaluations/${own.evaluationId}?against=${other.evaluationId}&${query}`)
  add(true, 'DELETE', `${evaluation}?${query}`)
  add(true, 'DELETE', `/v1/sources/${other.sourceId}?${query}`)
  if (!isNamed) return all

  // Without the other's name these change what is one's own.
  add(true, 'POST', '/v1/evaluations', { ...named, report: emptyReport(other.id) })
  add(true, 'POST', '/v1/evaluations/running', { ...named, name: 'set.csv', set: `question\n${question}` })
  add(true, 'DELETE', `/v1/evaluations/running?${query}`)
  add(true, 'PUT', `/v1/sources/${other.sourceId}`, { ...named, ...sourceReport('taken') })
  add(true, 'POST', '/v1/learning', { ...named, dry_run: true }, asAdmin)
  add(true, 'POST', '/v1/learning/rollback', { ...named, version: null }, asAdmin)
  add(true, 'POST', '/warm', named, asAdmin)
  const rating = { input: question, target: 'Taken.', score: 1 }
  add(true, 'POST', `/v1/feedback/import?${query}`, rating, { headers: { 'content-type': 'application/x-ndjson' } })
  return all
}
