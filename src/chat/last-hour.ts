// Keeps what happened in each minute of the last hour, for the curves of the console: bounded, and gone with the process.
export interface Minute {
  /** When it began, in ms since 1970. */
  at: number
  /** Questions that arrived, also those that a kept answer answered. */
  asked: number
  /** Answers that were made. */
  made: number
  failed: number
  /** Milliseconds; null when nothing was made. */
  first_token: { p50: number, p95: number } | null
  total: { p50: number, p95: number } | null
}

export interface LastHour {
  asked (): void
  made (timings: { first_token: number, total: number }): void
  failed (): void
  /** Returns the minutes, the oldest first; the last one is the running one. */
  minutes (): Minute[]
}

interface Bucket { minute: number, asked: number, made: number, failed: number, firstToken: number[], total: number[] }

const minuteMs = 60_000
const kept = 60
/** Times kept of one minute; beyond them, each new one replaces one at random. */
const maxTimes = 256

/** @param now ms since 1970; it may not go back */
export function createLastHour (now = () => performance.timeOrigin + performance.now()): LastHour {
  const buckets = new Map<number, Bucket>()

  function current (): Bucket {
    const minute = Math.floor(now() / minuteMs)
    let bucket = buckets.get(minute)
    if (!bucket) {
      buckets.set(minute, bucket = { minute, asked: 0, made: 0, failed: 0, firstToken: [], total: [] })
      for (const old of buckets.keys()) if (old <= minute - kept) buckets.delete(old)
    }
    return bucket
  }

  return {
    asked () { current().asked++ },
    failed () { current().failed++ },
    made (timings) {
      const bucket = current()
      const place = bucket.made < maxTimes ? bucket.made : Math.floor(Math.random() * (bucket.made + 1))
      bucket.made++
      if (place >= maxTimes) return
      bucket.firstToken[place] = timings.first_token
      bucket.total[place] = timings.total
    },
    minutes () {
      const last = Math.floor(now() / minuteMs)
      return Array.from({ length: kept }, (_, i) => {
        const minute = last - kept + 1 + i
        const { asked = 0, made = 0, failed = 0, firstToken = [], total = [] } = buckets.get(minute) ?? {}
        return { at: minute * minuteMs, asked, made, failed, first_token: quantilesOf(firstToken), total: quantilesOf(total) }
      })
    },
  }
}

function quantilesOf (times: readonly number[]): { p50: number, p95: number } | null {
  if (times.length === 0) return null
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(10 * sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!) / 10
  return { p50: at(0.5), p95: at(0.95) }
}
