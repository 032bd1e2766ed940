// The two companies of a check: made with documents, keys, answers, conversations and ratings of their own, and removed again.
import { randomInt } from 'node:crypto'
import { SignJWT } from 'jose'
import { reportFormat } from '../../src/evaluation/report.ts'
import type { Answer, Call, Caller } from './caller.ts'

export interface CheckedCompany {
  id: string
  /** A word that stands in everything of this company, and nowhere else. */
  mark: string
  /** A word of a document that only the user "one" may see. */
  privateMark: string
  chat: string
  admin: string
  signing: { id: string, secret: string }
  answerId: string
  taskId: string
  keyId: string
  gapId: string
  curatedId: string
  evaluationId: string
  sourceId: string
}

export const question = 'What is the secret word of the workshop?'
export const conversation = 'check-conversation'
export const asker = 'check-asker'

const letters = 'bcdfghjklmnpqrstvwxz'

/** Returns letters that no text contains by chance. */
export function randomWord (): string {
  return `q${Array.from({ length: 15 }, () => letters[randomInt(letters.length)]).join('')}`
}

/** Makes a company with everything that could cross. Throws an Error that says what could not be made. */
export async function makeCompany (call: Caller, operator: string, id: string): Promise<CheckedCompany> {
  const [mark, privateMark] = [randomWord(), randomWord()]
  const must = async (asked: Call): Promise<Answer> => {
    const answer = await call(asked)
    if (answer.status < 300) return answer
    throw new Error(`The check cannot be prepared: ${asked.method} ${asked.path}: ${answer.json.message ?? answer.status}`)
  }
  const profile = { name: `Check ${mark}`, language: 'en', indexes: { pages: {} }, common_questions: [`Where is ${mark}?`] }
  await must({ method: 'PUT', path: `/v1/companies/${id}`, key: operator, body: profile })
  const makeKey = async (body: object) =>
    (await must({ method: 'POST', path: `/v1/companies/${id}/keys`, key: operator, body: { name: mark, ...body } })).json
  const chat = await makeKey({ scopes: ['chat', 'write'] })
  const admin = await makeKey({ scopes: ['admin'] })
  const signing = await makeKey({ kind: 'signing' })
  const documents = [
    {
      id: 'common', title: 'The secret word of the workshop', text: `The secret word of the workshop is ${mark}.`,
      url: `https://${mark}.example/`,
    },
    { id: mark, title: `Manual ${mark}`, text: `The manual of the workshop names the ${mark} as its secret.` },
    {
      id: 'private', title: 'The secret word of the workshop for one', text: `Its secret word for one is ${privateMark}.`,
      access: ['user:one'],
    },
  ]
  const { task } = (await must({ method: 'PUT', path: '/v1/indexes/pages/documents', key: chat.key, body: documents })).json
  const ended = await must({ method: 'GET', path: `/v1/tasks/${task.id}?wait=60`, key: chat.key })
  if (ended.json.status !== 'done') throw new Error('The check cannot be prepared: its documents were not stored.')
  return {
    id, mark, privateMark, chat: chat.key, admin: admin.key, signing: { id: signing.id, secret: signing.key }, answerId: '',
    taskId: task.id, keyId: chat.id, gapId: 'gap_none', curatedId: 'cur_none', evaluationId: 'eval_none', sourceId: `source-${mark}`,
  }
}

/** Asks and rates as a user of the company, so that caches are warm. Throws when the company does not find its own document. */
export async function useCompany (call: Caller, company: CheckedCompany): Promise<void> {
  const { chat: key, mark } = company
  const found = await call({ method: 'POST', path: '/search', key, body: { message: question } })
  if (!found.text.includes(mark)) throw new Error('The check cannot be prepared: a company does not find its own documents.')
  const body = { user_id: asker, conversation_id: conversation, message: question, stream: false }
  const { answer_id: answerId = '' } = (await call({ method: 'POST', path: '/chat', key, body })).json
  company.answerId = answerId
  const comment = { user_id: asker, rating: -1, comment: `Not ${mark}.` }
  await call({ method: 'POST', path: `/chat/${answerId}/feedback`, key, body: comment })
  await call({ method: 'POST', path: '/chat', key, body: { ...body, message: `Who repairs a ${mark}?` } })
  await call({ method: 'GET', path: '/v1/knowledge/summary', key })
  const shown = { question: `Who made the ${mark}?`, answer: `Nobody made the ${mark}.` }
  const curated = await call({ method: 'POST', path: '/v1/curated', key, body: shown })
  company.curatedId = curated.json.id ?? company.curatedId
  const kept = await call({ method: 'POST', path: '/v1/evaluations', key, body: { report: emptyReport(mark) } })
  company.evaluationId = kept.json.id ?? company.evaluationId
  await call({ method: 'PUT', path: `/v1/sources/${company.sourceId}`, key, body: sourceReport(`/srv/${mark}`) })
  company.gapId = (await call({ method: 'GET', path: '/v1/gaps', key })).json.data?.[0]?.id ?? company.gapId
}

/** Returns a report of an evaluation without a question. */
export function emptyReport (set: string): object {
  return {
    format: reportFormat, set, company: '', service: '', made_at: new Date(0).toISOString(), questions: 0, figures: [],
    ms: { p50: 0, p95: 0, total: 0 }, tokens: 0, causes: [], groups: [], cases: [],
  }
}

/** Returns what a command that keeps an index in sync says of itself. */
export function sourceReport (place: string): object {
  return {
    kind: 'watch', index: 'pages', place, state: 'following', changed: 0, unchanged: 0, gone: 0, failed: 0, problems: [],
    next_in_seconds: null,
  }
}

/** Signs a token of a user. @param keyId the key that the token names */
export async function signToken ({ signing }: CheckedCompany, user: string, keyId = signing.id): Promise<string> {
  return await new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: keyId }).setSubject(user).setExpirationTime('5m')
    .sign(new TextEncoder().encode(signing.secret))
}
