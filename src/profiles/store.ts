// The port to the store of company profiles.
import type { CompanyProfile } from '../types.ts'
import type { WrittenProfile } from './profile.ts'

export interface ProfileStore {
  /** Returns null for an unknown company. Throws PROMPTS_UNAVAILABLE or a STORE_* error. */
  get (company: string, signal?: AbortSignal): Promise<CompanyProfile | null>
  /** Returns the ids of all companies, sorted. Throws as `get` does. */
  companies (signal?: AbortSignal): Promise<string[]>
  /**
   * Returns the companies whose profile has changed since it was last read here; absent where no other process
   * can change one. Throws as `get` does.
   */
  changed? (companies: string[], signal?: AbortSignal): Promise<string[]>
  /** Returns null when profiles can be read, otherwise why not. */
  unavailable (): Promise<string | null>
  /** Changes profiles; absent where they cannot be changed here. */
  writer?: ProfileWriter
}

/** Throws PROMPTS_UNAVAILABLE or a STORE_* error from every method. */
export interface ProfileWriter {
  /** Returns a profile as it was written; null for an unknown company. */
  read (company: string, signal?: AbortSignal): Promise<WrittenProfile | null>
  /** Creates or replaces a profile, which has been checked. */
  put (profile: WrittenProfile, signal?: AbortSignal): Promise<void>
  /** Deletes a profile, and what is stored with it. */
  delete (company: string, signal?: AbortSignal): Promise<void>
}
