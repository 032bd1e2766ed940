// Deletes the indexes of a company that is deleted, with the one that counts citations.
import type { IndexStats } from 'meilisearch'
import type { MeilisearchAdmin } from '../admin.ts'
import { MeilisearchError } from '../errors.ts'
import { ownUidOf } from '../index-owners.ts'
import type { CompanyProfile } from '../../../types.ts'
import { assertSucceeded } from './chunk-store.ts'

interface Page { results: { uid: string }[], total: number }

const page = 1000

/** Deletes the indexes of the profile, and all others whose name begins with the company's. Returns how many documents were in them. */
export async function removeIndexes (admin: MeilisearchAdmin, company: CompanyProfile, signal: AbortSignal): Promise<number> {
  const uids = new Set(Object.keys(company.indexes).map(kind => ownUidOf(company, kind)))
  for (let offset = 0, total = 1; offset < total; offset += page) {
    const list = await admin.ask<Page>('GET', `/indexes?limit=${page}&offset=${offset}`, null, signal)
    for (const { uid } of list.results) if (uid.startsWith(`${company.id}__`)) uids.add(uid)
    total = list.total
  }
  let removed = 0
  for (const uid of uids) removed += await removeIndex(admin, uid, signal)
  return removed
}

async function removeIndex (admin: MeilisearchAdmin, uid: string, signal: AbortSignal): Promise<number> {
  try {
    const { numberOfDocuments } = await admin.ask<IndexStats>('GET', `/indexes/${uid}/stats`, null, signal)
    await removeWhole(admin, uid, signal)
    return numberOfDocuments
  } catch (error) {
    // It was made by no upload yet.
    if (error instanceof MeilisearchError && error.code === 'index_not_found') return 0
    throw error
  }
}

/** Deletes the index, or only its documents with a key of an earlier release, which may not delete indexes. */
async function removeWhole (admin: MeilisearchAdmin, uid: string, signal: AbortSignal): Promise<void> {
  try {
    assertSucceeded(await admin.runTask('DELETE', `/indexes/${uid}`, null, signal))
  } catch (error) {
    if (!(error instanceof MeilisearchError) || error.status !== 403) throw error
    assertSucceeded(await admin.runTask('DELETE', `/indexes/${uid}/documents`, null, signal))
  }
}
