// Questions: one POST route per wire format.
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify'
import type { Reader } from '../src/answers/answers.ts'
import { createAskedQuestions } from '../src/answers/asked.ts'
import { coded } from '../src/errors.ts'
import type { CompanyProfile } from '../src/types.ts'
import type { WireFormat } from '../src/wire/format.ts'
import { wireFormats } from '../src/wire/formats.ts'
import { askerNames, companyOf, sendReply, sendStream, sendWhole, setErrorFormat, userOf } from './answering.ts'
import { withModels } from './companies.ts'
import { addKeptAnswers } from './kept-answers.ts'
import { lastEventIdOf, resumeAnswer } from './resuming.ts'

const routes: FastifyPluginAsync = async app => {
  for (const format of wireFormats) await app.register(async scope => addRoute(scope, format))
}

export default routes

function addRoute (app: FastifyInstance, format: WireFormat): void {
  const { check } = format
  const asked = createAskedQuestions()
  const companyFor = (request: FastifyRequest) =>
    format.chooseCompany?.(request, request.principal.company) ?? companyOf(request, format.companyOf(request))
  /** Returns the reader at once when the answer is kept. */
  const askFor = (request: FastifyRequest): Reader | Promise<Reader> => {
    const company = companyFor(request)
    const question = format.readQuestion(request)
    const { keyId } = request.principal
    const noted = (reader: Reader): Reader => {
      if (format.hasEventIds) asked.note(reader.answerId, company, question.message)
      return reader
    }
    const reader = app.ask({ ...question, company, user: userOf(request, format), names: askerNames(request, format), keyId })
    return reader instanceof Promise ? reader.then(noted) : noted(reader)
  }
  const send = (request: FastifyRequest, reply: FastifyReply, reader: Reader) => {
    const encoder = format.encoderFor(request, reader.answerId)
    return encoder ? sendStream(app, reply, reader, format, encoder) : sendWhole(request, reply, reader, format)
  }
  /** Answers a question whose company's name, or model's, may have to be explained when it is refused. */
  const answerOrExplain = async (request: FastifyRequest, reply: FastifyReply) => {
    let reader
    try {
      reader = await askFor(request)
    } catch (error) {
      throw await withModels(app, request, error)
    }
    return send(request, reply, reader)
  }
  const replyTo = async (request: FastifyRequest, reply: FastifyReply, write: (company: CompanyProfile) => string) => {
    const profile = await app.profiles.get(companyFor(request))
    if (!profile) throw await withModels(app, request, coded('UNKNOWN_COMPANY'))
    return sendReply(request, reply, format, profile.id, write(profile))
  }
  /** Answers what is no new question. With a callback: an async hook costs each question a turn of the microtask queue. */
  const sendWithoutAsking: preHandlerHookHandler = (request, reply, done) => {
    try {
      check?.(request.body)
      const write = format.replyTo?.(request.body)
      const resumes = format.hasEventIds && lastEventIdOf(request) !== ''
      if (write) replyTo(request, reply, write).catch(done)
      else if (resumes) resumeAnswer(app, asked, format, companyFor(request), request, reply).then(sent => sent ?? done(), done)
      else done()
    } catch (error) {
      done(error as Error)
    }
  }
  setErrorFormat(app, format)
  if (format.readPlain) addKeptAnswers(app, format, asked)
  app.post(format.url, {
    ...app.authorize('chat'),
    // Before questions are counted: a request that is refused, or resumes an answer, does not count.
    preHandler: [sendWithoutAsking, app.countKey],
    config: app.questionLimit(request => userOf(request, format), format.companyOf),
    bodyLimit: format.hasHistory ? app.config.MAX_MESSAGES_BYTES : app.config.MAX_BODY_BYTES,
    schema: format.schema,
    // The schema describes the answer in the OpenAPI document; the format's encoder writes it.
    serializerCompiler: () => data => JSON.stringify(data),
  }, format.namesModels ? answerOrExplain : (request, reply) => {
    const reader = askFor(request)
    if (reader instanceof Promise) return reader.then(reader => send(request, reply, reader))
    const sent = send(request, reply, reader)
    // A reply that is returned counts as what to send, when no promise is around it.
    return sent instanceof Promise ? sent : undefined
  })
}
