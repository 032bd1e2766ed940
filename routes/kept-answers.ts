// Answers plain questions whose answer is kept at once: the same steps as in questions.ts, without those that wait.
import type { FastifyInstance } from 'fastify'
import type { AskedQuestions } from '../src/answers/asked.ts'
import { namesOf } from '../src/keys/principal.ts'
import type { WireFormat } from '../src/wire/format.ts'
import { streamHeaders } from './answering.ts'

/** Registers the short way of a format that has one. It must not differ from the usual one in a byte, nor in a count. */
export function addKeptAnswers (app: FastifyInstance, format: WireFormat, asked: AskedQuestions): void {
  app.answerAtOnce(format.url, ({ headers, body }) => {
    const principal = app.principalAtOnce(headers, 'chat')
    const question = format.readPlain!(body)
    // The user of a token has a limit and names of its own.
    if (principal === null || principal.user !== null || question === null) return null
    const { user, message, language } = question
    const company = principal.company ?? question.company
    const encoder = format.encoderFor({ headers, body, query: {} }, '')
    if (company === undefined || (question.company ?? company) !== company || encoder === null) return null
    const limit = app.questionAtOnce(principal, company, user)
    if (limit === null) return null
    const kept = app.askKept({ company, user, names: namesOf(principal, { user }), keyId: principal.keyId, message, language })
    if (kept === null) return null
    asked.note(kept.answerId, company, message)
    return { headers: limit.count().concat(streamHeaders(format, kept.answerId)), body: kept.whole(encoder) }
  })
}
