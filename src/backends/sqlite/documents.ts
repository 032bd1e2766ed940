// Stores documents in the company's own SQLite file: the main thread's side of it.
import { createInTurn } from '../../async/in-turn.ts'
import { hashOfDocument, type IndexedDocument } from '../../documents/document.ts'
import { slicesOf } from '../../slices.ts'
import { chunksPerTask, documentRow, documentsPerTask } from './document-row.ts'
import type { Store } from './thread.ts'
import type { CompanyProfile } from '../../types.ts'
import type { DocumentStore, PutCounts, StoredChunk } from '../../documents/store.ts'

/** Chunks that one task reads. */
const chunksPerRead = 50

/**
 * Creates the store. It has one thread, so long work is done in slices, with questions between them. A document of many chunks
 * is written hidden, then shown in one short transaction that hides the one it replaces. Hidden documents are removed; the
 * next write removes those that a crash has left.
 * @param maxTokens of a company's documents; beyond it, those that were cited or written longest ago are evicted
 * @param onChanged called when a company's documents have changed, with their new version
 */
export function createSqliteDocuments ({ store, maxTokens, onChanged }: {
  store: Store, maxTokens: number, onChanged: (company: string, version: string) => void
}): DocumentStore {
  const inTurn = createInTurn()
  /** Companies whose hidden documents from before this start have been removed. */
  const swept = new Set<string>()

  /** Runs a company's writes one after another. The next write removes the leftovers of one that failed. */
  function inOrder<T> (company: string, write: () => Promise<T>): Promise<T> {
    return inTurn(company, async () => {
      if (!swept.has(company)) await tidy(company)
      swept.add(company)
      try {
        const result = await write()
        await countWords(company)
        return result
      } catch (error) {
        swept.delete(company)
        throw error
      }
    })
  }

  async function tidy (company: string): Promise<void> {
    await removeHidden(company)
    await countWords(company)
  }

  async function removeHidden (company: string, documents?: number[]): Promise<void> {
    for (let left = documents; left === undefined || left.length > 0;) {
      left = await store.run('removeHidden', company, left === undefined ? {} : { documents: left })
    }
  }

  async function countWords (company: string): Promise<void> {
    while (await store.run('countWords', company, null)) { /* in slices */ }
  }

  async function withoutUnchanged (
    company: CompanyProfile,
    index: string,
    documents: IndexedDocument[],
    signal?: AbortSignal
  ): Promise<IndexedDocument[]> {
    const unchanged = new Set<IndexedDocument>()
    for (const some of slicesOf(
      documents.filter(({ hash }) => hash !== undefined),
      documentsPerTask
    )) {
      const ids = new Set(
        await store.run(
          'unchangedDocuments',
          company.id,
          {
            index,
            documents: some.map(document => ({ id: document.id, hash: hashOfDocument(company.language, document) })),
          },
          signal
        )
      )
      for (const document of some) if (ids.has(document.id)) unchanged.add(document)
    }
    return documents.filter(document => !unchanged.has(document))
  }

  return {
    put: (company, index, documents, signal) => inOrder(company.id, async () => {
      const { id, language } = company
      const changed = await withoutUnchanged(company, index, documents, signal)
      const sum = {
        written: 0,
        unchanged: documents.length - changed.length,
        evicted: 0,
        rejected: [] as NonNullable<PutCounts['rejected']>,
      }
      for (const some of batches(changed)) {
        const { written, unchanged, rejected, hidden, version } = isLong(some[0]!)
          ? await putLong(company, index, some[0]!, signal)
          : await store.run('putDocuments', id, { index, language, documents: some, slices: true, maxTokens }, signal)
        sum.written += written
        sum.unchanged += unchanged
        sum.rejected.push(...rejected)
        if (written > 0) onChanged(id, version)
        await removeHidden(id, hidden)
        if (written > 0) {
          const out = new Set(rejected.map(({ id }) => id))
          sum.evicted += await evict(id, index, some.map(document => document.id).filter(id => !out.has(id)))
        }
      }
      const { rejected, ...counts } = sum
      return rejected.length > 0 ? sum : counts
    }),
    settle: company => store.run('settleDocuments', company, null),
    list: (company, index, options) => store.run('listDocuments', company, { index, ...options }),
    get: (company, index, id, page) => store.run('getDocument', company, { index, id, ...page }),
    remove: (company, index, ids) => inOrder(company, async () => {
      let sum = 0
      for (const some of slicesOf(ids, documentsPerTask)) {
        const { hidden, version } = await store.run('hideDocuments', company, { index, ids: some })
        sum += hidden.length
        if (hidden.length > 0) onChanged(company, version)
        await removeHidden(company, hidden)
      }
      return sum
    }),
    pin: (company, index, id, pinned) => store.run('pinDocument', company, { index, id, pinned }),
    setAccess: (company, index, id, access) => inOrder(company, async () => {
      for (;;) {
        const { found, more, version } = await store.run('setAccess', company, { index, id, access })
        if (more) continue
        if (found) onChanged(company, version)
        return found
      }
    }),
    cite: (company, passages, at) => store.run('citeDocuments', company, { passages, at }),
    async chunks (company, limit) {
      const chunks: StoredChunk[] = []
      for (const rowids of slicesOf(await store.run('evenPassages', company, { limit }), chunksPerRead)) {
        chunks.push(...await store.run('readChunks', company, { rowids }))
      }
      return chunks
    },
    indexes: company => store.run('summarizeIndexes', company, null),
    questions: (company, limit) => store.run('listQuestions', company, { limit }),
    stats: company => store.run('knowledgeStats', company, null),
  }

  async function putLong ({ id: company, language }: CompanyProfile, index: string, document: IndexedDocument, signal?: AbortSignal) {
    const { id, title, url, fields, chunks = [] } = document
    const none = { written: 0, unchanged: 0, rejected: [], hidden: [], version: '' }
    const begun = await store.run('beginDocument', company, { index, row: documentRow(language, document, chunks), maxTokens }, signal)
    if ('unchanged' in begun) return { ...none, unchanged: 1 }
    if ('rejected' in begun) return { ...none, rejected: [begun.rejected] }
    try {
      for (const [i, some] of slicesOf(chunks, chunksPerTask).entries()) {
        await store.run(
          'appendChunks',
          company,
          { index, language, document: begun.document, title, url, chunks: some, fields: i === 0 ? fields : [] },
          signal
        )
      }
      return { ...none, written: 1, ...await store.run('publishDocument', company, { index, id, document: begun.document }) }
    } catch (error) {
      // If this fails too, the next write removes it.
      await removeHidden(company, [begun.document]).catch(() => {})
      throw error
    }
  }

  async function evict (company: string, index: string, keep: string[]): Promise<number> {
    for (let sum = 0; ;) {
      const { hidden, version } = await store.run('makeRoom', company, { index, keep, maxTokens })
      if (hidden.length === 0) return sum
      sum += hidden.length
      onChanged(company, version)
      await removeHidden(company, hidden)
    }
  }
}

function isLong ({ chunks = [] }: IndexedDocument): boolean {
  return chunks.length > chunksPerTask
}

/** Groups documents so that one transaction can write each group; a long document is alone. */
function * batches (documents: IndexedDocument[]): Generator<IndexedDocument[]> {
  let some: IndexedDocument[] = []
  let chunks = 0
  for (const document of documents) {
    const own = document.chunks?.length ?? 1
    if (some.length > 0 && chunks + own > chunksPerTask) {
      yield some
      some = []
      chunks = 0
    }
    some.push(document)
    chunks += own
  }
  if (some.length > 0) yield some
}
