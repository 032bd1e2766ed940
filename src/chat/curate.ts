// Writes a curated answer as documents of its index, and tells when what it rests on has changed.
import { createHash } from 'node:crypto'
import type { CuratedAnswer, CuratedSource, CuratedStore } from '../curated/store.ts'
import type { IndexedDocument } from '../documents/document.ts'
import type { DocumentStore } from '../documents/store.ts'
import { coded } from '../errors.ts'
import type { CompanyProfile } from '../types.ts'
import { asQuestion } from './explain-gap.ts'

export type Entry = Pick<CuratedAnswer, 'index' | 'question' | 'variants' | 'answer' | 'url' | 'access'>

/** The most sources that are remembered of a corrected answer. */
const maxSources = 20

/**
 * Returns the documents of an FAQ entry: one for the question, and one for each of its variants, with the same answer. The
 * title is what a question is compared with.
 */
function entryDocuments (id: string, { question, answer, variants, url, access }: Entry): IndexedDocument[] {
  const titles = [...new Set([question, ...variants].map(asQuestion))]
  const shared = { text: answer.trim(), url, fields: [], ...(access ? { access } : {}) }
  return titles.map((title, i) => ({ id: i === 0 ? id : `${id}~${digest(title)}`, title, ...shared }))
}

/** Where the documents of an entry are. */
type Place = Pick<CuratedAnswer, 'index' | 'documents'>
/** What an entry was before, perhaps under another id; one that is not kept itself is known by its documents alone. */
export type Earlier = Place & ((Entry & Pick<CuratedAnswer, 'id'>) | { variants?: undefined })

/**
 * Writes an entry over its earlier form, and keeps it. When either fails, the documents are those of the earlier form again:
 * customers would be answered by some that no list shows. Throws the errors of the documents, and those of `keep`.
 * @param keep is given the ids of the documents
 */
export async function replaceEntry<T> (
  documents: DocumentStore, profile: CompanyProfile, id: string, entry: Entry, before: Earlier | null, keep: (ids: string[]) => Promise<T>,
): Promise<T> {
  try {
    return await keep(await writeEntry(documents, profile, id, entry, before))
  } catch (error) {
    // What cannot be undone either is written over by the next change that succeeds.
    await undoEntry(documents, profile, id, entry, before).catch(() => {})
    throw error
  }
}

async function undoEntry (
  documents: DocumentStore, profile: CompanyProfile, id: string, entry: Entry, before: Earlier | null,
): Promise<void> {
  const written = { index: entry.index, documents: entryDocuments(id, entry).map(({ id }) => id) }
  if (before?.variants) {
    await writeEntry(documents, profile, before.id, before, written)
    return
  }
  const kept = before?.index === entry.index ? before.documents : []
  await documents.remove(profile.id, entry.index, written.documents.filter(id => !kept.includes(id)))
  await documents.settle(profile.id)
}

/** Writes an entry over its earlier form. Returns the ids of its documents. Throws the errors of the documents. */
async function writeEntry (
  documents: DocumentStore, profile: CompanyProfile, id: string, entry: Entry, before: Place | null,
): Promise<string[]> {
  const written = entryDocuments(id, entry)
  const { rejected = [] } = await documents.put(profile, entry.index, written)
  if (rejected.length > 0) throw coded('FILE_REJECTED', rejected[0]!.message)
  const ids = written.map(({ id }) => id)
  // An upload that names no readers keeps those that were set; an entry says for whom it is.
  const dropped = before ? before.documents.filter(id => before.index !== entry.index || !ids.includes(id)) : []
  if (before && dropped.length > 0) await documents.remove(profile.id, before.index, dropped)
  await documents.settle(profile.id)
  return ids
}

/** Returns when each source was last written, without those that are curated themselves or unknown. */
export async function sourcesNow (documents: DocumentStore, company: string, ids: readonly string[]): Promise<CuratedSource[]> {
  const sources: CuratedSource[] = []
  for (const id of new Set(ids.slice(0, maxSources))) {
    const updatedAt = await writtenAt(documents, company, id)
    if (updatedAt !== null) sources.push({ id, updatedAt })
  }
  return sources
}

/**
 * Returns what lists the sources of a curated answer that have changed or gone since: it may be wrong now. Each document is read
 * once, however many answers rest on it.
 */
export function createStaleCheck (documents: DocumentStore, company: string) {
  const times = new Map<string, Promise<number | null>>()
  const timeOf = (id: string): Promise<number | null> => {
    const time = times.get(id) ?? writtenAt(documents, company, id)
    times.set(id, time)
    return time
  }
  return async ({ sources }: Pick<CuratedAnswer, 'sources'>): Promise<string[]> => {
    const changed: string[] = []
    for (const { id, updatedAt } of sources) if (await timeOf(id) !== updatedAt) changed.push(id)
    return changed
  }
}

/** Removes a curated answer with its documents. Returns false when there is none. */
export async function removeCurated (
  { curated, documents }: { curated: CuratedStore, documents: DocumentStore }, company: string, id: string,
): Promise<boolean> {
  const found = await curated.get(company, id)
  if (!found) return false
  await documents.remove(company, found.index, found.documents)
  await documents.settle(company)
  return curated.remove(company, id)
}

async function writtenAt (documents: DocumentStore, company: string, source: string): Promise<number | null> {
  const slash = source.indexOf('/')
  if (slash < 0) return null
  const found = await documents.get(company, source.slice(0, slash), source.slice(slash + 1), { from: 0, maxChars: 1 })
  return found?.updatedAt ?? null
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 10)
}
