// A file that an older release made: it gets the tables of this one when it is opened, with all that it held.
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteConversations } from '../../src/conversations/sqlite.ts'
import { schemaVersion } from '../../src/store/schema.ts'
import { createStore } from '../../src/store/store.ts'
import { createSqliteEngine } from '../../src/search/sqlite.ts'
import { ask, document, ids, put, searchStore } from '../fixtures/search-store.ts'

/** Version 2, before there were conversations, and documents of several pieces. */
const versionTwo = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, idx TEXT NOT NULL, doc TEXT NOT NULL, hash TEXT NOT NULL, language TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, fields TEXT NOT NULL, model INTEGER NOT NULL DEFAULT 0, UNIQUE (idx, doc)
  );
  CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0;
  CREATE VIRTUAL TABLE titles USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE texts USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE title_terms USING fts5vocab(titles, 'row');
  CREATE VIRTUAL TABLE text_terms USING fts5vocab(texts, 'row');
  CREATE TABLE words (word TEXT NOT NULL, stem TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (word, stem)) WITHOUT ROWID;
  CREATE TABLE deletes (key TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID;
  CREATE TABLE models (model INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
  CREATE TABLE windows (rowid INTEGER PRIMARY KEY, passage INTEGER NOT NULL, model INTEGER NOT NULL);
  CREATE INDEX windows_passage ON windows (passage);
  PRAGMA user_version = 2;
`

t.test('from version 2', async t => {
  const { store, dir, path } = await searchStore(t)
  const made = document('lamp', 'A lamp of azurite', { title: 'Lamp' })
  await put(store, 'other', [document('a', 'azurite')])
  await store.close()
  const hash = createHash('sha256').update(JSON.stringify(['en', made.title, made.text, made.url, '[]'])).digest('base64url')
  const old = new DatabaseSync(path('shop'))
  old.exec(versionTwo)
  old.prepare('INSERT INTO passages (idx, doc, hash, language, title, text, url, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run('products', 'lamp', hash, 'en', made.title, made.text, made.url, '[]')
  old.exec('INSERT INTO titles (rowid, stems) VALUES (1, \'lamp\'); INSERT INTO texts (rowid, stems) VALUES (1, \'a lamp of azurit\')')
  old.close()

  const again = createStore({ dataDir: dir })
  t.teardown(() => again.close())
  const engine = createSqliteEngine({ store: again, timeoutMs: 5000 })
  t.same(ids(await ask(engine, 'azurite lamp')), ['products/lamp'])
  t.match(await put(again, 'shop', [made]), { written: 0, unchanged: 1 }, 'what is there need not be put in again')
  t.match(await put(again, 'shop', [{ ...made, text: 'A lamp of beryl' }]), { written: 1 })
  t.same(ids(await ask(engine, 'beryl lamp')), ['products/lamp'])
  t.match(await again.run('keepDocuments', 'shop', { index: 'products', keep: [] }), { removed: 1 })

  const owner = { company: 'shop', user: 'anna' }
  const conversations = createSqliteConversations({ store: again, ttlMs: 60_000, maxTurns: 10, onError: error => { throw error } })
  conversations.append(owner, 'c', { question: 'One?', answer: 'One.', cited: [], answerId: 'a', at: 1, finishReason: 'stop' })
  t.equal((await conversations.get(owner, 'c'))!.turns.length, 1)
  await conversations.close()

  const columns = (file: string) => {
    const db = new DatabaseSync(path(file))
    const version = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
    const tables = db.prepare('SELECT m.name AS "table", i.name, i.type, i."notnull", i.dflt_value FROM sqlite_schema m, pragma_table_info(m.name) i WHERE m.type = \'table\' ORDER BY 1, 2').all()
    const indexes = db.prepare('SELECT name FROM sqlite_schema WHERE type = \'index\' ORDER BY name').all()
    db.close()
    return { version, tables, indexes }
  }
  t.same(columns('shop'), columns('other'), 'the same as in a new file')
  t.equal(columns('shop').version, schemaVersion)
})
