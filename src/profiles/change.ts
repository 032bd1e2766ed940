// Changes a written profile: a merge patch (RFC 7396), and which parts of it a company may change by itself.
import { isDeepStrictEqual } from 'node:util'
import { coded } from '../errors.ts'
import { isObject } from '../plain-object.ts'
import { isWholeText } from '../whole-text.ts'
import { parseProfile, type WrittenProfile } from './profile.ts'
import type { ProfileStore, ProfileWriter } from './store.ts'

/** Each index is searched with every question. */
const maxIndexes = 100
/** Objects within objects: a profile has four levels. */
const maxDepth = 10
/** The parts that decide which of the operator's resources are used; all others belong to the company. */
const operatorsFields = ['id', 'language', 'model'] as const
const operatorsIndexFields = ['model', 'uid'] as const

/** Returns what changes the profiles of a store. Throws NOT_SUPPORTED where they cannot be changed. */
export function writerOf ({ writer }: ProfileStore): ProfileWriter {
  if (!writer) throw coded('NOT_SUPPORTED', 'The profiles of this service cannot be changed over HTTP.')
  return writer
}

/**
 * Returns the profile with the changes of a patch: objects are merged, null removes. Throws INVALID_BODY.
 * @param isOperator false: the patch comes from the company itself, which may not change what is the operator's (SCOPE_MISSING)
 */
export function patchProfile (before: WrittenProfile, patch: object, isOperator: boolean): WrittenProfile {
  const after = checkProfile(merged(before, patch))
  if (after.id !== before.id) throw coded('INVALID_BODY', 'The id of a company cannot be changed.')
  const field = isOperator ? undefined : changedByOperatorsOnly(before, after)
  if (field !== undefined) throw coded('SCOPE_MISSING', `"${field}" needs a key with the scope "admin" for all companies.`)
  return after
}

/** Returns the profile if it is valid. Throws INVALID_BODY, which names the first wrong field, or INVALID_TEXT. */
export function checkProfile (given: unknown): WrittenProfile {
  try {
    parseProfile(given)
  } catch (error) {
    throw coded('INVALID_BODY', `${(error as Error).message}.`, error)
  }
  const profile = given as WrittenProfile
  const kinds = Object.keys(profile.indexes)
  if (kinds.length > maxIndexes) throw coded('INVALID_BODY', `A company has at most ${maxIndexes} indexes.`)
  if (!areTextsWhole(profile)) throw coded('INVALID_TEXT')
  return profile
}

/** Returns the indexes that a change takes away. */
export function removedIndexes (before: WrittenProfile, after: WrittenProfile): string[] {
  return Object.keys(before.indexes).filter(kind => !Object.hasOwn(after.indexes, kind))
}

function changedByOperatorsOnly (before: WrittenProfile, after: WrittenProfile): string | undefined {
  if (!isDeepStrictEqual(before.budget, after.budget)) return 'budget'
  const field = operatorsFields.find(name => before[name] !== after[name])
  if (field !== undefined) return field
  for (const kind of new Set([...Object.keys(before.indexes), ...Object.keys(after.indexes)])) {
    const own = operatorsIndexFields.find(name => ownOf(before, kind)[name] !== ownOf(after, kind)[name])
    if (own !== undefined) return `indexes.${kind}.${own}`
  }
}

function ownOf ({ indexes }: WrittenProfile, kind: string): { model?: string, uid?: string } {
  return Object.hasOwn(indexes, kind) ? indexes[kind]! : {}
}

/** Keeps the order of what was there: the facts of a document are shown in it. */
function merged (target: unknown, patch: unknown, depth = 0): unknown {
  if (!isObject(patch)) return patch
  if (depth > maxDepth) throw coded('INVALID_BODY', 'It is nested too deeply.')
  const result = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name)
    else result.set(name, merged(result.get(name), value, depth + 1))
  }
  // Not by assignment, which would take a key "__proto__" for the prototype.
  return Object.fromEntries(result)
}

function areTextsWhole (value: unknown): boolean {
  if (typeof value === 'string') return isWholeText(value)
  if (Array.isArray(value)) return value.every(areTextsWhole)
  return !isObject(value) || Object.entries(value).every(([name, inner]) => areTextsWhole(name) && areTextsWhole(inner))
}
