// The embedded key store fulfils the contract of every key store; only the service can read its file.
import { DatabaseSync } from 'node:sqlite'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createSqliteKeys } from '../../../src/backends/sqlite/keys.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { apiKey, keyStoreContract } from '../../contracts/key-store.ts'
import { searchStore } from '../../fixtures/search-store.ts'

keyStoreContract(t, async t => {
  const { store } = await searchStore(t)
  return { keys: createSqliteKeys({ store }) }
})

t.test('protects the file from other users, and does not create one by reading', async t => {
  const { store, dir } = await searchStore(t)
  const keys = createSqliteKeys({ store })
  t.equal(await keys.any(), false)
  await t.rejects(stat(join(dir, 'keys.sqlite')), { code: 'ENOENT' })
  await keys.create(apiKey)
  t.equal((await stat(join(dir, 'keys.sqlite'))).mode & 0o777, 0o600)
})

t.test('reports a damaged or locked file, and never suggests deleting it', async t => {
  const { store, dir } = await searchStore(t)
  const keys = createSqliteKeys({ store })
  const path = join(dir, 'keys.sqlite')
  await writeFile(path, 'no database at all, whatever its name says\n'.repeat(100))
  const damaged = { code: 'KEYS_UNAVAILABLE', statusCode: 503, message: /keys\.sqlite is damaged; restore it\.$/ }
  for (const ask of [
    () => keys.find(apiKey.id), () => keys.list(), () => keys.create(apiKey), () => keys.revoke(apiKey.id, apiKey.createdAt),
    () => keys.any(),
  ]) {
    await t.rejects(async () => {
      await ask()
    }, damaged)
  }

  await writeFile(path, '')
  await keys.create(apiKey)
  const other = new DatabaseSync(path)
  t.teardown(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  await t.rejects(keys.revoke(apiKey.id, apiKey.createdAt), { code: 'KEYS_UNAVAILABLE', message: /busy/ })
  t.strictSame(await keys.find(apiKey.id), apiKey, 'reading still works')
  other.exec('ROLLBACK')
  t.equal(await keys.revoke(apiKey.id, apiKey.createdAt), true)
})

t.test('reads and writes a file of the first release', async t => {
  const { store, dir } = await searchStore(t)
  const db = new DatabaseSync(join(dir, 'keys.sqlite'))
  db.exec(`
    CREATE TABLE keys (
      id TEXT PRIMARY KEY, hash TEXT NOT NULL, company TEXT, scopes TEXT NOT NULL, name TEXT NOT NULL,
      created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT
    ) STRICT;
    INSERT INTO keys VALUES ('one', 'its hash', 'shop', 'chat write', 'the shop', '2026-01-02T00:00:00.000Z', NULL, NULL);
    INSERT INTO keys VALUES
      ('two', 'another', NULL, 'admin', 'everything', '2026-01-03T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z');
  `)
  db.close()
  const keys = createSqliteKeys({ store })
  const one = {
    kind: 'api', id: 'one', hash: 'its hash', secret: null, origins: [], company: 'shop', scopes: ['chat', 'write'], name: 'the shop',
    createdAt: '2026-01-02T00:00:00.000Z', expiresAt: null, revokedAt: null,
  }
  t.strictSame(await keys.find('one'), one)
  t.match(await keys.list(), [
    one, { id: 'two', company: null, expiresAt: '2027-01-01T00:00:00.000Z', revokedAt: '2026-02-01T00:00:00.000Z' },
  ])
  await keys.create(apiKey)
  t.equal(await keys.revoke('one', '2026-03-01T00:00:00.000Z'), true)
  t.equal((await keys.find('one'))!.revokedAt, '2026-03-01T00:00:00.000Z')
})

t.test('sees at once what another process writes', async t => {
  const { store, dir } = await searchStore(t)
  // A second store has its own thread and connection, like the command line.
  const other = createStore({ dataDir: dir })
  t.teardown(() => other.close())
  const [ours, theirs] = [createSqliteKeys({ store }), createSqliteKeys({ store: other })]
  t.equal(await ours.any(), false)
  await theirs.create(apiKey)
  t.strictSame(await ours.find(apiKey.id), apiKey)
  await theirs.revoke(apiKey.id, '2026-05-01T00:00:00.000Z')
  t.match(await ours.find(apiKey.id), { revokedAt: '2026-05-01T00:00:00.000Z' })
  t.equal(await ours.any(), true)
})
