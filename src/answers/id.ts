// The ids of answers: when they were made, and what cannot be guessed.
import { randomBytes } from 'node:crypto'

/** Seconds since 1970 in base 36, a hyphen, and 96 random bits: an id is as good as a password for joining, within its company. */
export function newId (): string {
  return `${Math.floor(Date.now() / 1000).toString(36)}-${randomBytes(12).toString('base64url')}`
}

/** When an answer was begun, in seconds since 1970; 0 for an id that was not made here. */
export function createdAt (answerId: string): number {
  const [, seconds] = /^([0-9a-z]{6,7})-/.exec(answerId) ?? []
  return seconds === undefined ? 0 : parseInt(seconds, 36)
}
