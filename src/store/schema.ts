// The tables of a company's SQLite file.

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
  CREATE VIRTUAL TABLE titles USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE texts USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE title_terms USING fts5vocab(titles, 'row');
  CREATE VIRTUAL TABLE text_terms USING fts5vocab(texts, 'row');
  CREATE TABLE words (word TEXT NOT NULL, stem TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (word, stem)) WITHOUT ROWID;
  CREATE TABLE deletes (key TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID;
  CREATE TABLE models (model INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
  CREATE TABLE windows (rowid INTEGER PRIMARY KEY, passage INTEGER NOT NULL, model INTEGER NOT NULL);
  CREATE INDEX windows_passage ON windows (passage);
`

/** Raised with every change to `schema`; a file of another version is refused: it is made anew from its documents' source. */
export const schemaVersion = 2

/** Name of the vec0 table of a model, by its number in `models`. */
export function vectorTable (model: number): string {
  return `vectors_${model}`
}
