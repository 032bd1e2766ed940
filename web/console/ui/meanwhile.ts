// Two people change the same thing: what was changed here is sent alone, and what somebody else changed meanwhile is told.
import { useState } from 'preact/hooks'
import type { Problem } from '../api.ts'

export type Values<Name extends string> = Record<Name, string | boolean | readonly string[] | null | undefined>

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Returns the names of the values that differ. */
function changesOf<Name extends string> (values: Values<Name>, before: Values<Name>): Name[] {
  return (Object.keys({ ...before, ...values }) as Name[]).filter(name => !isSame(values[name], before[name]))
}

function clashing<Name extends string> (typed: Values<Name>, before: Values<Name>, now: Values<Name>): Name[] {
  return changesOf(now, before).filter(name => !isSame(typed[name], before[name]) && !isSame(typed[name], now[name]))
}

/**
 * Returns what is compared with once a clash was told: as it was, with the others' values where they clash. What was not changed
 * here is the same as before, and not sent.
 */
function afterClash<Name extends string> (typed: Values<Name>, before: Values<Name>, now: Values<Name>): Values<Name> {
  return { ...before, ...Object.fromEntries(clashing(typed, before, now).map(name => [name, now[name]])) }
}

interface Words<Name extends string> {
  labels: Record<Name, string>
  /** Stands for a value that is not there. */
  none?: string
  /** What makes it as it was typed here. */
  next?: string
}

/**
 * Returns what to tell when somebody else has changed the same otherwise; null when nobody has.
 * @param before as it was when the form was opened
 * @param now as the service has it
 */
function clashOf<Name extends string> (
  typed: Values<Name>, before: Values<Name>, now: Values<Name>, { labels, none = 'nothing', next = 'Save again' }: Words<Name>,
): Problem | null {
  const theirs = clashing(typed, before, now)
  if (theirs.length === 0) return null
  const words = theirs.map(name => `${labels[name] ?? name}: ${[now[name] ?? []].flat().join(', ') || none}`).join('. ')
  return changedMeanwhile(words, next)
}

/**
 * Returns what to tell of a change by somebody else.
 * @param next what makes it as it was typed here
 */
export function changedMeanwhile (words: string, next: string): Problem {
  const message = `${words.replace(/\.$/, '')}. ${next} to have yours instead.`
  return { code: 'CHANGED', title: 'It was changed in the meantime', message, retryable: false }
}

export interface Meanwhile<Name extends string> {
  /** Returns the names of what was changed here. */
  changes (typed: Values<Name>): Name[]
  /** Returns what to tell before it is saved; null when nobody else has changed the same, or when that was told. */
  clash (typed: Values<Name>, now: Values<Name>): Problem | null
}

/** @param opened as it was when the form was opened */
export function useMeanwhile<Name extends string> (opened: Values<Name>, words: Words<Name>): Meanwhile<Name> {
  const [before, setBefore] = useState(opened)
  return {
    changes: typed => changesOf(typed, before),
    clash (typed, now) {
      const clash = clashOf(typed, before, now, words)
      if (clash) setBefore(afterClash(typed, before, now))
      return clash
    },
  }
}
