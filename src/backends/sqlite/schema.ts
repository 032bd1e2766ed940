// The tables of a company's SQLite file.

/** The index of hidden documents, which are being written or removed: no search finds their chunks. */
export const hidden = '~'

/**
 * One file is one company. Times are ms since 1970, 0 = never.
 *
 * - `documents` are the uploaded documents; their chunks are `passages`. `titles` and `texts` contain the stems of each passage
 *   under the passage's rowid.
 * - `audiences` are the access lists of documents, by their number; `audience_names` finds those with a name. `document_values`
 *   are the values of documents' own fields, by which questions are filtered.
 * - `places` are the chunks with the same content as a passage of another document: such a text is stored once. `prints`
 *   finds it: each number of a fingerprint, times its position.
 * - `windows` are the parts of a passage that have a vector of their own; their numbers ascend and are never used twice. The
 *   vectors are in tables of their own for each embedding model and type (see tasks/vector-tables.ts). A passage can have
 *   the vectors of two models: `index_models` says which one an index is searched by, `passages.model` which one was stored last.
 * - `words` and `deletes` are the spelling correction's. `word_changes` contains counts that are still to be added to
 *   `words`, `fresh_words` the words that are not in `deletes` yet.
 * - A turn is JSON; its number is the conversation's `next` at that time.
 * - `feedback` has each rater's rating of an answer once; `entry` is JSON.
 * - `missed` are questions without a good answer, `gaps` the groups that they were sorted into; '' = not sorted yet. A gap that
 *   became a part of another one stays as a way to it.
 * - `curated` are answers that a person wrote; `entry` is JSON. Their documents are among the others.
 * - `evaluations` are runs of sets of questions; `summary` is JSON.
 * - `learned` are versions of the company's own weights; `entry` is JSON. Without one in use the shipped weights are.
 */
export const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: a search may still refer to it
    idx TEXT NOT NULL, -- of its document, even while the document is hidden
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT NOT NULL,
    fields TEXT NOT NULL,
    model INTEGER NOT NULL DEFAULT 0, -- of its newest vectors; 0 = it has none
    document INTEGER NOT NULL DEFAULT 0, -- rowid in documents
    n INTEGER NOT NULL DEFAULT 0, -- its number among the document's chunks, from 0
    heading TEXT NOT NULL DEFAULT '',
    page INTEGER,
    tokens INTEGER NOT NULL DEFAULT 0,
    original BLOB, -- zstd of the text before compaction; NULL = the text is whole
    print BLOB -- its fingerprint; NULL = it is not compared with others
  );
  CREATE INDEX passages_idx ON passages (idx, model);
  CREATE INDEX passages_document ON passages (document, n);
  CREATE INDEX passages_tokens ON passages (tokens);
  CREATE INDEX passages_without_vectors ON passages (rowid) WHERE model = 0;

  CREATE VIRTUAL TABLE titles USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE texts USING fts5(stems, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE title_terms USING fts5vocab(titles, 'row');
  CREATE VIRTUAL TABLE text_terms USING fts5vocab(texts, 'row');

  CREATE TABLE words (word TEXT NOT NULL, stem TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (word, stem)) WITHOUT ROWID;
  CREATE TABLE deletes (key TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (key, word)) WITHOUT ROWID;
  CREATE TABLE word_changes (rowid INTEGER PRIMARY KEY, changes TEXT NOT NULL);
  CREATE TABLE fresh_words (word TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE models (model INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
  CREATE TABLE windows (rowid INTEGER PRIMARY KEY, passage INTEGER NOT NULL, model INTEGER NOT NULL);
  CREATE INDEX windows_passage ON windows (passage);
  CREATE TABLE index_models (
    idx TEXT PRIMARY KEY,
    model INTEGER NOT NULL,
    dropping INTEGER NOT NULL DEFAULT 0 -- 1 = vectors of other models are still to be removed
  ) WITHOUT ROWID;

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
    audience INTEGER NOT NULL DEFAULT 0, -- its access list; 0 = everyone
    keeps_access INTEGER NOT NULL DEFAULT 0, -- 1 = set by hand: an upload that names none leaves it
    traits TEXT NOT NULL DEFAULT '', -- hash of its values; documents that differ in them share no passages
    UNIQUE (idx, id)
  );
  CREATE INDEX documents_audience ON documents (audience) WHERE audience > 0;
  CREATE TABLE audiences (audience INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
  CREATE TABLE audience_names (name TEXT NOT NULL, audience INTEGER NOT NULL, PRIMARY KEY (name, audience)) WITHOUT ROWID;
  CREATE TABLE document_values (
    name TEXT NOT NULL, text TEXT NOT NULL, document INTEGER NOT NULL, number REAL, date INTEGER, PRIMARY KEY (name, text, document)
  ) WITHOUT ROWID;
  CREATE INDEX document_values_document ON document_values (document);
  CREATE INDEX documents_by_age ON documents (max(cited_at, updated_at)) WHERE pinned = 0 AND idx <> '~';
  CREATE INDEX documents_pinned ON documents (tokens) WHERE pinned = 1;

  CREATE TABLE places (
    document INTEGER NOT NULL, n INTEGER NOT NULL, passage INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER,
    PRIMARY KEY (document, n)
  ) WITHOUT ROWID;
  CREATE INDEX places_passage ON places (passage);
  CREATE TABLE prints (hash INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (hash, passage)) WITHOUT ROWID;

  CREATE TABLE conversations (
    n INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    digest TEXT NOT NULL DEFAULT '',
    condensed INTEGER NOT NULL DEFAULT 0, -- the turns below this number are in the digest
    next INTEGER NOT NULL DEFAULT 0,
    UNIQUE (id, user) -- new ids end it, whoever asks: in an index by user, each turn would write a page of its own
  );
  CREATE INDEX conversations_updated ON conversations (updated_at);
  CREATE TABLE turns (
    conversation INTEGER NOT NULL, n INTEGER NOT NULL, turn TEXT NOT NULL, PRIMARY KEY (conversation, n)
  ) WITHOUT ROWID;

  CREATE TABLE feedback (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    answer TEXT NOT NULL,
    rater TEXT NOT NULL,
    score REAL NOT NULL, -- -1 to 1
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    entry TEXT NOT NULL,
    UNIQUE (answer, rater)
  );
  CREATE INDEX feedback_updated ON feedback (updated_at);

  CREATE TABLE missed (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    gap TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL,
    asker TEXT NOT NULL,
    cause TEXT NOT NULL,
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    model TEXT NOT NULL, -- of its vector; '' = stems only
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
    publication TEXT, -- JSON
    merged_into TEXT,
    is_fixed INTEGER NOT NULL DEFAULT 0, -- 1 = an operator has dealt with it
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    dismiss_reason TEXT NOT NULL DEFAULT ''
  ) WITHOUT ROWID;

  CREATE TABLE curated (
    id TEXT PRIMARY KEY, entry TEXT NOT NULL, hits INTEGER NOT NULL DEFAULT 0, last_hit_at INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;

  CREATE TABLE evaluations (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, -- of the set
    summary TEXT NOT NULL,
    report BLOB NOT NULL -- zstd of JSON
  );

  CREATE TABLE learned (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL, is_used INTEGER NOT NULL DEFAULT 0, replaced TEXT
  );
`

/**
 * Raised with every change to `schema`, together with a migration from the version before it and a file of the new
 * version for its test.
 */
export const schemaVersion = 15
