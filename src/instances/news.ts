// The port to what instances of the service tell one another: what has changed on one of them, so that the others forget it.

/**
 * `erased`: a company was deleted. `task`: an upload has ended. `cancel`: one is to be ended. The detail names the company, and with
 * the last two the task; never a user.
 */
export type Topic = 'profile' | 'keys' | 'documents' | 'erased' | 'task' | 'cancel'

export interface News {
  /** Tells the other instances: what they read again also later, when they cannot be reached now. Never waits. */
  tell (topic: Topic, detail: string): void
  /**
   * Calls back for what other instances tell, in their order. `null`: some of it may have been missed, because the connection was
   * lost for a while.
   */
  on (topic: Topic, listener: (detail: string | null) => void): void
  close (): void
}

/** For an instance that is alone, or shares nothing but the stores. */
export function createNoNews (): News {
  return { tell () {}, on () {}, close () {} }
}
