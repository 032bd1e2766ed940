// Groups the searches of one question into requests. Change the strategy here only; measure it with `npm run bench -- fanout`.
import { slicesOf } from '../../../slices.ts'

/**
 * Groups searches into requests. A request with searches of several indexes fails as a whole when one index is
 * missing; each index is then searched separately.
 * @param searches their numbers
 * @param uidOf returns the index of a search
 * @param inFlight running requests of other questions
 */
export type Transport = (searches: number[], uidOf: (search: number) => string, inFlight: number) => number[][]

/** The target number of requests per question while the server has free permits: its default is four per core. */
const targetRequests = 8
/** From this many requests in flight, more of them would only wait, at a cost. */
const busyRequests = 16
/** The most searches in a request. They run one after another under one permit: a longer list means a longer wait. */
const maxSearches = 25
/** The same while every request has to wait for a permit anyway. */
const maxSearchesWhenBusy = 50

/** Sends enough multi-searches to keep the server's permits busy, one index each; as few as possible once the server is busy. */
export const balanced: Transport = (searches, uidOf, inFlight) => {
  if (inFlight >= busyRequests) return even(searches, maxSearchesWhenBusy)
  const size = Math.min(maxSearches, Math.max(1, Math.ceil(searches.length / targetRequests)))
  return [...Map.groupBy(searches, uidOf).values()].flatMap(own => even(own, size))
}

/** Splits the list into parts of similar size, none longer than `most`. */
function even<T> (list: T[], most: number): T[][] {
  return list.length === 0 ? [] : slicesOf(list, Math.ceil(list.length / Math.ceil(list.length / most)))
}
