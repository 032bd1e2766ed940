// Migrates a company's file of an older release to this one: the documents could be uploaded again, but the conversations
// could not. These steps are frozen. Each expects the tables as its own release left them, so it is self-contained text,
// without a constant of the schema or of other code, and may be changed only to correct a fault in it.

export interface Migration {
  sql: string
  /** That version split or stemmed some words differently: they have to be read from the passages again. */
  reindexWords?: true
}

/** The steps, by the version that each one starts from. */
export const migrations: Readonly<Record<number, Migration>> = {
  // A passage had no language of its own, and a word no stem; a rowid could be reused. Passages were in the language of
  // the company.
  1: {
    reindexWords: true,
    sql: `
      DROP INDEX passages_without_vectors;
      ALTER TABLE passages RENAME TO passages_of_one;
      CREATE TABLE passages (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        idx TEXT NOT NULL,
        doc TEXT NOT NULL,
        hash TEXT NOT NULL,
        language TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL,
        fields TEXT NOT NULL,
        model INTEGER NOT NULL DEFAULT 0,
        UNIQUE (idx, doc)
      );
      CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0;
      INSERT INTO passages (rowid, idx, doc, hash, language, title, text, url, fields, model)
        SELECT rowid, idx, doc, hash, coalesce((SELECT json_extract(value, '$.language') FROM meta WHERE key = 'profile'), 'und'),
          title, text, url, fields, model FROM passages_of_one;
      DROP TABLE passages_of_one;
      DROP TABLE words;
      CREATE TABLE words (word TEXT NOT NULL, stem TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (word, stem)) WITHOUT ROWID;
      DELETE FROM deletes;
    `,
  },

  // The letters İ and µ were folded differently in the first files of this version.
  2: {
    reindexWords: true,
    sql: `
      CREATE TABLE conversations (
        n INTEGER PRIMARY KEY,
        user TEXT NOT NULL,
        id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        digest TEXT NOT NULL DEFAULT '',
        condensed INTEGER NOT NULL DEFAULT 0,
        next INTEGER NOT NULL DEFAULT 0,
        UNIQUE (user, id)
      );
      CREATE INDEX conversations_updated ON conversations (updated_at);
      CREATE TABLE turns (
        conversation INTEGER NOT NULL, n INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (conversation, n)
      ) WITHOUT ROWID;
    `,
  },

  // Each passage was a document of its own.
  3: {
    sql: `
      CREATE TABLE documents (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        idx TEXT NOT NULL,
        id TEXT NOT NULL,
        hash TEXT NOT NULL,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        chunks INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        updated_at INTEGER NOT NULL DEFAULT 0,
        cited_at INTEGER NOT NULL DEFAULT 0,
        UNIQUE (idx, id)
      );
      INSERT INTO documents (idx, id, hash, title, url, chunks, tokens) SELECT idx, doc, hash, title, url, 1, 0 FROM passages;
      ALTER TABLE passages DROP COLUMN hash;
      ALTER TABLE passages ADD COLUMN document INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE passages ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE passages ADD COLUMN heading TEXT NOT NULL DEFAULT '';
      ALTER TABLE passages ADD COLUMN page INTEGER;
      ALTER TABLE passages ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
      UPDATE passages SET document = (SELECT d.rowid FROM documents d WHERE d.idx = passages.idx AND d.id = passages.doc);
      CREATE INDEX passages_document ON passages (document, n);
    `,
  },

  // A passage had a name of its own, unique in its index; now its document and its number identify it. SQLite cannot drop a
  // UNIQUE, so the table is created again, with the rowids that the other tables refer to.
  // A document of version 3 had no size and no date: eviction would remove it first, and gain nothing. Its size is
  // estimated, and it counts as written now.
  4: {
    sql: `
      ALTER TABLE documents ADD COLUMN cited INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE documents ADD COLUMN compacted_at INTEGER NOT NULL DEFAULT 0;
      DROP INDEX passages_document;
      DROP INDEX passages_without_vectors;
      ALTER TABLE passages RENAME TO passages_of_four;
      CREATE TABLE passages (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        idx TEXT NOT NULL,
        language TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL,
        fields TEXT NOT NULL,
        model INTEGER NOT NULL DEFAULT 0,
        document INTEGER NOT NULL DEFAULT 0,
        n INTEGER NOT NULL DEFAULT 0,
        heading TEXT NOT NULL DEFAULT '',
        page INTEGER,
        tokens INTEGER NOT NULL DEFAULT 0,
        original BLOB,
        print BLOB
      );
      CREATE INDEX passages_idx ON passages (idx);
      CREATE INDEX passages_document ON passages (document, n);
      CREATE INDEX passages_tokens ON passages (tokens);
      CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0;
      INSERT INTO passages (rowid, idx, language, title, text, url, fields, model, document, n, heading, page, tokens)
        SELECT rowid, idx, language, title, text, url, fields, model, document, n, heading, page,
          CASE tokens WHEN 0 THEN 1 + (length(text) + length(fields)) / 4 ELSE tokens END FROM passages_of_four;
      DELETE FROM sqlite_sequence WHERE name = 'passages';
      INSERT INTO sqlite_sequence (name, seq) SELECT 'passages', seq FROM sqlite_sequence WHERE name = 'passages_of_four';
      DROP TABLE passages_of_four;
      UPDATE documents SET tokens = (SELECT coalesce(sum(p.tokens), 0) FROM passages p WHERE p.document = documents.rowid)
        WHERE tokens = 0;
      UPDATE documents SET updated_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE updated_at = 0;
      CREATE INDEX documents_by_age ON documents (max(cited_at, updated_at)) WHERE pinned = 0 AND idx <> '~';
      CREATE INDEX documents_pinned ON documents (tokens) WHERE pinned = 1;
      CREATE TABLE places (
        document INTEGER NOT NULL, n INTEGER NOT NULL, passage INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER,
        PRIMARY KEY (document, n)
      ) WITHOUT ROWID;
      CREATE INDEX places_passage ON places (passage);
      CREATE TABLE prints (hash INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (hash, passage)) WITHOUT ROWID;
      CREATE TABLE word_changes (rowid INTEGER PRIMARY KEY, changes TEXT NOT NULL);
      CREATE TABLE fresh_words (word TEXT PRIMARY KEY) WITHOUT ROWID;
    `,
  },

  // All vectors of an index were made by one model; those of another one were removed before the new ones were made.
  5: {
    sql: `
      CREATE TABLE index_models (idx TEXT PRIMARY KEY, model INTEGER NOT NULL, dropping INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
      INSERT INTO index_models (idx, model)
        SELECT idx, model FROM (SELECT idx, model, max(n) FROM
          (SELECT idx, model, count(*) AS n FROM passages WHERE model <> 0 GROUP BY idx, model) GROUP BY idx);
      DROP INDEX passages_idx;
      CREATE INDEX passages_idx ON passages (idx, model);
    `,
  },

  // "œ" and "ß" were no two letters, a soft hyphen divided its word, a code was only its parts, East Asian runs were whole.
  6: { reindexWords: true, sql: '' },

  // Answers could not be rated.
  7: {
    sql: `
      CREATE TABLE feedback (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        answer TEXT NOT NULL,
        rater TEXT NOT NULL,
        score REAL NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        entry TEXT NOT NULL,
        UNIQUE (answer, rater)
      );
      CREATE INDEX feedback_updated ON feedback (updated_at);
    `,
  },

  // Questions without a good answer were not kept.
  8: {
    sql: `
      CREATE TABLE missed (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        gap TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL,
        asker TEXT NOT NULL,
        cause TEXT NOT NULL,
        question TEXT NOT NULL,
        language TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        model TEXT NOT NULL,
        vector BLOB NOT NULL,
        UNIQUE (answer, asker)
      );
      CREATE INDEX missed_gap ON missed (gap, n);
      CREATE INDEX missed_asker ON missed (asker, n);
      CREATE INDEX missed_asked_at ON missed (asked_at);
      CREATE TABLE gaps (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL DEFAULT 'open',
        assignee TEXT NOT NULL DEFAULT '',
        publication TEXT,
        merged_into TEXT,
        is_fixed INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL
      ) WITHOUT ROWID;
    `,
  },

  // Every document was for everyone of the company, and no question could be filtered.
  9: {
    sql: `
      ALTER TABLE documents ADD COLUMN audience INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE documents ADD COLUMN keeps_access INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE documents ADD COLUMN traits TEXT NOT NULL DEFAULT '';
      CREATE INDEX documents_audience ON documents (audience) WHERE audience > 0;
      CREATE TABLE audiences (audience INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
      CREATE TABLE audience_names (name TEXT NOT NULL, audience INTEGER NOT NULL, PRIMARY KEY (name, audience)) WITHOUT ROWID;
      CREATE TABLE document_values (
        name TEXT NOT NULL, text TEXT NOT NULL, document INTEGER NOT NULL, number REAL, date INTEGER,
        PRIMARY KEY (name, text, document)
      ) WITHOUT ROWID;
      CREATE INDEX document_values_document ON document_values (document);
    `,
  },

  // Answers that a person wrote were documents like others.
  10: {
    sql: `
      CREATE TABLE curated (
        id TEXT PRIMARY KEY, entry TEXT NOT NULL, hits INTEGER NOT NULL DEFAULT 0, last_hit_at INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
    `,
  },

  // Runs of evaluations were not kept.
  11: {
    sql: `
      CREATE TABLE evaluations (
        n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, summary TEXT NOT NULL, report BLOB NOT NULL
      );
    `,
  },

  // Every company was ranked by the same weights.
  12: {
    sql: `
      CREATE TABLE learned (
        n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL, is_used INTEGER NOT NULL DEFAULT 0, replaced TEXT
      );
    `,
  },

  // Conversations were indexed by user: turns of many users wrote as many pages.
  13: {
    sql: `
      ALTER TABLE conversations RENAME TO conversations_by_user;
      CREATE TABLE conversations (
        n INTEGER PRIMARY KEY,
        user TEXT NOT NULL,
        id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        digest TEXT NOT NULL DEFAULT '',
        condensed INTEGER NOT NULL DEFAULT 0,
        next INTEGER NOT NULL DEFAULT 0,
        UNIQUE (id, user)
      );
      INSERT INTO conversations SELECT n, user, id, created_at, updated_at, digest, condensed, next FROM conversations_by_user ORDER BY n;
      DROP TABLE conversations_by_user;
      CREATE INDEX conversations_updated ON conversations (updated_at);
    `,
  },

  // A dismissed gap did not say why.
  14: { sql: "ALTER TABLE gaps ADD COLUMN dismiss_reason TEXT NOT NULL DEFAULT '';" },
}
