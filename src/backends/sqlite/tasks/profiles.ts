// The store thread's part of the prompt store: the profile in a company's own file.
import type { CompanyFile } from '../file.ts'
import type { WrittenProfile } from '../../../profiles/profile.ts'

export const tasks = {
  getProfile (file: CompanyFile | null, _: null): { profile: WrittenProfile | null, version: string } {
    const written = file?.meta('profile')
    return { profile: written === undefined ? null : JSON.parse(written), version: file?.version() ?? '0' }
  },

  putProfile (file: CompanyFile | null, written: WrittenProfile): void {
    file!.setMeta('profile', JSON.stringify(written))
  },
}
