// How the searches of one question are put into requests: the one place to change, measured by `npm run bench -- fanout`.

/** One search of one index. */
export interface Search {
  uid: string
  /** Its query object as JSON. */
  query: string
}

/** Cuts searches into requests; the searches of a request must be of one index, which may be missing. */
export type Transport = (searches: readonly Search[]) => Search[][]

/** Requests that a question should make about, so that several of the server's permits serve it. */
const wantedRequests = 8
/** Searches of a request at most. They run one after another under one permit: a longer list is a longer wait. */
const mostSearches = 20

/** As few requests as keep the server's permits busy: multi-searches of one index each. */
export const balanced: Transport = searches => {
  const size = Math.min(mostSearches, Math.max(1, Math.ceil(searches.length / wantedRequests)))
  return perIndex(searches).flatMap(own => chunks(own, Math.ceil(own.length / Math.ceil(own.length / size))))
}

/** The ways that the bench compares with it. */
export const transports: Record<string, Transport> = {
  balanced,
  single: searches => searches.map(search => [search]),
  'multi-search of 5': searches => perIndex(searches).flatMap(own => chunks(own, 5)),
  'multi-search of 10': searches => perIndex(searches).flatMap(own => chunks(own, 10)),
  'multi-search per index': searches => perIndex(searches).flatMap(own => chunks(own, mostSearches + 1)),
}

function perIndex (searches: readonly Search[]): Search[][] {
  return [...Map.groupBy(searches, ({ uid }) => uid).values()]
}

function chunks<T> (list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}
