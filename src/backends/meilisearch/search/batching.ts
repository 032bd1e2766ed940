// How the searches of one question are put into requests: the one place to change, measured by `npm run bench -- fanout`.

/** One search of one index. */
export interface Search {
  uid: string
  /** Its query object as JSON. */
  query: string
}

/**
 * Cuts searches into requests. One that holds searches of several indexes fails as a whole when one of these is
 * missing, and is then sent again an index at a time.
 * @param inFlight requests of other questions that are under way
 */
export type Transport = (searches: readonly Search[], inFlight: number) => Search[][]

/** Requests that a question makes about while the server has permits to spare: four for each core is its default. */
const wantedRequests = 8
/** Requests in flight from which on more of them would only wait, and cost. */
const manyInFlight = 16
/** Searches of a request at most. They run one after another under one permit: a longer list is a longer wait. */
const mostSearches = 25
/** The same when the wait is for a permit anyway. */
const mostSearchesThen = 50

/**
 * As many multi-searches as keep the server's permits busy, of one index each; as few as there can be once it has
 * its hands full.
 */
export const balanced: Transport = (searches, inFlight) => {
  if (inFlight >= manyInFlight) return even([...searches], mostSearchesThen)
  const size = Math.min(mostSearches, Math.max(1, Math.ceil(searches.length / wantedRequests)))
  return perIndex(searches).flatMap(own => even(own, size))
}

function perIndex (searches: readonly Search[]): Search[][] {
  return [...Map.groupBy(searches, ({ uid }) => uid).values()]
}

/** Parts of about one size, none above `most`. */
function even<T> (list: T[], most: number): T[][] {
  return list.length === 0 ? [] : chunks(list, Math.ceil(list.length / Math.ceil(list.length / most)))
}

function chunks<T> (list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}
