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
}

export interface WebhookSender {
  /**
   * Sends an event later. Returns false when too many wait already.
   * @param onEnd called when it was delivered, or given up for good: not when the sender is closed before
   */
  send (event: WebhookEvent, onEnd?: () => void): boolean
  /** Resolves to true when the event was delivered. Never rejects. */
  deliver (event: WebhookEvent): Promise<boolean>
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
  const signer = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(Buffer.from(secret), { format: 'raw' })
  const agent = createAgent(url, { proxy, connections: 1, connectTimeoutMs: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  const closing = new AbortController()
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  async function post (id: string, body: string): Promise<void> {
    // Each try is signed anew: a receiver refuses an old time.
    const at = new Date()
    const { statusCode, headers, body: answer } = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal: closing.signal,
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

  async function deliver ({ type, data, id = `msg_${randomUUID()}` }: WebhookEvent): Promise<boolean> {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    try {
      await retry(() => post(id, body), {
        retries,
        firstMs: firstRetryMs,
        signal: closing.signal,
        isRetryable: error => !(error instanceof Refusal) || error.status === 429 || error.status >= 500,
        retryAfterMs: error => error instanceof Refusal ? error.retryAfterMs : undefined,
      })
      return true
    } catch (error) {
      if (!closing.signal.aborted) onError(error, type)
      return false
    }
  }

  function inOrder (event: WebhookEvent): Promise<boolean> {
    waiting++
    const delivered = last.then(() => closing.signal.aborted ? false : deliver(event)).finally(() => { waiting-- })
    last = delivered
    return delivered
  }

  return {
    send (event, onEnd = () => {}) {
      if (waiting >= maxWaiting || closing.signal.aborted) return false
      inOrder(event).then(isDelivered => { if (isDelivered || !closing.signal.aborted) onEnd() })
      return true
    },
    deliver: inOrder,
    async close () {
      closing.abort(new Error('the service is closing'))
      await last
      await agent.destroy()
    },
  }
}
