// Reads the header Retry-After (RFC 9110, 10.2.3).

/** Returns how long a server asks to be left alone, in milliseconds from now; undefined when it does not say. */
export function readRetryAfter (header: string | string[] | null | undefined, now = Date.now()): number | undefined {
  const value = [header].flat()[0]?.trim()
  if (!value) return undefined
  // The standard allows only whole seconds; some servers of language models send decimals.
  const ms = /^\d{1,9}(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
