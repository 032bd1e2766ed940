// Follows an answer to its end, however often the connection is lost on the way.
import { readEvents, type Received } from './events.ts'

export interface Following {
  /** Asks, or joins the answer after the last event that arrived. */
  request (): Promise<Pick<Response, 'status' | 'body'>>
  /** Takes events. @returns false when nothing more is wanted */
  take (received: Received[]): boolean
  /** Tells whether nothing more is wanted or comes. */
  isOver (): boolean
  /** Returns the id of the last event: as long as it moves on, there is no reason to give up. */
  place (): string | undefined
  /** Tells whether trying again after this error cannot help. */
  isFinal (error: unknown): boolean
  onLost (): void
}

/** Attempts to reach an answer again before a person has to. */
const maxAttempts = 8

/**
 * Returns when the answer is over, is no longer kept (`gone`), or could not be reached again (`lost`). Throws errors that are final.
 */
export async function followAnswer ({ request, take, isOver, place, isFinal, onLost }: Following): Promise<'over' | 'gone' | 'lost'> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const before = place()
    try {
      const { body, status } = await request()
      if (status === 204 || !body) return 'gone'
      for await (const received of readEvents(body)) if (!take(received)) return 'over'
    } catch (error) {
      if (isOver()) return 'over'
      if (isFinal(error)) throw error
    }
    if (isOver()) return 'over'
    onLost()
    if (place() !== before) attempt = 0
    await pause(Math.min(250 * 2 ** attempt, 5000))
    if (isOver()) return 'over'
  }
  return 'lost'
}

/** Waits, or less when the network is back. */
export function pause (ms: number): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    window.addEventListener('online', end)
  })
}
