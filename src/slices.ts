/** Cuts a list into slices of `length`; the last one may be shorter. */
export function slicesOf<T> (list: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length))
}

/**
 * Yields a list that is read newest first, page by page, each from before the last number of the one before it.
 * @param first the first page, when it has been read already
 */
export async function * pagesOf<T extends { n: number }> (
  length: number, list: (page: { before?: number, limit: number }) => Promise<T[]>, first?: T[]
): AsyncGenerator<T[]> {
  for (let page = first ?? await list({ limit: length }); page.length > 0;) {
    yield page
    page = page.length < length ? [] : await list({ before: page.at(-1)!.n, limit: length })
  }
}
