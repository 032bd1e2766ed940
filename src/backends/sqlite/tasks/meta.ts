// Reads and writes values by key in a company's file: its profile, and notes about loaded samples.
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

  getMeta: (file: CompanyFile | null, key: string): string | undefined => file?.meta(key),
  setMeta (file: CompanyFile | null, { key, value }: { key: string, value: string }): void {
    file?.setMeta(key, value)
  },
}
