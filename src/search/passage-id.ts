// The ids of passages, and the document that an id belongs to.

/**
 * Returns `<index>/<document's id>`, with `#n` when the document has several chunks. An id that itself ends in such a
 * number always gets another: the document `a#1` must not have the id of the second chunk of `a`.
 */
export function passageId (index: string, document: string, chunks: number, n: number): string {
  return `${index}/${document}${chunks === 1 && !/#\d+$/.test(document) ? '' : `#${n}`}`
}

/** Returns the document that a passage belongs to; `index` is null when the text is not a passage's id. */
export function documentOf (passage: string): { index: string | null, id: string } {
  const slash = passage.indexOf('/')
  return { index: slash === -1 ? null : passage.slice(0, slash), id: passage.slice(slash + 1).replace(/#\d+$/, '') }
}
