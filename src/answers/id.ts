// Makes the ids of answers: a time of creation and random bits that cannot be guessed.
import { randomBytes } from 'node:crypto'

/** Returns seconds since 1970 in base 36, a hyphen, and 96 random bits: within its company, an id works like a password for joining. */
export function newId (): string {
  return `${Math.floor(Date.now() / 1000).toString(36)}-${randomBytes(12).toString('base64url')}`
}

/** Returns when an answer began, in seconds since 1970; 0 for an id that was not made here. */
export function createdAt (answerId: string): number {
  const [, seconds] = /^([0-9a-z]{6,7})-/.exec(answerId) ?? []
  return seconds === undefined ? 0 : parseInt(seconds, 36)
}
