// Lets a producer work while what it made before is being used.

/**
 * The items of a source, which goes on while they are used, until so much waits.
 * @param most the weight that may wait; one item more may be on its way
 * Throws what the source throws, behind the items before it. A source that is left is ended.
 */
export async function * ahead<T> (source: AsyncIterable<T>, weigh: (item: T) => number, most: number): AsyncGenerator<T> {
  const items: T[] = []
  const state = { weight: 0, isLeft: false }
  let end: { error?: unknown } | undefined
  let news = Promise.withResolvers<void>()
  const tell = () => {
    news.resolve()
    news = Promise.withResolvers()
  }

  async function fill (): Promise<void> {
    for await (const item of source) {
      items.push(item)
      state.weight += weigh(item)
      tell()
      while (state.weight >= most && !state.isLeft) await news.promise
      if (state.isLeft) return
    }
  }
  const filled = fill().then(() => { end = {} }, error => { end = { error } }).finally(tell)

  try {
    for (;;) {
      const item = items.shift()
      if (item !== undefined) {
        state.weight -= weigh(item)
        tell()
        yield item
      } else if (end) {
        if ('error' in end) throw end.error
        return
      } else {
        await news.promise
      }
    }
  } finally {
    state.isLeft = true
    tell()
    await filled
  }
}
