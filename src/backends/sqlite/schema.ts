// The tables of a company's SQLite file.

/** A turn is JSON; its number is the conversation's `next` of then. */
export const conversations = `
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

/** The index of documents that are hidden: being written, or on their way out. Their pieces are found by nobody. */
export const hidden = '~'

/** What was put in, whole: its pieces are the passages. Times in ms since 1970, 0 = never. */
const documents = `
  CREATE TABLE documents (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    idx TEXT NOT NULL, -- ~ = hidden
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    chunks INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    updated_at INTEGER NOT NULL DEFAULT 0,
    cited_at INTEGER NOT NULL DEFAULT 0,
    cited INTEGER NOT NULL DEFAULT 0, -- times
    compacted_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (idx, id)
  );
`

export const passages = `
  CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: a search may still hold it
    idx TEXT NOT NULL, -- of its document, also while that is hidden
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
    original BLOB, -- zstd of the text before it was condensed; NULL = the text is whole
    print BLOB -- its fingerprint; NULL = it is not compared with others
  );
  CREATE INDEX passages_idx ON passages (idx);
  CREATE INDEX passages_document ON passages (document, n);
  CREATE INDEX passages_tokens ON passages (tokens);
  CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0;
`

/**
 * Pieces that say what another's passage says are places of that passage: it is kept once. `prints` finds it: each of
 * a fingerprint's numbers, times its position. `word_changes` are words of slices
 * that are still to be counted, `fresh_words` those that `deletes` does not know yet.
 */
export const places = `
  CREATE INDEX documents_by_age ON documents (max(cited_at, updated_at)) WHERE pinned = 0 AND idx <> '${hidden}';
  CREATE INDEX documents_pinned ON documents (tokens) WHERE pinned = 1;
  CREATE TABLE places (document INTEGER NOT NULL, n INTEGER NOT NULL, passage INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER, PRIMARY KEY (document, n)) WITHOUT ROWID;
  CREATE INDEX places_passage ON places (passage);
  CREATE TABLE prints (hash INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (hash, passage)) WITHOUT ROWID;
  CREATE TABLE word_changes (rowid INTEGER PRIMARY KEY, changes TEXT NOT NULL);
  CREATE TABLE fresh_words (word TEXT PRIMARY KEY) WITHOUT ROWID;
`

/**
 * One file is one company. `titles` and `texts` hold the stems of each passage under the passage's rowid;
 * `windows` are the pieces of a passage that have a vector of their own, kept in one `vectors_<model>` table for
 * each embedding model (see vectorTable), because a vec0 table has one width.
 */
export const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  ${passages}
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
  ${places}
  ${conversations}
`

/** Raised with every change to `schema`; a file of a version that no migration begins at is refused. */
export const schemaVersion = 5

/** Name of the vec0 table of a model, by its number in `models`. */
export function vectorTable (model: number): string {
  return `vectors_${model}`
}
