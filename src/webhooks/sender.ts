// Sends events to an operator's own server: signed as standardwebhooks.com says, one after another, again when it fails.
import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { Webhook } from 'standardwebhooks'
import { createAgent, type ProxySettings } from '../async/agent.ts'
import { readRetryAfter } from '../async/retry-after.ts'
import { retry } from '../async/retry.ts'

export interface WebhookEvent {
  /** `feedback.created`, `gaps.digest`. */
  type: string
  data: object
  /** The same for an event that is sent again; a new one when absent. */
  id?: string
  /** The company that it tells of. */
  company?: string
  /** Asked before each try: resolves to true when what it tells of has been erased, so that it is told no more. */
  isErased? (): Promise<boolean>
}

/** `left`: not told, and to be told again later. */
export type Outcome = 'delivered' | 'given up' | 'left'

export interface WebhookSender {
  /**
   * Sends an event when those before it have been sent. Never rejects. An event is left when too many wait already, when the sender
   * is closed before, and when it cannot be learnt whether what it tells of has been erased: it must not hold up the others.
   */
  send (event: WebhookEvent): Promise<Outcome>
  /** Drops the events that wait and tell of what has been erased of a company. Returns how many. */
  dropErased (company: string): Promise<number>
  /** Gives up what waits. */
  close (): Promise<void>
}

export interface WebhookSenderOptions {
  url: string
  secret: string
  proxy?: ProxySettings | undefined
  onError (error: unknown, type: string): void
  /** The pause before the second try, ms; it doubles. */
  firstRetryMs?: number
}

const maxWaiting = 1000
const retries = 5
const minSecretChars = 16
const timeoutMs = 10_000

const erased = new Error('what it tells of has been erased')

/** Thrown when it is not known whether that has been erased: it must not be told, and not be forgotten. */
class Unknown extends Error {}

/** Thrown for an answer that is no success. */
class Refusal extends Error {
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor (status: number, retryAfterMs: number | undefined) {
    super(`the webhook's server answered with HTTP ${status}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Creates the sender. A secret of the form `whsec_…` is base64, as the standard has it; of any other the UTF-8 counts.
 * Throws an Error that names the setting when the secret is short.
 */
export function createWebhookSender (options: WebhookSenderOptions): WebhookSender {
  const { url, secret, proxy, onError, firstRetryMs = 1000 } = options
  if (secret.length < minSecretChars) throw new Error(`WEBHOOK_SECRET is shorter than ${minSecretChars} characters`)
  const signer = createSigner(secret)
  const agent = createAgent(url, { proxy, connections: 1, connectTimeoutMs: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  const closing = new AbortController()
  /** Events that wait or are being sent, and what gives them up. */
  const waiting = new Map<WebhookEvent, AbortController>()
  let last: Promise<unknown> = Promise.resolve()

  async function post (id: string, body: string, signal: AbortSignal): Promise<void> {
    // Each try is signed anew: a receiver refuses an old time.
    const at = new Date()
    const { statusCode, headers, body: answer } = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal,
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(id, at, body),
      },
    })
    await answer.dump()
    if (statusCode < 200 || statusCode > 299) throw new Refusal(statusCode, readRetryAfter(headers['retry-after']))
  }

  async function deliver (event: WebhookEvent, given: AbortController): Promise<Outcome> {
    const { type, data, id = `msg_${randomUUID()}`, isErased } = event
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    const signal = AbortSignal.any([closing.signal, given.signal])
    try {
      await retry(async () => {
        if (await isErased?.().catch(error => { throw new Unknown('its store cannot be read', { cause: error }) })) given.abort(erased)
        signal.throwIfAborted()
        await post(id, body, signal)
      }, {
        retries,
        firstMs: firstRetryMs,
        signal,
        isRetryable: error => !(error instanceof Unknown) && (!(error instanceof Refusal) || error.status === 429 || error.status >= 500),
        retryAfterMs: error => error instanceof Refusal ? error.retryAfterMs : undefined,
      })
      return 'delivered'
    } catch (error) {
      if (!signal.aborted) onError(error, type)
      return closing.signal.aborted || error instanceof Unknown ? 'left' : 'given up'
    }
  }

  function inOrder (event: WebhookEvent): Promise<Outcome> {
    const given = new AbortController()
    waiting.set(event, given)
    const outcome = last.then(async (): Promise<Outcome> => {
      if (closing.signal.aborted) return 'left'
      return given.signal.aborted ? 'given up' : await deliver(event, given)
    }).finally(() => { waiting.delete(event) })
    last = outcome
    return outcome
  }

  return {
    async send (event) {
      return waiting.size >= maxWaiting || closing.signal.aborted ? 'left' : await inOrder(event)
    },
    async dropErased (company) {
      let dropped = 0
      for (const [event, given] of [...waiting]) {
        if (event.company !== company || given.signal.aborted || !await event.isErased?.()) continue
        given.abort(erased)
        dropped++
      }
      return dropped
    },
    async close () {
      closing.abort(new Error('the service is closing'))
      await last
      await agent.destroy()
    },
  }
}

function createSigner (secret: string): Webhook {
  if (!secret.startsWith('whsec_')) return new Webhook(Buffer.from(secret), { format: 'raw' })
  try {
    return new Webhook(secret)
  } catch {
    throw new Error('WEBHOOK_SECRET must have base64 after whsec_; copy it again')
  }
}
