// Takes the changes that Supabase announces, so that they apply at once and not after an hour.
import type { FastifyPluginAsync } from 'fastify'

/** An announcement names a row and does not contain it. */
const bodyLimit = 16_384

/** Without SUPABASE_WEBHOOK_SECRET the address does not exist. */
const routes: FastifyPluginAsync = async app => {
  const webhook = app.supabaseWebhook
  if (!webhook) return
  // The signature covers the bytes, so they are parsed after it has been verified.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  app.post<{ Body: Buffer | undefined }>('/webhooks/supabase', { bodyLimit, schema: { hide: true } }, async (request, reply) => {
    const change = webhook.read(request.headers, request.body ?? Buffer.alloc(0))
    if (change) {
      // A profile that is read again has another version, which is part of every answer's key: cached answers go with it.
      for (const company of change.companies) app.profileChanged(company)
      if (change.keys) app.keysChanged()
      app.log.info(change, 'change announced')
    }
    return reply.code(204).send()
  })
}

export default routes
