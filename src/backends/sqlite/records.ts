// Counts of usage and the record of changes, in `records.sqlite` in the data directory.
import type { AuditStore } from '../../audit/store.ts'
import type { UsageStore } from '../../usage/store.ts'
import type { Store } from './thread.ts'

/** Uses the store's thread, which the store's owner closes. */
export function createSqliteUsage ({ store }: { store: Store }): UsageStore & { expire (before: string): Promise<number> } {
  return {
    add: (company, rows) => store.run('addUsage', '', { company, rows }),
    read: (company, from, to) => store.run('readUsage', '', { company, from, to }),
    erase: company => store.run('eraseUsage', '', company),
    expire: before => store.run('expireUsage', '', before),
  }
}

export function createSqliteAudit ({ store }: { store: Store }): AuditStore {
  return {
    add: (entry, at) => store.run('addAudit', '', { ...entry, at }),
    list: (filter, { before, limit }) => store.run('listAudit', '', { filter, before, limit }),
    expire: before => store.run('expireAudit', '', before),
  }
}
