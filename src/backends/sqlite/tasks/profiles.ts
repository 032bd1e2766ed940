// The store thread's part of the prompt store: the profile in a company's own file.
import type { CompanyFile } from '../file.ts'
import { parseProfile } from '../../../profiles/profile.ts'
import type { CompanyProfile } from '../../../types.ts'

export const tasks = {
  getProfile (file: CompanyFile | null, _: null): { profile: CompanyProfile | null, version: string } {
    const written = file?.meta('profile')
    return {
      profile: written === undefined ? null : parseProfile(JSON.parse(written)),
      version: file?.version() ?? '0',
    }
  },

  putProfile (file: CompanyFile | null, written: unknown): CompanyProfile {
    const profile = parseProfile(written)
    file!.setMeta('profile', JSON.stringify(written))
    return profile
  },
}
