// What a passage is called, and whose it is.

/**
 * `<index>/<document's id>`, with `#n` when the document has several pieces. An id that ends in such a number itself
 * always gets one more: the document `a#1` must not be called what the second piece of `a` is.
 */
export function passageId (index: string, document: string, chunks: number, n: number): string {
  return `${index}/${document}${chunks === 1 && !/#\d+$/.test(document) ? '' : `#${n}`}`
}

/** The document that a passage is of; its index is null when that is no passage's name. */
export function documentOf (passage: string): { index: string | null, id: string } {
  const slash = passage.indexOf('/')
  return { index: slash === -1 ? null : passage.slice(0, slash), id: passage.slice(slash + 1).replace(/#\d+$/, '') }
}
