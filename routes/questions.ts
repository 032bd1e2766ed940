// Questions: one POST route per wire format.
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { WireFormat } from '../src/wire/format.ts'
import { wireFormats } from '../src/wire/formats.ts'
import { companyOf, sendStream, sendWhole, setErrorFormat } from './answering.ts'

const routes: FastifyPluginAsync = async app => {
  for (const format of wireFormats) await app.register(async scope => addRoute(scope, format))
}

export default routes

function addRoute (app: FastifyInstance, format: WireFormat): void {
  const { check } = format
  setErrorFormat(app, format)
  app.post(format.url, {
    ...app.authorize('chat'),
    // Before questions are counted: a refused request does not count.
    ...(check ? { preHandler: async ({ body }: FastifyRequest) => check(body) } : {}),
    config: app.questionLimit(format.userOf, format.companyOf),
    bodyLimit: format.hasHistory ? app.config.MAX_MESSAGES_BYTES : app.config.MAX_BODY_BYTES,
    schema: format.schema,
    // The schema describes the answer in the OpenAPI document; the format's encoder writes it.
    serializerCompiler: () => data => JSON.stringify(data),
  }, async (request, reply) => {
    const company = format.chooseCompany?.(request, request.tenant.company) ?? companyOf(request, format.companyOf(request))
    const reader = await app.ask({ ...format.readQuestion(request), company, user: format.userOf(request) })
    const encoder = format.encoderFor(request, reader.answerId)
    return encoder ? sendStream(app, reply, reader, format, encoder) : sendWhole(reply, reader, format)
  })
}
