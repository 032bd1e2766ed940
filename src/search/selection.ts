// What a question may find: the documents that somebody may see, and among them those that a filter accepts.
import type { Filter } from './filter.ts'

export interface Selection {
  /** The names that the person goes by in access lists: `user:42`, `group:staff`. None: only what everyone may see. */
  names: readonly string[]
  filter?: Filter
}

export const forEveryone: Selection = { names: [] }
