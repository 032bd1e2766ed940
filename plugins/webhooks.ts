// Sets up the webhook: tells the operator's server of new feedback, and once a week of each company's gaps.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisClaims } from '../src/backends/redis/claims.ts'
import { proxySettings } from '../src/config.ts'
import { makeDigest, weekOf } from '../src/gaps/digest.ts'
import { noClaims } from '../src/instances/claims.ts'
import { createWebhookSender, type WebhookSender } from '../src/webhooks/sender.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null without WEBHOOK_URL. */
    webhook: WebhookSender | null
    /** Sends the digests that are due. */
    sendDigests (): Promise<void>
  }
}

const checkEveryMs = 3_600_000
const weekMs = 7 * 24 * 3_600_000
const listMs = 30_000
/** Remembers the week of the last digest, in the company's file. */
const weekKey = 'gaps_digest_week'

export default fp(async (app: FastifyInstance) => {
  const { config, store, redis, gaps, profileStore, commonQuestions, log } = app
  const claims = redis ? createRedisClaims(redis) : noClaims
  const webhook = config.WEBHOOK_URL === ''
    ? null
    : createWebhookSender({
      url: config.WEBHOOK_URL,
      secret: config.WEBHOOK_SECRET,
      proxy: proxySettings(config),
      onError: (error, type) => log.warn({ err: error, event: type }, 'an event was not delivered to WEBHOOK_URL'),
    })
  app.decorate('webhook', webhook)

  async function sendDigest (company: string): Promise<void> {
    const week = weekOf(Date.now())
    const sent = await store.run('getMeta', company, weekKey)
    // The first week is only begun.
    const isDue = sent !== undefined && Number(sent) < week
    // Should two instances send it all the same, they name it alike.
    const id = `digest_${company}_${week}`
    if (isDue && await claims.take(id, weekMs)) {
      const isDelivered = await makeDigest({ gaps: gaps!, topQuestions: commonQuestions.top }, company)
        .then(data => webhook!.deliver({ type: 'gaps.digest', data, id }))
        .catch(async error => {
          await claims.release(id)
          throw error
        })
      if (!isDelivered) return await claims.release(id)
    }
    if (isDue || sent === undefined) await store.run('setMeta', company, { key: weekKey, value: String(week) })
  }
  app.decorate('sendDigests', async () => {
    if (!webhook || !gaps) return
    for (const company of await profileStore.companies(AbortSignal.timeout(listMs))) {
      if (app.isClosing()) return
      await sendDigest(company).catch(error => log.warn({ err: error, company_id: company }, 'the digest of gaps was not made'))
    }
  })
  if (!webhook) return
  app.answerEvents.on('rated', (company, { rater, ...entry }) => {
    webhook.send({ type: 'feedback.created', data: feedbackData(company, rater, entry) })
  })
  const timer = setInterval(() => {
    app.sendDigests().catch(error => log.warn({ err: error }, 'digests of gaps were not sent'))
  }, checkEveryMs).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await webhook.close()
  })
}, {
  name: 'webhooks',
  dependencies: ['config', 'http', 'backends', 'profiles', 'conversations', 'answers', 'gaps'],
})

type Entry = Parameters<NonNullable<FastifyInstance['feedback']>['put']>[1][number]

/** Returns feedback as it is listed. Every text in it is masked already. */
function feedbackData (company: string, rater: string, entry: Omit<Entry, 'rater'>): object {
  const { answerId, rating, scale, score, reasons, comment, correction, question, answer, sources, finishReason, answeredBy, model } = entry
  return {
    company_id: company, answer_id: answerId, rater, rating, scale, score, reasons, comment, correction, question, answer, sources,
    finish_reason: finishReason, answered_by: answeredBy, model,
  }
}
