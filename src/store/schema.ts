// The tables of a company's SQLite file.

/** A turn is JSON; its number is the conversation's `next` of then. */
const conversations = `
  CREATE TABLE conversations (
    n INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- ms since 1970
    updated_at INTEGER NOT NULL,
    digest TEXT NOT NULL DEFAULT '',
    condensed INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user, id)
  );
  CREATE INDEX conversations_updated ON conversations (updated_at);
  CREATE TABLE turns (conversation INTEGER NOT NULL, n INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (conversation, n)) WITHOUT ROWID;
`

/** What was put in, whole: its pieces are the passages. Times in ms since 1970, 0 = never. */
const documents = `
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
`

/**
 * One file is one company. `titles` and `texts` hold the stems of each passage under the passage's rowid;
 * `windows` are the pieces of a passage that have a vector of their own, kept in one `vectors_<model>` table for
 * each embedding model (see vectorTable), because a vec0 table has one width.
 */
export const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: a search may still hold it
    idx TEXT NOT NULL,
    doc TEXT NOT NULL, -- the document's id, with #n when it has several pieces
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT NOT NULL,
    fields TEXT NOT NULL,
    model INTEGER NOT NULL DEFAULT 0,
    document INTEGER NOT NULL DEFAULT 0, -- rowid in documents
    n INTEGER NOT NULL DEFAULT 0, -- its place among the document's pieces, from 0
    heading TEXT NOT NULL DEFAULT '',
    page INTEGER,
    tokens INTEGER NOT NULL DEFAULT 0,
    UNIQUE (idx, doc)
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
  ${documents}
  ${conversations}
`

/** Raised with every change to `schema`; a file of a version that no migration begins at is refused. */
export const schemaVersion = 4

/** Each passage was a document of its own. */
const passagesToDocuments = `
  ${documents}
  INSERT INTO documents (idx, id, hash, title, url, chunks, tokens) SELECT idx, doc, hash, title, url, 1, 0 FROM passages;
  ALTER TABLE passages DROP COLUMN hash;
  ALTER TABLE passages ADD COLUMN document INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE passages ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE passages ADD COLUMN heading TEXT NOT NULL DEFAULT '';
  ALTER TABLE passages ADD COLUMN page INTEGER;
  ALTER TABLE passages ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
  UPDATE passages SET document = (SELECT d.rowid FROM documents d WHERE d.idx = passages.idx AND d.id = passages.doc);
  CREATE INDEX passages_document ON passages (document, n);
`

/** What makes a file of that version one of the next: the documents could be read anew, what people said could not. */
export const migrations: Readonly<Record<number, string>> = { 2: conversations, 3: passagesToDocuments }

/** Name of the vec0 table of a model, by its number in `models`. */
export function vectorTable (model: number): string {
  return `vectors_${model}`
}
