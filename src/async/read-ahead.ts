// Reads ahead: lets a producer continue while its earlier items are used.

/**
 * Yields the items of a source, which continues until the unused items weigh `maxWeight`. Throws the source's error after
 * the items before it. Ends the source when the caller stops early.
 * @param maxWeight one more item may be in progress
 */
export async function * readAhead<T> (source: AsyncIterable<T>, weigh: (item: T) => number, maxWeight: number): AsyncGenerator<T> {
  const items: T[] = []
  const state = { weight: 0, isStopped: false }
  let end: { error?: unknown } | undefined
  let changed = Promise.withResolvers<void>()
  const signalChange = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  async function fill (): Promise<void> {
    for await (const item of source) {
      items.push(item)
      state.weight += weigh(item)
      signalChange()
      while (state.weight >= maxWeight && !state.isStopped) await changed.promise
      if (state.isStopped) return
    }
  }
  const filled = fill().then(() => { end = {} }, error => { end = { error } }).finally(signalChange)

  try {
    for (;;) {
      const item = items.shift()
      if (item !== undefined) {
        state.weight -= weigh(item)
        signalChange()
        yield item
      } else if (end) {
        if ('error' in end) throw end.error
        return
      } else {
        await changed.promise
      }
    }
  } finally {
    state.isStopped = true
    signalChange()
    await filled
  }
}
