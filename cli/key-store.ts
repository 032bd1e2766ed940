// Opens the key store from the settings, for commands that need no other part of the service.
import { createSupabase } from '../src/backends/supabase/client.ts'
import { createStore } from '../src/backends/sqlite/thread.ts'
import { proxySettings, type Config } from '../src/config.ts'
import { createSqliteKeys } from '../src/backends/sqlite/keys.ts'
import type { KeyStore } from '../src/keys/store.ts'
import { createSupabaseKeys } from '../src/backends/supabase/keys.ts'

/** Opens a key store and everything it needs, for a process that uses nothing else; `close` closes all of it. */
export function openKeyStore (config: Config): KeyStore {
  if (config.SUPABASE_URL !== '') {
    const supabase = createSupabase({
      url: config.SUPABASE_URL, key: config.SUPABASE_KEY, timeoutMs: config.SUPABASE_TIMEOUT_MS, proxy: proxySettings(config),
    })
    return { ...createSupabaseKeys({ supabase }), close: () => supabase.close() }
  }
  const store = createStore({ dataDir: config.DATA_DIR })
  return { ...createSqliteKeys({ store }), close: () => store.close() }
}
