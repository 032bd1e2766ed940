// The embedded key store: `keys.sqlite` in the data directory.
import { CodedError, coded, type ErrorCode } from '../../errors.ts'
import type { Store } from './thread.ts'
import type { KeyStore } from '../../keys/store.ts'

/** Rewords the thread's errors, which are worded for a company's file. That file can be rebuilt; keys cannot. */
const reasons: Partial<Record<ErrorCode, string>> = {
  STORE_CORRUPT: 'keys.sqlite is damaged; restore it.',
  STORE_FULL: 'The disk is full.',
  STORE_UNREADABLE: 'keys.sqlite cannot be read or written.',
  SEARCH_UNAVAILABLE: 'keys.sqlite is busy.',
}

/** Uses the store's thread, which the store's owner closes. */
export function createSqliteKeys ({ store }: { store: Store }): KeyStore {
  async function run<T> (done: Promise<T>): Promise<T> {
    try {
      return await done
    } catch (error) {
      throw error instanceof CodedError ? coded('KEYS_UNAVAILABLE', reasons[error.code], error) : error
    }
  }
  return {
    find: (id, signal) => run(store.run('findKey', '', id, signal)),
    list: (company, signal) => run(store.run('listKeys', '', company ?? null, signal)),
    create: (key, signal) => run(store.run('createKey', '', key, signal)),
    change: (id, changes, signal) => run(store.run('changeKey', '', { id, ...changes }, signal)),
    revoke: (id, at, signal) => run(store.run('revokeKey', '', { id, at }, signal)),
    removeAll: (company, signal) => run(store.run('removeKeys', '', company, signal)),
    any: signal => run(store.run('anyKey', '', null, signal)),
    async close () {},
  }
}
