// What makes a company's file of an older release one of this release.
import { conversations, places, passages } from './schema.ts'

/** As version 4 had them. */
const documentsOfFour = `
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

/** Each passage was a document of its own. */
const passagesToDocuments = `
  ${documentsOfFour}
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

/**
 * A passage had a name of its own, unique in its index: now its document and its number say what it is called. SQLite
 * cannot take a UNIQUE away, so the table is made anew, under the rowids that the other tables know.
 * A document of version 3 had no size and no date: as they are, it would be the first to go when room is made, and make
 * none. Its size is guessed, and it counts as put in now.
 */
const passagesWithoutNames = `
  ALTER TABLE documents ADD COLUMN cited INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE documents ADD COLUMN compacted_at INTEGER NOT NULL DEFAULT 0;
  DROP INDEX passages_document;
  DROP INDEX passages_without_vectors;
  ALTER TABLE passages RENAME TO passages_of_four;
  ${passages}
  INSERT INTO passages (rowid, idx, language, title, text, url, fields, model, document, n, heading, page, tokens)
    SELECT rowid, idx, language, title, text, url, fields, model, document, n, heading, page,
      CASE tokens WHEN 0 THEN 1 + (length(text) + length(fields)) / 4 ELSE tokens END FROM passages_of_four;
  DELETE FROM sqlite_sequence WHERE name = 'passages';
  INSERT INTO sqlite_sequence (name, seq) SELECT 'passages', seq FROM sqlite_sequence WHERE name = 'passages_of_four';
  DROP TABLE passages_of_four;
  UPDATE documents SET tokens = (SELECT coalesce(sum(p.tokens), 0) FROM passages p WHERE p.document = documents.rowid) WHERE tokens = 0;
  UPDATE documents SET updated_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE updated_at = 0;
  ${places}
`

/** By the version that each begins at: the documents could be read anew, what people said could not. */
export const migrations: Readonly<Record<number, string>> = { 2: conversations, 3: passagesToDocuments, 4: passagesWithoutNames }
