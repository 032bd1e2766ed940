// The port to where company profiles and prompts are kept.
import type { CompanyProfile } from '../types.ts'

export interface PromptStore {
  /** null when there is no such company. Throws PROMPTS_UNAVAILABLE or a STORE_* error. */
  get (company: string, signal?: AbortSignal): Promise<CompanyProfile | null>
  /** The ids of all companies, sorted. Throws as `get` does. */
  companies (signal?: AbortSignal): Promise<string[]>
  /**
   * Which of these companies have another profile than when it was read here last; absent where nobody else can change
   * one. Throws as `get` does.
   */
  changed? (companies: string[], signal?: AbortSignal): Promise<string[]>
  /** null when profiles can be read, else why they cannot. */
  unavailable (): Promise<string | null>
}
