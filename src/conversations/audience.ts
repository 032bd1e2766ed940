// Says whose eyes a turn is for: its answer may rest on documents that not everyone may see.
import type { StoredTurn } from './store.ts'

/** Tells whether somebody may see a turn. @param names the person's names in access lists */
export function isSeenBy ({ audience = [] }: Pick<StoredTurn, 'audience'>, names: readonly string[]): boolean {
  return audience.every(name => names.includes(name))
}
