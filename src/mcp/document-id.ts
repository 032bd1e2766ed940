// The ids that `search` gives and `fetch` takes: a passage, and the question that it was found by.

export interface FoundId { passage: string, query: string | null }

const mark = '?q='

/**
 * With the question in the id, any instance can find the passage again, and nothing is kept between two requests: what a client
 * may fetch is what it may find.
 */
export function toFoundId (passage: string, query: string): string {
  return `${passage}${mark}${encodeURIComponent(query)}`
}

/** Reads an id; one without a question is a document's or passage's alone. */
export function readFoundId (id: string): FoundId {
  const at = id.lastIndexOf(mark)
  if (at === -1) return { passage: id, query: null }
  try {
    return { passage: id.slice(0, at), query: decodeURIComponent(id.slice(at + mark.length)) }
  } catch {
    return { passage: id, query: null }
  }
}
