// Two people change the same thing: what was changed here is sent alone, and what somebody else changed meanwhile is told.
import type { Problem } from '../api.ts'

export type Values<Name extends string> = Record<Name, string | boolean | readonly string[] | null>

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Returns the names of the values that differ. */
export function changesOf<Name extends string> (values: Values<Name>, before: Values<Name>): Name[] {
  return (Object.keys(values) as Name[]).filter(name => !isSame(values[name], before[name]))
}

function clashing<Name extends string> (typed: Values<Name>, before: Values<Name>, now: Values<Name>): Name[] {
  return changesOf(now, before).filter(name => !isSame(typed[name], before[name]) && !isSame(typed[name], now[name]))
}

/**
 * Returns what is compared with once a clash was told: as it was, with the others' values where they clash. What was not changed
 * here is the same as before, and not sent.
 */
export function afterClash<Name extends string> (typed: Values<Name>, before: Values<Name>, now: Values<Name>): Values<Name> {
  return { ...before, ...Object.fromEntries(clashing(typed, before, now).map(name => [name, now[name]])) }
}

/**
 * Returns what to tell when somebody else has changed the same otherwise; null when nobody has.
 * @param before as it was when the form was opened
 * @param now as the service has it
 */
export function clashOf<Name extends string> (
  typed: Values<Name>, before: Values<Name>, now: Values<Name>, labels: Record<Name, string>,
): Problem | null {
  const theirs = clashing(typed, before, now)
  if (theirs.length === 0) return null
  const words = theirs.map(name => `${labels[name]}: ${[now[name]].flat().join(', ')}`).join('. ')
  const message = `${words.replace(/\.$/, '')}. Save again to have yours instead.`
  return { code: 'CHANGED', title: 'It was changed in the meantime', message, retryable: false }
}
