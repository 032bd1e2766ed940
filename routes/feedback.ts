// Feedback: users rate answers; operators list, export and import the ratings.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from 'typebox'
import { inSlices } from '../src/async/in-slices.ts'
import { coded } from '../src/errors.ts'
import { longestFeedbackText, makeFeedback } from '../src/feedback/feedback.ts'
import type { RatedAnswer } from '../src/feedback/given-answers.ts'
import { readLines, toJson, toPair } from '../src/feedback/jsonl.ts'
import { scales, type FeedbackFilter, type FeedbackStore, type Scale } from '../src/feedback/store.ts'
import { fitPage } from '../src/page-size.ts'
import { pagesOf } from '../src/slices.ts'
import { conversationIdOf } from '../src/wire/ai-sdk/request.ts'
import { readRatedId, type RatedId } from '../src/wire/rated-id.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { knownCompany } from './companies.ts'
import { Company, refused } from './company-documents.ts'

const scale = Type.Unsafe<Scale>({ type: 'string', enum: [...scales], description: '`thumbs`: −1 to 1; `stars`: 0 to 5; `unit`: 0 to 1' })
const longText = (description: string) => Type.String({ maxLength: longestFeedbackText, description })
const RatingBody = Type.Object({
  ...Company,
  user_id: Type.Optional(Type.String({
    minLength: 1, maxLength: 256, description: 'The user who rates; the key itself when absent. Stored as a hash',
  })),
  conversation_id: Type.Optional(Type.String({
    minLength: 1, maxLength: 256,
    description: 'The conversation of the answer, or the `id` of the chat: finds the question after a restart',
  })),
  rating: Type.Number({ minimum: -1, maximum: 5, description: 'On the scale of `scale`: 1 is a thumb up, −1 a thumb down' }),
  scale: Type.Optional({ ...scale, default: 'thumbs' }),
  reasons: Type.Optional(Type.Array(
    Type.String({ pattern: '^[a-z0-9_-]{1,40}$', examples: ['incomplete'] }), { maxItems: 10, description: 'Short names of your own' }
  )),
  comment: Type.Optional(longText('In the user\'s own words')),
  correction: Type.Optional(longText('What the answer should have been')),
}, { additionalProperties: false })

const filters = {
  ...Company,
  rating: Type.Optional(Type.Unsafe<'up' | 'down' | 'neutral'>({ type: 'string', enum: ['up', 'down', 'neutral'] })),
  reason: Type.Optional(Type.String({ maxLength: 40 })),
  answer_id: Type.Optional(Type.String({ maxLength: 200 })),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Last changed at this time or later' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Last changed before this time' })),
}
const texts = Type.Array(Type.String())
const Entry = Type.Object({
  n: Type.Integer(), answer_id: Type.String(), rater: Type.String({ description: 'A hash of who rated' }),
  rating: Type.Number(), scale, score: Type.Number({ description: 'The rating from −1 to 1, whatever its scale' }),
  reasons: texts, comment: Type.String(), correction: Type.String(), question: Type.String(), answer: Type.String(),
  sources: { ...texts, description: '`<index>/<document id>`' },
  finish_reason: Type.String(), answered_by: Type.String(), model: Type.String(), profile_version: Type.String(),
  index_version: Type.String(), created_at: Type.String({ format: 'date-time' }), updated_at: Type.String({ format: 'date-time' }),
})

const problems = { ...refused, 404: errorResponse('Unknown company'), 503: errorResponse('Feedback cannot be read or written. Try again') }
/** Entries that are read from the store, or written to it, at once. */
const entriesAtOnce = 200
/** The most ratings that one rater gives in a window: a rating can be changed, so it costs something each time. */
const maxRatings = 100

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.post('/chat/:answer_id/feedback', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Rate an answer',
      description: 'Each user rates an answer once; rating it again replaces the rating. Mail addresses, phone numbers and numbers of ' +
        'six digits and more are masked before anything is stored.',
      params: Type.Object({
        answer_id: Type.String({
          pattern: '^[A-Za-z0-9_.-]{1,200}$', description: '`answer_id`, or the id that an OpenAI client or useChat has for it',
        }),
      }),
      body: RatingBody,
      response: {
        200: Type.Object({
          answer_id: Type.String(), rating: Type.Number(), scale, changed: Type.Boolean({ description: 'It was rated before' }),
        }),
        ...problems,
        404: errorResponse('Unknown answer, or no longer known'),
        429: errorResponse('This user has given too many ratings'),
      },
    },
  }, async (request, reply) => {
    const feedback = feedbackOf(app)
    const { company_id, user_id, conversation_id, ...rating } = request.body
    const company = companyOf(request, company_id)
    const user = request.principal.user ?? user_id
    const who = user === undefined ? { key: request.principal.keyId } : { user }
    await app.countCalls('feedback', `${company} ${JSON.stringify(who)}`, maxRatings, reply)
    const rated = await findRated(app, feedback, company, user, readRatedId(request.params.answer_id), conversation_id)
    if (!rated) throw coded('ANSWER_NOT_FOUND', 'An answer can be rated when it has ended. Send its conversation_id if it is older.')
    // The key of the hash is kept in the company's file, which an unknown company must not get.
    const rater = await app.people.hashOf(company, who)
    const entry = makeFeedback(rated.answerId, rater, rating, rated.answer)
    const added = await feedback.put(company, [entry])
    app.answerEvents.emit('rated', company, entry)
    return { answer_id: rated.answerId, rating: entry.rating, scale: entry.scale, changed: added === 0 }
  })

  app.get('/v1/feedback', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['feedback'],
      summary: 'List ratings, the newest first, page by page',
      querystring: Type.Object({
        ...filters,
        after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' })),
        limit: Type.Optional(
          Type.String({ pattern: '^([1-9]\\d?|[1-4]\\d\\d|500)$', description: 'Entries per page, 1 to 500; 100 when absent' })
        ),
      }, { additionalProperties: false }),
      response: {
        200: Type.Object({
          data: Type.Array(Entry),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = await knownCompany(app, request, request.query.company_id)
    const { after, limit = '100' } = request.query
    const page = { before: after === undefined ? undefined : Number(after), limit: Number(limit) + 1 }
    const found = await feedbackOf(app).list(company, filterOf(request.query), page)
    const data = fitPage(found.slice(0, Number(limit)).map(toJson))
    return { data, next: found.length > data.length ? String(data.at(-1)!.n) : null }
  })

  app.get('/v1/feedback/export', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['feedback'],
      summary: 'Export ratings as lines of JSON',
      querystring: Type.Object({
        ...filters,
        format: Type.Optional(Type.Unsafe<'full' | 'pairs'>({
          type: 'string', enum: ['full', 'pairs'],
          description: '`full` (when absent): as in the list; `pairs`: `{"input","target","score"}`, score 0 to 1; the target is the ' +
            'correction, where there is one',
        })),
      }, { additionalProperties: false }),
      response: {
        200: { description: 'One entry a line', content: { 'application/x-ndjson': { schema: { type: 'string' } } } }, ...problems,
      },
    },
  }, async (request, reply) => {
    const feedback = feedbackOf(app)
    const company = await knownCompany(app, request, request.query.company_id)
    const filter = filterOf(request.query)
    // Read before anything is sent, so that an error has its status.
    const first = await feedback.list(company, filter, { limit: entriesAtOnce })
    const write = request.query.format === 'pairs' ? toPair : toJson
    async function * lines () {
      for await (const page of pagesOf(entriesAtOnce, page => feedback.list(company, filter, page), first)) {
        yield page.map(entry => `${JSON.stringify(write(entry))}\n`).join('')
      }
    }
    reply.headers({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="feedback-${company}.jsonl"` })
    return reply.type('application/x-ndjson').send(Readable.from(lines()) as never)
  })

  app.addContentTypeParser<string>(
    ['application/x-ndjson', 'application/ndjson', 'application/jsonl'], { parseAs: 'string' }, (_, body, done) => done(null, body)
  )
  app.post('/v1/feedback/import', {
    ...withWrite,
    config: { audit: 'feedback.import' },
    bodyLimit: app.config.MAX_MESSAGES_BYTES,
    schema: {
      tags: ['feedback'],
      summary: 'Import ratings',
      description: 'Lines of JSON (`application/x-ndjson`): those of an export, or `{"input","target","score"}`. Importing a line again ' +
        'replaces it. With one wrong line nothing is imported. Send a file larger than MAX_MESSAGES_BYTES in parts.',
      querystring: Type.Object(
        {
          ...Company,
          scale: Type.Optional({ ...scale, description: 'The scale of pairs without a `scale` of their own; `unit` when absent' }),
        },
        { additionalProperties: false }
      ),
      body: { content: { 'application/x-ndjson': { schema: Type.String() } } } as never,
      response: { 200: Type.Object({ imported: Type.Integer(), changed: Type.Integer() }), ...problems },
    },
  }, async request => {
    const feedback = feedbackOf(app)
    const company = await knownCompany(app, request, request.query.company_id)
    const { body } = request as { body: unknown }
    if (typeof body !== 'string') throw coded('INVALID_BODY', 'Send lines of JSON, as application/x-ndjson.')
    const entries = await inSlices(readLines(body, request.query.scale ?? 'unit'))
    let imported = 0
    for (let at = 0; at < entries.length; at += entriesAtOnce) {
      imported += await feedback.put(company, entries.slice(at, at + entriesAtOnce))
    }
    app.maybeLearn(company)
    return { imported, changed: entries.length - imported }
  })
}

export default routes

function feedbackOf ({ feedback }: FastifyInstance): FeedbackStore {
  if (!feedback) throw coded('NOT_SUPPORTED', 'Feedback is off: FEEDBACK_TTL_SECONDS is 0.')
  return feedback
}

function filterOf ({ rating, reason, answer_id, since, until }: Static<Type.TObject<typeof filters>>): FeedbackFilter {
  const time = (text: string | undefined) => text === undefined ? undefined : Date.parse(text)
  return { rating, reason, answerId: answer_id, since: time(since), until: time(until) }
}

/**
 * Finds an answer of the company: in memory, in its conversation, or in an earlier rating of it.
 * @param ids what the id that the client gave may mean
 */
async function findRated (
  app: FastifyInstance, feedback: FeedbackStore, company: string, user: string | undefined, ids: RatedId[], named: string | undefined,
): Promise<{ answerId: string, answer: RatedAnswer } | null> {
  for (const { answerId } of ids) {
    const answer = app.givenAnswers.find(company, answerId)
    if (answer) return { answerId, answer }
  }
  for (const { answerId, conversation = named } of ids) {
    const kept = user === undefined || conversation === undefined
      ? null
      : await app.conversations.get({ company, user }, conversationIdOf(conversation))
    const turn = kept?.turns.findLast(turn => turn.answerId === answerId)
    if (turn) {
      const { question, answer, finishReason } = turn
      const unknown = { sources: [], answeredBy: '', model: '', profileVersion: '', indexVersion: '' }
      return { answerId, answer: { question, answer, finishReason, ...unknown } }
    }
    const [before] = await feedback.list(company, { answerId }, { limit: 1 })
    if (before) return { answerId, answer: before }
  }
  return null
}
