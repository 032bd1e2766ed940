// Reads from Redis again and again over a connection of its own, as long as it is open.
import type { Redis } from './connection.ts'

export interface ReadLoop {
  /** Closes the connection too. */
  close (): void
}

/**
 * Calls `read`, which waits for something new, until it is closed. After one that failed it waits for the connection, or for
 * `pauseMs`: a server that refuses is not asked again without a pause.
 */
export function startReadLoop (redis: Redis, pauseMs: number, read: () => Promise<void>): ReadLoop {
  let isClosed = false
  let readAgain = () => {}
  const cancel = redis.onReady(() => readAgain())

  async function run (): Promise<void> {
    for (;;) {
      if (isClosed) return
      try {
        await read()
      } catch {
        if (isClosed) return
        // The connection reports the reason, and reconnects by itself.
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, pauseMs)
          readAgain = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    }
  }

  run()
  return {
    close () {
      isClosed = true
      cancel()
      redis.close()
      readAgain()
    },
  }
}
