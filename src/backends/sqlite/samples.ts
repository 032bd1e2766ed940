// Loads the sample companies of a folder: at first start, and again when their files change.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseProfile } from '../../profiles/profile.ts'
import { slicesOf } from '../../slices.ts'
import { hashOfDocument, readDocument, withTraits, type RawDocument } from '../../documents/document.ts'
import { mappingOf } from '../../documents/mapping.ts'
import { documentsPerTask } from './document-row.ts'
import { getProfile, putProfile } from './profiles.ts'
import type { Store } from './thread.ts'
import type { CompanyProfile } from '../../types.ts'

/** Documents of one write: few enough that a question never waits long for it. */
const batch = 50

/** A document that the samples have written: its id and its hash. */
type Loaded = [id: string, hash: string]

export interface LoadedCompany {
  company: string
  documents: number
  /** The number of items in its files that are not documents (no id, or nothing to search). */
  rejected: number
  /** False when its files have not changed. */
  changed: boolean
  /** The reason why it could not be loaded; absent otherwise. */
  problem?: string
}

/**
 * Loads the companies of a folder. Each folder in it with a `company.json` is a company; `<index>.json` beside it contains
 * the documents of an index.
 * @param documents whether the documents are loaded too, not the profiles alone
 * @param onChanged called with each company whose documents or profile changed, and its documents' new version
 * A company that cannot be loaded does not prevent the others from being loaded. Throws when the folder itself cannot be read.
 */
export async function loadSamples ({ dir, store, documents = true, onChanged }: {
  dir: string
  store: Store
  documents?: boolean
  onChanged: (company: string, version: string) => void
}): Promise<LoadedCompany[]> {
  const loaded: LoadedCompany[] = []
  for (const entry of (await readdir(dir, { withFileTypes: true })).sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (!entry.isDirectory() || !existsSync(join(dir, entry.name, 'company.json'))) continue
    try {
      loaded.push(await (documents ? loadCompany : loadProfile)(join(dir, entry.name), store, onChanged))
    } catch (error) {
      loaded.push({ company: entry.name, documents: 0, rejected: 0, changed: false, problem: (error as Error).message })
    }
  }
  return loaded
}

/** Returns the documents in a file of an index; a missing file is an empty index. */
async function readIndex (path: string): Promise<string> {
  return existsSync(path) ? await readFile(path, 'utf8') : '[]'
}

async function readProfile (dir: string): Promise<{ written: string, profile: CompanyProfile }> {
  const path = join(dir, 'company.json')
  const written = await readFile(path, 'utf8')
  return { written, profile: named(path, () => parseProfile(JSON.parse(written))) }
}

/** Loads only the company's profile: its documents are in another engine. */
async function loadProfile (dir: string, store: Store, onChanged: (company: string, version: string) => void): Promise<LoadedCompany> {
  const { written, profile } = await readProfile(dir)
  const known = await getProfile(store, profile.id)
  if (await store.run('isRemoved', profile.id, null)) return { company: profile.id, documents: 0, rejected: 0, changed: false }
  const changed = known.profile?.version !== profile.version
  if (changed) {
    await putProfile(store, profile.id, JSON.parse(written))
    onChanged(profile.id, known.version)
  }
  return { company: profile.id, documents: 0, rejected: 0, changed }
}

async function loadCompany (dir: string, store: Store, onChanged: (company: string, version: string) => void): Promise<LoadedCompany> {
  const { written, profile } = await readProfile(dir)
  const company = profile.id
  // A company that was deleted stays so.
  if (await store.run('isRemoved', company, null)) return { company, documents: 0, rejected: 0, changed: false }
  const files = await Promise.all(
    Object.keys(profile.indexes).map(async kind => ({ kind, text: await readIndex(join(dir, `${kind}.json`)) }))
  )
  const indexes = files.map(({ kind, text }) => {
    const raw = named(join(dir, `${kind}.json`), () => list(JSON.parse(text)))
    const objects = raw.filter(isObject)
    const mapping = mappingOf(profile.indexes[kind]!, objects)
    const documents = objects.flatMap(item => {
      const document = readDocument(item, mapping)
      return document ? withTraits(document, item) ?? [] : []
    })
    return { kind, documents, rejected: raw.length - documents.length }
  })
  const result = {
    company,
    documents: indexes.reduce((sum, { documents }) => sum + documents.length, 0),
    rejected: indexes.reduce((sum, { rejected }) => sum + rejected, 0),
  }

  const hash = createHash('sha256').update(JSON.stringify([written, files])).digest('hex')
  const known = await store.run('getMeta', company, 'samples')
  if (known === hash) return { ...result, changed: false }
  // If this is interrupted from here on, the state is neither the old one nor the new one.
  if (known !== undefined) await store.run('setMeta', company, { key: 'samples', value: '' })
  await putProfile(store, company, JSON.parse(written))
  const left = (await store.run('indexKinds', company, null)).filter(kind => !Object.hasOwn(profile.indexes, kind))
  for (const { kind, documents } of [...indexes, ...left.map(kind => ({ kind, documents: [] }))]) {
    const before = await loadedBefore(store, company, kind, known !== undefined)
    const now = documents.map((document): Loaded => [document.id, hashOfDocument(profile.language, document)])
    const note = (loaded: Loaded[]) => store.run('setMeta', company, { key: `samples:${kind}`, value: JSON.stringify(loaded) })
    await note([...before, ...now])
    for (const some of slicesOf(documents, batch)) {
      await store.run('putDocuments', company, { index: kind, language: profile.language, documents: some })
    }
    await removeGone(store, company, kind, before, new Set(documents.map(({ id }) => id)))
    await note(now)
  }
  // Last, so that an interrupted load is repeated.
  await store.run('setMeta', company, { key: 'samples', value: hash })
  onChanged(company, (await getProfile(store, company)).version)
  return { ...result, changed: true }
}

/**
 * Returns the documents that the samples have written to an index; after an interrupted load, those that they may have written.
 * @param loaded true if they have been loaded before: an older release kept no list
 */
async function loadedBefore (store: Store, company: string, kind: string, loaded: boolean): Promise<Loaded[]> {
  const noted = await store.run('getMeta', company, `samples:${kind}`)
  if (noted !== undefined) return JSON.parse(noted) as Loaded[]
  return loaded ? await store.run('wholeDocuments', company, { index: kind }) : []
}

/** Removes documents that the files no longer contain, unless they have been replaced by an upload. */
async function removeGone (store: Store, company: string, index: string, before: Loaded[], keep: Set<string>): Promise<void> {
  for (const some of slicesOf(before.filter(([id]) => !keep.has(id)), documentsPerTask)) {
    const ids = await store.run('unchangedDocuments', company, { index, documents: some.map(([id, hash]) => ({ id, hash })) })
    let { hidden } = await store.run('hideDocuments', company, { index, ids })
    while (hidden.length > 0) hidden = await store.run('removeHidden', company, { documents: hidden })
    while (await store.run('countWords', company, null)) { /* in slices */ }
  }
}

function list (parsed: unknown): unknown[] {
  if (!Array.isArray(parsed)) throw new Error('it is not a list of documents')
  return parsed
}

function isObject (item: unknown): item is RawDocument {
  return typeof item === 'object' && item !== null
}

function named<T> (file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
}
