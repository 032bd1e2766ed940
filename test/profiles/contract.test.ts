// The embedded profile store fulfils the contract of every profile store.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createSqliteProfiles } from '../../src/backends/sqlite/profiles.ts'
import { promptStoreContract } from '../contracts/profile-store.ts'
import { searchStore } from '../fixtures/search-store.ts'

promptStoreContract(t, async t => {
  const { store, dir, path } = await searchStore(t)
  return {
    store: createSqliteProfiles({ store }),
    async write (profile) {
      await store.run('putProfile', profile.id, profile)
    },
    async breakDown () {
      await rm(path('shop'))
      await writeFile(path('shop'), 'no database at all, whatever its name says, and long enough for a header of one hundred bytes or more')
      await store.run('getProfile', 'shop', null).catch(() => {})
      await rm(join(dir, 'companies'), { recursive: true })
      await writeFile(join(dir, 'companies'), '')
    },
  }
})
