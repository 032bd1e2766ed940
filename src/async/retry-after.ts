// The header Retry-After.

/** How long a server asks to be left alone, in seconds or until a date: ms from now; undefined when it says nothing of use. */
export function readRetryAfter (header: string | string[] | undefined, now = Date.now()): number | undefined {
  const value = [header].flat()[0]?.trim()
  if (!value) return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
