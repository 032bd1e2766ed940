// Opens the key store from the settings, for commands that need no other part of the service.
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSupabase } from '../src/backends/supabase/client.ts'
import { createStore } from '../src/backends/sqlite/thread.ts'
import { proxySettings, type Config } from '../src/config.ts'
import { createSqliteAudit } from '../src/backends/sqlite/records.ts'
import { createSqliteKeys } from '../src/backends/sqlite/keys.ts'
import { createSqliteProfiles } from '../src/backends/sqlite/profiles.ts'
import type { KeyStore } from '../src/keys/store.ts'
import { createSupabaseKeys } from '../src/backends/supabase/keys.ts'
import { createSupabaseProfiles } from '../src/backends/supabase/profiles.ts'
import type { ProfileStore } from '../src/profiles/store.ts'

export interface CommandKeyStore extends KeyStore {
  companies (): Promise<string[]>
  hasCompany (id: string): Promise<boolean>
}

/** Opens a key store and everything it needs, for a process that uses nothing else; `close` closes all of it. */
export function openKeyStore (config: Config): CommandKeyStore {
  if (config.SUPABASE_URL !== '') {
    const supabase = createSupabase({
      url: config.SUPABASE_URL, key: config.SUPABASE_KEY, timeoutMs: config.SUPABASE_TIMEOUT_MS, proxy: proxySettings(config),
    })
    return { ...createSupabaseKeys({ supabase }), ...companiesOf(createSupabaseProfiles({ supabase })), close: () => supabase.close() }
  }
  const store = createStore({ dataDir: config.DATA_DIR })
  // The sample companies are stored when the service starts, which may be later.
  const known = companiesOf(createSqliteProfiles({ store }), () => listSamples(config.SAMPLES_DIR))
  const keys = createSqliteKeys({ store })
  const audit = createSqliteAudit({ store })
  const record = (company: string | null, action: string, target: string) =>
    audit.add({ company, action, target, key: null, by: 'command line' }, Date.now())
  return {
    ...keys,
    ...known,
    async create (key) {
      await keys.create(key)
      await record(key.company, 'key.create', key.id)
    },
    async revoke (id, at) {
      const isKnown = await keys.revoke(id, at)
      if (isKnown) await record((await keys.find(id))!.company, 'key.revoke', id)
      return isKnown
    },
    close: () => store.close(),
  }
}

function companiesOf (profiles: ProfileStore, others: () => Promise<string[]> = async () => []) {
  return {
    companies: async () => [...new Set([...await profiles.companies(), ...await others()])].sort(),
    hasCompany: async (id: string) => await profiles.get(id) !== null || (await others()).includes(id),
  }
}

async function listSamples (dir: string): Promise<string[]> {
  if (dir === '' || !existsSync(dir)) return []
  const paths = (await readdir(dir)).map(name => join(dir, name, 'company.json')).filter(path => existsSync(path))
  const profiles = await Promise.all(paths.map(async path => JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as { id?: string }))
  return profiles.flatMap(({ id }) => id ?? [])
}
