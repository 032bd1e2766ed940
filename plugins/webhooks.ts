// Sets up the webhook: tells the operator's server of new feedback, and once a week of each company's gaps.
import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisClaims } from '../src/backends/redis/claims.ts'
import { proxySettings } from '../src/config.ts'
import type { StoredFeedback } from '../src/feedback/store.ts'
import { makeDigest, weekOf } from '../src/gaps/digest.ts'
import { noClaims } from '../src/instances/claims.ts'
import { createOutbox } from '../src/webhooks/outbox.ts'
import { createWebhookSender, type WebhookSender } from '../src/webhooks/sender.ts'
import { createTeller } from '../src/webhooks/teller.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null without WEBHOOK_URL. */
    webhook: WebhookSender | null
    /** Sends the digests that are due. */
    sendDigests (): Promise<void>
  }
}

/** How often it is tried to read what was noted, when that has failed. */
const againMs = 30_000
const checkEveryMs = 3_600_000
const weekMs = 7 * 24 * 3_600_000
const listMs = 30_000
/** Remembers the week of the last digest, in the company's file. */
const weekKey = 'gaps_digest_week'
/** Remembers the answers whose ratings are to be told of, in the company's file. */
const outboxKey = 'webhook_outbox'
/** The most ratings of one answer that are told of again. */
const mostRatings = 100

export default fp(async (app: FastifyInstance) => {
  const { config, store, redis, gaps, profiles, profileStore, commonQuestions, log } = app
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
      const outcome = await makeDigest({ gaps: gaps!, topQuestions: commonQuestions.top }, company)
        .then(data => webhook!.send({ type: 'gaps.digest', company, data, id, isErased: async () => !await profiles.get(company) }))
        .catch(async error => {
          await claims.release(id)
          throw error
        })
      if (outcome !== 'delivered') return await claims.release(id)
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
  const outbox = createOutbox({
    read: company => store.run('getMeta', company, outboxKey),
    async write (company, value) {
      // A company that was deleted gets no file again.
      if (await profiles.get(company)) await store.run('setMeta', company, { key: outboxKey, value })
    },
    onError: (error, company) => log.warn({ err: error, company_id: company }, 'what is to be told to WEBHOOK_URL is not kept'),
  })
  const teller = createTeller({
    async send ({ company, answerId, rater }) {
      const entries = await app.feedback!.list(company, { answerId, rater }, { limit: mostRatings })
      return entries.map(entry => webhook.send({
        type: 'feedback.created', company, data: feedbackData(company, entry), id: eventId(company, entry),
        async isErased () {
          const { rater, createdAt } = entry
          if (!await profiles.get(company)) return true
          const [kept] = await app.feedback!.list(company, { answerId, rater }, { limit: 1 })
          // The same user may have rated it again since.
          return kept?.createdAt !== createdAt
        },
      }))
    },
    onTold: outbox.told,
    onError: (error, company) => log.warn({ err: error, company_id: company }, 'ratings cannot be read; WEBHOOK_URL is told later'),
  })
  app.answerEvents.on('rated', (company, { answerId, rater }) => {
    outbox.add(company, answerId)
    teller.tell({ company, answerId, rater })
  })
  let isListed = false
  let isReading = false
  /** Tells what was not delivered before the service ended. */
  const tellLeft = async () => {
    if (isReading) return
    isReading = true
    let companies: string[] | undefined
    try {
      companies = await store.companies()
    } catch (error) {
      log.warn({ err: error }, 'what was to be told to WEBHOOK_URL cannot be read; it is told later')
    }
    const left = await outbox.begin(companies ?? [])
    isListed = companies !== undefined
    isReading = false
    for (const { company, id: answerId } of left) teller.tell({ company, answerId })
  }
  app.addHook('onReady', () => { tellLeft() })
  const again = setInterval(() => {
    if (!isListed || !outbox.isWhole()) tellLeft()
  }, againMs).unref()
  const timer = setInterval(() => {
    app.sendDigests().catch(error => log.warn({ err: error }, 'digests of gaps were not sent'))
  }, checkEveryMs).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    clearInterval(again)
    teller.close()
    await webhook.close()
    await outbox.settled()
  })
}, {
  name: 'webhooks',
  dependencies: ['config', 'http', 'backends', 'profiles', 'conversations', 'answers', 'feedback', 'gaps'],
})

/** The same for a rating that is told of again; another one when it has changed. */
function eventId (company: string, { answerId, rater, updatedAt }: StoredFeedback): string {
  return `msg_${hash('sha256', [company, answerId, rater, updatedAt].join('\n'), 'base64url')}`
}

/** Returns feedback as it is listed. Every text in it is masked already. */
function feedbackData (company: string, entry: StoredFeedback): object {
  const {
    answerId, rater, rating, scale, score, reasons, comment, correction, question, answer, sources, finishReason, answeredBy, model,
  } = entry
  return {
    company_id: company, answer_id: answerId, rater, rating, scale, score, reasons, comment, correction, question, answer, sources,
    finish_reason: finishReason, answered_by: answeredBy, model,
  }
}
