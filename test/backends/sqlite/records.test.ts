// The record of changes and curated answers in SQLite files.
import t, { type Test } from 'tap'
import { createSqliteCurated } from '../../../src/backends/sqlite/curated.ts'
import { createSqliteAudit } from '../../../src/backends/sqlite/records.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { auditContract } from '../../contracts/audit.ts'
import { curatedContract } from '../../contracts/curated.ts'
import { temporaryFolder } from '../../helper.ts'

async function open (t: Test) {
  const store = createStore({ dataDir: await temporaryFolder(t) })
  t.teardown(() => store.close())
  return store
}

auditContract(t, async t => createSqliteAudit({ store: await open(t) }))
curatedContract(t, async t => createSqliteCurated({ store: await open(t) }))
