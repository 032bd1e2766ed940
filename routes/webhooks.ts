// Where Supabase announces changes, so that they hold at once and not after an hour.
import type { FastifyPluginAsync } from 'fastify'
import { createWebhook } from '../src/backends/supabase/webhook.ts'

/** An announcement names a row, it does not hold one. */
const bodyLimit = 16_384

/** Without SUPABASE_WEBHOOK_SECRET there is no such address. */
const routes: FastifyPluginAsync = async app => {
  const secret = app.config.SUPABASE_WEBHOOK_SECRET
  if (secret === '') return
  const webhook = createWebhook({ secret })
  // The signature is of the bytes, so they are not parsed before it has been checked.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  app.post<{ Body: Buffer | undefined }>('/webhooks/supabase', { bodyLimit, schema: { hide: true } }, async (request, reply) => {
    const change = webhook.read(request.headers, request.body ?? Buffer.alloc(0))
    if (change) {
      // A profile that is read anew has another version, which is part of every answer's key: cached answers go with it.
      for (const company of change.companies) app.prompts.drop(company)
      if (change.keys) app.keyVerifier.drop()
      app.log.info(change, 'change announced')
    }
    return reply.code(204).send()
  })
}

export default routes
