// Makes the ids of answers: a time of creation and random bits that cannot be guessed.
import { hash, randomBytes } from 'node:crypto'

/**
 * Returns seconds since 1970 in base 36, a hyphen, and 96 random bits: within its company, an id works like a password for joining.
 * @param audience the names of those who may read the answer, when it may rest on documents that not everyone may see: they end the id
 */
export function newId (audience: readonly string[] = []): string {
  const id = `${Math.floor(Date.now() / 1000).toString(36)}-${randomPart()}`
  return audience.length === 0 ? id : `${id}-${markOf(audience)}`
}

/** Random letters, drawn for many ids at once: to draw those of a single one takes as long as all of them. */
let drawn = ''
let used = 0
/** Ninety-six bits. */
const randomLetters = 16

function randomPart (): string {
  if (used === drawn.length) {
    drawn = randomBytes(3072).toString('base64url')
    used = 0
  }
  used += randomLetters
  return drawn.slice(used - randomLetters, used)
}

const markedForm = /^[0-9a-z]{6,7}-[\w-]{16}-([\w-]{12})$/

/** Tells whether an answer is for some people only. */
export function isForSome (answerId: string): boolean {
  return markedForm.test(answerId)
}

/** Tells whether an answer was made for those with these names in access lists. */
export function isFor (answerId: string, audience: readonly string[]): boolean {
  const [, mark] = markedForm.exec(answerId) ?? []
  return mark === undefined || (audience.length > 0 && mark === markOf(audience))
}

function markOf (audience: readonly string[]): string {
  return hash('sha256', JSON.stringify([...audience].sort()), 'base64url').slice(0, 12)
}

/** Returns when an answer began, in seconds since 1970; 0 for an id that was not made here. */
export function createdAt (answerId: string): number {
  const [, seconds] = /^([0-9a-z]{6,7})-/.exec(answerId) ?? []
  return seconds === undefined ? 0 : parseInt(seconds, 36)
}
