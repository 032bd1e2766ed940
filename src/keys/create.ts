// The key store that the settings name.
import { createSupabase } from '../backends/supabase/client.ts'
import { createStore } from '../backends/sqlite/thread.ts'
import type { Config } from '../config.ts'
import { createSqliteKeys } from '../backends/sqlite/keys.ts'
import type { KeyStore } from './store.ts'
import { createSupabaseKeys } from '../backends/supabase/keys.ts'

/** A key store with everything below it, for a process that needs nothing else; `close` closes all of it. */
export function openKeyStore (config: Config): KeyStore {
  if (config.SUPABASE_URL !== '') {
    const supabase = createSupabase({ url: config.SUPABASE_URL, key: config.SUPABASE_KEY, timeoutMs: config.SUPABASE_TIMEOUT_MS })
    return { ...createSupabaseKeys({ supabase }), close: () => supabase.close() }
  }
  const store = createStore({ dataDir: config.DATA_DIR })
  return { ...createSqliteKeys({ store }), close: () => store.close() }
}
