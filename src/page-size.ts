// Keeps one response small: a list or a document is sent in pages of a few megabytes.

/** The most bytes of JSON that one page of a list holds; a page has at least one item. */
export const maxPageBytes = 4_000_000
/** The most bytes of any response that is built in memory. */
export const maxResponseBytes = 8_000_000

/** Returns the first items that fit on a page together. */
export function fitPage<T> (items: readonly T[], maxBytes = maxPageBytes): T[] {
  return [...fitting(items, maxBytes)]
}

/** Yields the first items that fit together, at least one. */
export function * fitting<T> (items: readonly T[], maxBytes: number): Generator<T, void, undefined> {
  let left = maxBytes
  for (const [n, item] of items.entries()) {
    left -= jsonBytes(item)
    if (left < 0 && n > 0) return
    yield item
  }
}

export function jsonBytes (value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1
}
