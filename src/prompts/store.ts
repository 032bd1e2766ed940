// The port to where company profiles and prompts are kept.
import type { CompanyProfile } from '../types.ts'

export interface PromptStore {
  /** null when there is no such company. Throws PROMPTS_UNAVAILABLE or a STORE_* error. */
  get (company: string, signal?: AbortSignal): Promise<CompanyProfile | null>
  /** null when profiles can be read, else why they cannot. */
  unavailable (): Promise<string | null>
}
