// A file that an older release made: it gets the tables of this one when it is opened, with all that it held.
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteConversations } from '../../../src/backends/sqlite/conversations.ts'
import { schemaVersion } from '../../../src/backends/sqlite/schema.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { ask, document, ids, put, searchProfile, searchStore } from '../../fixtures/search-store.ts'

/** Version 4, in which each passage had a name of its own. */
const versionFour = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, idx TEXT NOT NULL, doc TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    url TEXT NOT NULL, fields TEXT NOT NULL, model INTEGER NOT NULL DEFAULT 0, document INTEGER NOT NULL DEFAULT 0, n INTEGER NOT NULL DEFAULT 0,
    heading TEXT NOT NULL DEFAULT '', page INTEGER, tokens INTEGER NOT NULL DEFAULT 0, UNIQUE (idx, doc)
  );
  CREATE INDEX passages_document ON passages (document, n);
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
  CREATE TABLE documents (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, idx TEXT NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
    chunks INTEGER NOT NULL, tokens INTEGER NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0,
    cited_at INTEGER NOT NULL DEFAULT 0, UNIQUE (idx, id)
  );
  CREATE TABLE conversations (
    n INTEGER PRIMARY KEY, user TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    digest TEXT NOT NULL DEFAULT '', condensed INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0, UNIQUE (user, id)
  );
  CREATE INDEX conversations_updated ON conversations (updated_at);
  CREATE TABLE turns (conversation INTEGER NOT NULL, n INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (conversation, n)) WITHOUT ROWID;
  PRAGMA user_version = 4;
`

/** What the tables and indexes of a file look like. */
function columns (path: string) {
  const db = new DatabaseSync(path)
  const version = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
  const tables = db.prepare('SELECT m.name AS "table", i.name, i.type, i."notnull", i.dflt_value FROM sqlite_schema m, pragma_table_info(m.name) i WHERE m.type = \'table\' ORDER BY 1, 2').all()
  const indexes = db.prepare('SELECT name FROM sqlite_schema WHERE type = \'index\' ORDER BY name').all()
  db.close()
  return { version, tables, indexes }
}

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

  t.same(columns(path('shop')), columns(path('other')), 'the same as in a new file')
  t.equal(columns(path('shop')).version, schemaVersion)
})

t.test('from version 4', async t => {
  const { store, dir, path } = await searchStore(t)
  await put(store, 'other', [document('a', 'azurite')])
  await store.close()
  const old = new DatabaseSync(path('shop'))
  old.exec(versionFour)
  const chunks = [{ n: 0, text: 'It boils a litre.', headings: ['Use'], page: 1, tokens: 5 }, { n: 1, text: 'Descale it.', headings: ['Care', 'Cleaning'], page: 4, tokens: 3 }]
  const manual = document('manual', '', { title: 'Manual', fields: [['Edition', '2026']], chunks })
  const hash = createHash('sha256').update(JSON.stringify(['en', 'Manual', '', '', JSON.stringify(manual.fields), chunks])).digest('base64url')
  old.exec(`
    INSERT INTO documents VALUES (1, 'products', 'manual', '${hash}', 'Manual', '', 2, 8, 1, 77, 99);
    INSERT INTO passages VALUES (4, 'products', 'manual#0', 'en', 'Manual', 'It boils a litre.', '', '[["Edition","2026"]]', 0, 1, 0, 'Use', 1, 5);
    INSERT INTO passages VALUES (5, 'products', 'manual#1', 'en', 'Manual', 'Descale it.', '', '[]', 0, 1, 1, 'Care › Cleaning', 4, 3);
    INSERT INTO passages VALUES (9, 'products', 'gone', 'en', '', '', '', '[]', 0, 2, 0, '', NULL, 0);
    DELETE FROM passages WHERE rowid = 9;
    INSERT INTO titles (rowid, stems) VALUES (4, 'manual use'), (5, 'manual care clean');
    INSERT INTO texts (rowid, stems) VALUES (4, 'it boil a litr edit 2026'), (5, 'descal it');
    INSERT INTO words VALUES ('manual', 'manual', 2), ('boils', 'boil', 1), ('litre', 'litr', 1), ('edition', 'edit', 1), ('descale', 'descal', 1), ('care', 'care', 1), ('cleaning', 'clean', 1);`)
  old.close()

  const again = createStore({ dataDir: dir })
  t.teardown(() => again.close())
  const engine = createSqliteEngine({ store: again, timeoutMs: 5000 })
  const documents = createSqliteDocuments({ store: again, maxTokens: 1000, onChanged: () => {} })
  t.match((await ask(engine, 'descale')).passages, [{ id: 'products/manual#1', heading: 'Care › Cleaning', page: 4, document: 'manual', n: 1 }])
  t.match(await documents.get('shop', 'products', 'manual'), { pinned: true, updatedAt: 77, citedAt: 99, tokens: 8, fields: [['Edition', '2026']], pieces: chunks.map(({ n, text, page, tokens }) => ({ n, text, page, tokens })) })
  t.match(await documents.put(searchProfile(), 'products', [manual]), { written: 0, unchanged: 1 }, 'what is there need not be put in again')
  t.match(await documents.put(searchProfile(), 'products', [{ ...manual, title: 'Handbook' }, document('lamp', 'A lamp')]), { written: 2 })
  t.same(ids(await ask(engine, 'descale handbook')).slice(0, 1), ['products/manual#1'])
  const pending = await again.run('pendingPassages', 'shop', { after: 0, limit: 10 })
  t.ok(pending.every(({ rowid }) => rowid > 9), 'no number is used again')
  t.same(columns(path('shop')), columns(path('other')), 'the same as in a new file')
})

/** A file of version 2, 4, or one that an earlier release took from 3 to 4: nobody counted its tokens. */
for (const [version, schema] of [[2, versionTwo], [4, versionFour]] as const) {
  t.test(`documents of version ${version} without a size or a date get both, and make room as others do`, async t => {
    const { store, dir, path } = await searchStore(t)
    await put(store, 'other', [document('a', 'azurite')])
    await store.close()
    const old = new DatabaseSync(path('shop'))
    old.exec(schema)
    const text = 'A lamp of azurite. '.repeat(20)
    for (let i = 1; i <= 10; i++) {
      if (version === 2) {
        old.prepare('INSERT INTO passages (idx, doc, hash, language, title, text, url, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run('products', `p${i}`, `${i}`, 'en', '', text, '', '[]')
      } else {
        old.prepare('INSERT INTO documents (idx, id, hash, title, url, chunks, tokens) VALUES (?, ?, ?, ?, ?, 1, 0)').run('products', `p${i}`, `${i}`, '', '')
        old.prepare('INSERT INTO passages (idx, doc, language, title, text, url, fields, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run('products', `p${i}`, 'en', '', text, '', '[]', i)
      }
      old.prepare('INSERT INTO titles (rowid, stems) VALUES (?, ?)').run(i, '')
      old.prepare('INSERT INTO texts (rowid, stems) VALUES (?, ?)').run(i, 'a lamp of azurit')
    }
    old.close()

    const before = Date.now()
    const again = createStore({ dataDir: dir })
    t.teardown(() => again.close())
    const size = 1 + Math.floor((text.length + 2) / 4)
    const documents = createSqliteDocuments({ store: again, maxTokens: 10 * size, onChanged: () => {} })
    const first = await documents.get('shop', 'products', 'p1')
    t.match(first, { tokens: size, pieces: [{ tokens: size }] })
    t.ok(first!.updatedAt >= before - 1 && first!.updatedAt <= Date.now(), 'it counts as put in now')
    const chunks = [{ n: 0, text, headings: [], tokens: size }]
    t.match(await documents.put(searchProfile(), 'products', [document('new', '', { chunks, hash: 'new' })]), { written: 1, evicted: 1 }, 'one for one')
    t.equal(await documents.get('shop', 'products', 'p1'), null)
    t.ok(await documents.get('shop', 'products', 'p2'))
  })
}
