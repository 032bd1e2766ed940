// Waiting that ends with a signal.

/** What `promise` gives; when the signal fires first, calls `leave` and throws the signal's reason. */
export async function unlessAborted<T> (promise: Promise<T>, signal: AbortSignal, leave: () => void = () => {}): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => {
    leave()
    reject(signal.reason)
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
