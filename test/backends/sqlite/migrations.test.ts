// A company's file of each earlier schema version, as its own code wrote it, is migrated when it is opened: it loses
// nothing, and answers like a file that is written today.
import { readdir, readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteConversations } from '../../../src/backends/sqlite/conversations.ts'
import { createSqliteCurated } from '../../../src/backends/sqlite/curated.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { createSqliteEvaluations } from '../../../src/backends/sqlite/evaluations.ts'
import { createSqliteFeedback } from '../../../src/backends/sqlite/feedback.ts'
import { createSqliteGaps } from '../../../src/backends/sqlite/gaps.ts'
import { createSqliteLearning } from '../../../src/backends/sqlite/learning.ts'
import { schemaVersion } from '../../../src/backends/sqlite/schema.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import type { Language } from '../../../src/types.ts'
import {
  documentsOf, letterVector, model, openDatabase, owner, questions, samplesHash, turns, writeFileOf, writeTablesOf, writtenProfile,
} from '../../fixtures/company-file.ts'
import { storedRun } from '../../contracts/evaluations.ts'
import { feedbackOf } from '../../contracts/feedback.ts'
import { missedQuestion } from '../../contracts/gaps.ts'
import { learnedVersion } from '../../contracts/learning.ts'
import { faults } from '../../fixtures/document-store.ts'
import { ask, document, ids, put, putVectors, searchProfile, searchStore } from '../../fixtures/search-store.ts'

const versions = Array.from({ length: schemaVersion }, (_, i) => i + 1)
const everything = { after: '', limit: 100, prefix: '' }

const { store, path, dir } = await searchStore(t)
const engine = createSqliteEngine({ store, timeoutMs: 20_000 })
const documents = createSqliteDocuments({ store, maxTokens: 100_000, onChanged: () => {} })
const shop = (company: string, language: Language = 'fr') => searchProfile({ id: company, language })

/** Reads the columns of all tables and of all indexes. */
function tablesOf (company: string) {
  const db = openDatabase(path(company))
  const version = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
  const tables = db.prepare(`SELECT m.name AS "table", i.name, i.type, i."notnull", i.dflt_value, i.pk
    FROM sqlite_schema m, pragma_table_info(m.name) i WHERE m.type = 'table' ORDER BY 1, 2`).all()
  const indexes = db.prepare(`SELECT m.name, i.name AS "column" FROM sqlite_schema m, pragma_index_info(m.name) i
    WHERE m.type = 'index' ORDER BY m.name, i.seqno`).all()
  db.close()
  return { version, tables, indexes }
}

/** Writes a file of today with the contents of that version's file, and vectors of its type. */
async function writeFresh (company: string, version: number): Promise<void> {
  for (const [index, some] of Object.entries(documentsOf(version))) await put(store, company, some, { index, language: 'fr' })
  await putVectors(store, company, model, (_, text) => [...letterVector(text)], 'float32')
}

/** Runs all searches, in one index and in all, by words alone and with vectors. */
async function answersOf (company: string) {
  const answers = []
  for (const text of questions) {
    for (const indexes of [[], ['faq'], ['products']]) {
      for (const vectors of [[], [{ model, vector: letterVector(text) }]]) {
        const { passages, terms } = await ask(engine, text, { company: shop(company), indexes, vectors })
        answers.push({ text, indexes, vectors: vectors.length, passages, terms })
      }
    }
  }
  return answers
}

for (const version of versions) {
  const [old, fresh] = [`version-${version}`, `fresh-${version}`]

  t.test(`version ${version}: keeps everything, and answers as a new file`, async t => {
    writeFileOf(version, path(old))
    await writeFresh(fresh, version)
    const { profile } = await store.run('getProfile', old, null)
    t.match(profile, { name: 'Shop', language: 'fr', indexes: writtenProfile.indexes })
    t.equal(await store.run('getMeta', old, 'samples'), samplesHash)
    t.same(tablesOf(old), tablesOf(fresh), 'the tables are those of a new file')
    t.equal(tablesOf(old).version, schemaVersion)
    t.same(faults(path(old)), [])

    t.same(await store.run('pendingPassages', old, { after: 0, limit: 100 }), [], 'the vectors are kept')
    const answers = await answersOf(old)
    t.strictSame(answers, await answersOf(fresh))
    t.ok(answers.filter(({ passages }) => passages.length > 0).length > answers.length / 2)

    for (const index of ['faq', 'products']) {
      const listed = await documents.list(old, index, everything)
      t.same(listed.map(({ id }) => id), (await documents.list(fresh, index, everything)).map(({ id }) => id))
      for (const { id } of listed) {
        const { tokens, updatedAt, citedAt, pinned, pieces, ...rest } = (await documents.get(old, index, id))!
        const { pieces: freshPieces, ...freshRest } = (await documents.get(fresh, index, id))!
        t.match(freshRest, rest)
        t.same(pieces.map(({ tokens, ...piece }) => piece), freshPieces.map(({ tokens, ...piece }) => piece))
        t.ok(tokens > 0 && pieces.every(({ tokens }) => tokens > 0), 'each has a size')
        t.ok(updatedAt > 1_700_000_000_000 && updatedAt <= Date.now(), 'and a date')
        const cited = version >= 4 && ['livraison', 'manuel'].includes(id)
        t.same([citedAt, pinned], [cited ? 1_700_000_000_000 : 0, version >= 4 && id === 'manuel'])
      }
    }
  })

  t.test(`version ${version}: keeps its conversation, and takes another turn`, async t => {
    const conversations = createSqliteConversations({ store, ttlMs: 1e15, maxTurns: 10, onError: error => { throw error } })
    const [anna, id] = [{ ...owner, company: old }, 'c']
    const kept = version >= 3 ? turns.map((turn, n) => ({ n, ...turn })) : []
    t.same((await conversations.get(anna, id))?.turns ?? [], kept)
    const next = { question: 'Merci', answer: 'Je vous en prie.', cited: [], answerId: 'a3', at: Date.now(), finishReason: 'stop' as const }
    conversations.append(anna, id, next)
    t.same((await conversations.get(anna, id))!.turns, [...kept, { n: kept.length, ...next }])
    await conversations.close()
  })

  t.test(`version ${version}: keeps its feedback, and takes more`, async t => {
    const feedback = createSqliteFeedback({ store, ttlMs: 1e15, onError: error => { throw error } })
    const kept = version >= 8 ? ['a1'] : []
    t.same((await feedback.list(old, { reason: 'helpful' }, { limit: 10 })).map(({ answerId }) => answerId), kept)
    t.equal(await feedback.put(old, [feedbackOf('a2')]), 1)
    t.same((await feedback.list(old, {}, { limit: 10 })).map(({ answerId }) => answerId), ['a2', ...kept])
    await feedback.close()
  })

  t.test(`version ${version}: keeps its gaps, and takes more questions`, async t => {
    const gaps = createSqliteGaps({ store, ttlMs: 1e15, onError: error => { throw error } })
    const listed = await gaps.list(old, {}, { offset: 0, limit: 10 })
    t.same(listed.map(({ assignee, questions }) => `${assignee} ${questions}`), version >= 9 ? ['anna 1'] : [])
    t.equal(await gaps.add(old, [missedQuestion('a2')]), 1)
    await gaps.close()
  })

  t.test(`version ${version}: keeps its curated answers, with their hits`, async t => {
    const curated = createSqliteCurated({ store })
    const listed = await curated.list(old, { after: '', limit: 10 })
    t.same(listed.map(({ id, hits }) => `${id} ${hits}`), version >= 11 ? ['cur_AAAAAAAAAAAA 3'] : [])
    await curated.addHits(old, [['cur_AAAAAAAAAAAA', 2], ['cur_none', 1]], 5)
    t.equal((await curated.get(old, 'cur_AAAAAAAAAAAA'))?.hits, version >= 11 ? 5 : undefined)
  })

  t.test(`version ${version}: keeps its evaluations, and takes more`, async t => {
    const evaluations = createSqliteEvaluations({ store })
    const listed = await evaluations.list(old, {}, { limit: 10 })
    t.same(listed.map(({ id }) => id), version >= 12 ? ['eval_AAAAAAAAAAAA'] : [])
    if (version >= 12) t.match((await evaluations.get(old, 'eval_AAAAAAAAAAAA'))?.report, { set: 'set.json', cases: [{ passed: true }] })
    await evaluations.add(old, storedRun('eval_b'))
    t.equal((await evaluations.list(old, {}, { limit: 10 })).length, listed.length + 1)
  })

  t.test(`version ${version}: keeps what it has learnt`, async t => {
    const learning = createSqliteLearning({ store })
    const used = await learning.used(old)
    t.same([used?.id, used?.weights.similarity], version >= 13 ? ['lrn_AAAAAAAAAAAA', 0.1] : [undefined, undefined])
    await learning.add(old, learnedVersion('lrn_b'), true)
    t.equal((await learning.used(old))?.id, 'lrn_b')
    t.same((await learning.list(old)).map(({ replaced }) => replaced), version >= 13 ? ['lrn_AAAAAAAAAAAA', null] : [null])
  })

  t.test(`version ${version}: is written as a new file; writes nothing again, and reuses no number`, async t => {
    for (const [index, same] of Object.entries(documentsOf(version))) {
      t.same(await documents.put(shop(old), index, same), { written: 0, unchanged: same.length, evicted: 0 })
    }
    const db = new DatabaseSync(path(old), { readOnly: true })
    const { last } = db.prepare('SELECT seq AS last FROM sqlite_sequence WHERE name = \'passages\'').get() as { last: number }
    db.close()
    const [changed, ...rest] = documentsOf(version).products!
    t.match(await documents.put(shop(old), 'products', [{ ...changed!, text: 'Un filtre en béryl.' }]), { written: 1 })
    t.same(ids(await ask(engine, 'béryl', { company: shop(old) })), ['products/filtre'])
    t.ok((await store.run('pendingPassages', old, { after: 0, limit: 10 }))[0]!.rowid > last, 'the number of a passage is new')
    t.same(faults(path(old)), [])
    t.equal(await documents.remove(old, 'products', [changed!, ...rest].map(({ id }) => id)), 1 + rest.length)
    t.same(ids(await ask(engine, 'filtre azurite', { company: shop(old), indexes: ['products'] })), [])
    t.same(faults(path(old)), [])
  })
}

t.test('files of every version get their vectors converted, and are searched as before', async t => {
  for (const version of versions) {
    const company = `converted-${version}`
    writeFileOf(version, path(company))
    const first = async () => ids(await ask(engine, 'zeppelin', {
      company: shop(company), vectors: [{ model, vector: letterVector('Un guide de lavage.') }], limit: 1,
    }))
    const before = await first()
    while (await store.run('convertVectors', company, { type: 'int8' })) { /* in slices */ }
    t.same(await first(), before)
    t.same(faults(path(company)), [])
  }
})

t.test('migrates a file once, even with two processes at the same time', async t => {
  for (const version of versions) writeFileOf(version, path(`both-${version}`))
  const other = createStore({ dataDir: dir })
  t.teardown(() => other.close())
  for (const company of versions.map(version => `both-${version}`)) {
    const [first, second] = await Promise.all([store, other].map(store => store.run('getProfile', company, null)))
    t.strictSame(first, second)
    t.same(faults(path(company)), [])
  }
})

t.test('creates the tables that are recorded for its version: a change to them needs a new version', async t => {
  writeFileOf(schemaVersion, path('record'))
  t.same(tablesOf(`fresh-${schemaVersion}`), tablesOf('record'))
  const files = await readdir(new URL('../../fixtures/company-files/', import.meta.url))
  t.same(files.sort(), versions.map(version => `version-${version}.sql`).sort())
})

t.test('keeps old migrations free of other code, which could change them', async t => {
  const source = await readFile(new URL('../../../src/backends/sqlite/migrations.ts', import.meta.url), 'utf8')
  t.notMatch(source, /\$\{|^import /m)
})

t.test('leaves the file as it was when a migration fails', async t => {
  writeFileOf(4, path('failing'))
  const db = new DatabaseSync(path('failing'))
  db.exec('DROP INDEX passages_without_vectors')
  const before = tablesOf('failing')
  await t.rejects(store.run('getProfile', 'failing', null), /passages_without_vectors/)
  t.same(tablesOf('failing'), before)
  db.exec('CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0')
  db.close()
  t.equal((await store.run('getProfile', 'failing', null)).profile!.name, 'Shop')
  t.same(faults(path('failing')), [])
})

/** Adds ten documents without a size or a date to a file of that version. */
function writeUndated (version: number, path: string, text: string): void {
  writeTablesOf(version, path)
  const db = new DatabaseSync(path)
  for (let i = 1; i <= 10; i++) {
    if (version < 4) {
      db.prepare('INSERT INTO passages (idx, doc, hash, language, title, text, url, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run('products', `p${i}`, `${i}`, 'en', '', text, '', '[]')
    } else {
      db.prepare('INSERT INTO documents (idx, id, hash, title, url, chunks, tokens) VALUES (?, ?, ?, ?, ?, 1, 0)').run(
        'products', `p${i}`, `${i}`, '', ''
      )
      db.prepare('INSERT INTO passages (idx, doc, language, title, text, url, fields, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run('products', `p${i}`, 'en', '', text, '', '[]', i)
    }
    db.prepare('INSERT INTO titles (rowid, stems) VALUES (?, ?)').run(i, '')
    db.prepare('INSERT INTO texts (rowid, stems) VALUES (?, ?)').run(i, 'a lamp of azurit')
  }
  db.close()
}

// Version 4 may come from a release that took the file from 3 to 4: no document has a size then.
for (const version of [2, 3, 4]) {
  t.test(`version ${version}: gives documents a size and a date, so that they are evicted like others`, async t => {
    const company = `undated-${version}`
    const text = 'A lamp of azurite. '.repeat(20)
    writeUndated(version, path(company), text)
    const before = Date.now()
    const size = 1 + Math.floor((text.length + 2) / 4)
    const small = createSqliteDocuments({ store, maxTokens: 10 * size, onChanged: () => {} })
    const first = await small.get(company, 'products', 'p1')
    t.match(first, { tokens: size, pieces: [{ tokens: size }] })
    t.ok(first!.updatedAt >= before - 1 && first!.updatedAt <= Date.now(), 'it counts as put in now')
    const chunks = [{ n: 0, text, headings: [], tokens: size }]
    t.match(
      await small.put(shop(company, 'en'), 'products', [document('new', '', { chunks, hash: 'new' })]), { written: 1, evicted: 1 },
      'one for one'
    )
    t.equal(await small.get(company, 'products', 'p1'), null)
    t.ok(await small.get(company, 'products', 'p2'))
  })
}

for (const version of [1, 2]) {
  t.test(`version ${version}: finds words that were split differently, and does not offer those of removed documents`, async t => {
    const company = `words-${version}`
    writeFileOf(version, path(company))
    t.same(ids(await ask(engine, 'izmir', { company: shop(company) })), ['products/filtre'])
    t.same((await ask(engine, 'partis', { company: shop(company) })).terms[0]!.corrections, [])
  })
}

t.test('finds words that version 6 split in another way: ligatures, codes, soft hyphens', async t => {
  writeFileOf(6, path('words-6'))
  const db = new DatabaseSync(path('words-6'))
  db.exec(`UPDATE passages SET text = 'Des œillets et la réfé­rence TK-31/8.' WHERE rowid = 4;
    UPDATE texts SET stems = 'de œillet et la refe renc tk 31 8' WHERE rowid = 4`)
  db.close()
  for (const question of ['oeillet', 'référence', 'TK-31/8']) {
    t.same(ids(await ask(engine, question, { company: shop('words-6') })), ['products/lingettes'], question)
  }
  t.same(faults(path('words-6')), [])
})

t.test('gives the passages of version 1 no language when there is no profile', async t => {
  writeFileOf(1, path('unnamed'))
  const db = new DatabaseSync(path('unnamed'))
  db.exec('DELETE FROM meta WHERE key = \'profile\'')
  db.close()
  t.same(ids(await ask(engine, 'azurite', { company: shop('unnamed', 'und') })), ['products/lit'])
  t.same(faults(path('unnamed')), [])
})
