// What is known of each company's indexes: uid, mapping, embedder, size, version; read when needed, refreshed while it is used.
import { setTimeout } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { unlessAborted } from '../../abort.ts'
import { coded } from '../../errors.ts'
import type { CompanyProfile, FieldMapping } from '../../types.ts'
import type { RawDocument } from '../engine.ts'
import { guessedFrom, isComplete, mappingOf } from '../mapping.ts'
import { MeiliError, failureKind, type MeiliClient } from './client.ts'
import type { TenantTokens } from './tenant-tokens.ts'

export interface IndexInfo {
  kind: string
  uid: string
  primaryKey: string
  mapping: FieldMapping
  /** The embedding model of its documents. */
  model: string
  /** The embedder whose vectors the service can search; null = by keywords only. */
  embedder: { name: string, dimensions: number } | null
  /** Embedders that are left alone, with the reason. */
  ignored: string[]
  documents: number
  version: string
}

export interface CompanyIndexes {
  indexes: IndexInfo[]
  /** Index kind → why it cannot be searched. */
  missing: Record<string, string>
  /** Changes with any document or setting of any of the indexes. */
  version: string
}

export interface Catalogue {
  /** What is known, at once when anything is; throws when nothing is and the server does not answer. */
  get (profile: CompanyProfile, signal: AbortSignal): CompanyIndexes | Promise<CompanyIndexes>
  /** Forgets a company: its documents have changed. */
  drop (company: string): void
  /** What the service's key may do beside searching; null = not known yet. */
  rights: { documents: boolean | null, indexes: boolean | null, settings: boolean | null }
  stats (): Record<string, unknown>
}

interface Known extends CompanyIndexes { profileVersion: string, readAt: number }

const maxCompanies = 10_000
/** How long a question waits for what has become old to be read again. */
const waitMs = 1000

export interface CatalogueOptions {
  client: MeiliClient
  tokens: TenantTokens
  apiKey: string
  /** The embedding model of indexes that name none. */
  defaultModel: string
  /** Age at which what is known is read again in the background. */
  refreshMs: number
  /** Age from which on a question waits for that, a moment at most. */
  staleMs: number
  timeoutMs: number
  /** Versions of a key that may not read any: they change by themselves after this long. */
  blindMs: number
  now?: () => number
}

export function createCatalogue ({ client, tokens, apiKey, defaultModel, refreshMs, staleMs, timeoutMs, blindMs, now = Date.now }: CatalogueOptions): Catalogue {
  const known = new LRUCache<string, Known>({ max: maxCompanies })
  const reading = new Map<string, Promise<Known>>()
  /** Index uid → the company that it belongs to; and what each company has claimed. */
  const owners = new Map<string, string>()
  const claims = new Map<string, string[]>()
  const rights: Catalogue['rights'] = { documents: null, indexes: null, settings: null }

  /** GET with the service's own key; null when the key lacks the right, which is remembered. */
  async function optional<T> (right: keyof typeof rights, path: string, signal: AbortSignal): Promise<T | null> {
    if (rights[right] === false) return null
    try {
      const result = await client.request<T>('GET', path, null, apiKey, signal)
      rights[right] = true
      return result
    } catch (error) {
      if (!(error instanceof MeiliError) || (error.status !== 403 && error.status !== 401)) throw error
      rights[right] = false
      return null
    }
  }

  async function readIndex (company: CompanyProfile, kind: string, token: string, signal: AbortSignal): Promise<IndexInfo> {
    const uid = uidOf(company, kind)
    const given = company.indexes[kind]!
    const [first, index, embedders] = await Promise.all([
      client.request<{ hits: RawDocument[], estimatedTotalHits: number }>('POST', `/indexes/${uid}/search`, JSON.stringify({ q: '', limit: isComplete(given) ? 1 : guessedFrom }), token, signal),
      optional<{ updatedAt: string, primaryKey: string | null }>('indexes', `/indexes/${uid}`, signal),
      optional<Record<string, { source?: string, dimensions?: number }>>('settings', `/indexes/${uid}/settings/embedders`, signal),
    ])
    if (rights.documents === null) await optional('documents', `/indexes/${uid}/documents?limit=0`, signal)
    const primaryKey = index?.primaryKey ?? guessPrimaryKey(first.hits)
    const own = Object.entries(embedders ?? {})
    const usable = own.filter(([, { source, dimensions }]) => source === 'userProvided' && dimensions !== undefined)
    // Meilisearch's usual name first; with the wrong size the search leaves it out.
    const [chosen] = usable.sort(([a], [b]) => Number(b === 'default') - Number(a === 'default'))
    return {
      kind,
      uid,
      primaryKey,
      mapping: mappingOf(given, first.hits, primaryKey),
      model: given.model ?? defaultModel,
      embedder: chosen ? { name: chosen[0], dimensions: chosen[1].dimensions! } : null,
      ignored: own.filter(entry => entry !== chosen).map(([name, { source }]) => source === 'userProvided' ? `${name}: another one is used` : `${name}: its source is ${source}`),
      documents: first.estimatedTotalHits,
      version: index?.updatedAt ?? `${first.estimatedTotalHits} ${Math.floor(now() / blindMs)}`,
    }
  }

  async function read (company: CompanyProfile): Promise<Known> {
    claim(company)
    const signal = AbortSignal.timeout(timeoutMs)
    const kinds = Object.keys(company.indexes)
    const token = await tokens.for(kinds.map(kind => uidOf(company, kind)))
    const missing: Record<string, string> = {}
    const failures: unknown[] = []
    const read = await Promise.all(kinds.map(async kind => {
      try {
        return await readIndex(company, kind, token, signal)
      } catch (error) {
        missing[kind] = failureKind(error)
        // No index that was never made, or that the key may not see, but the server's trouble.
        if (!(error instanceof MeiliError) || error.status >= 500 || error.status === 429) failures.push(error)
        return null
      }
    }))
    const indexes = read.filter(index => index !== null)
    if (indexes.length === 0 && failures.length > 0) throw failures[0]
    return {
      indexes, missing, profileVersion: company.version,
      // What the server's trouble kept back is asked for again by the next question.
      readAt: failures.length > 0 ? -Infinity : now(),
      version: [...indexes.map(({ uid, version }) => `${uid} ${version}`), ...Object.keys(missing)].join('\n'),
    }
  }

  /** One index never serves two companies. Throws INDEX_TAKEN. */
  function claim (company: CompanyProfile): void {
    const uids = Object.keys(company.indexes).map(kind => uidOf(company, kind))
    for (const uid of uids) {
      const owner = owners.get(uid) ?? company.id
      const [prefix] = uid.split('__')
      if (owner !== company.id || (uid.includes('__') && prefix !== company.id)) throw coded('INDEX_TAKEN', `Index ${uid}.`)
    }
    for (const uid of claims.get(company.id) ?? []) owners.delete(uid)
    claims.set(company.id, uids)
    for (const uid of uids) owners.set(uid, company.id)
  }

  /** One read at a time per company; a drop in the meantime makes its result one for its waiters only. */
  function refresh (company: CompanyProfile): Promise<Known> {
    const running = reading.get(company.id)
    if (running) return running
    const started: Promise<Known> = read(company).then(found => {
      const old = known.get(company.id)
      // Half of it, while the server is in trouble, is no better than what was known.
      if (found.readAt === -Infinity && old?.profileVersion === found.profileVersion && old.readAt !== -Infinity) return old
      if (reading.get(company.id) === started) known.set(company.id, found)
      return found
    }).finally(() => { if (reading.get(company.id) === started) reading.delete(company.id) })
    reading.set(company.id, started)
    return started
  }

  return {
    rights,
    get (profile, signal) {
      const found = known.get(profile.id)
      if (!found || found.profileVersion !== profile.version) return unlessAborted(refresh(profile), signal)
      const age = now() - found.readAt
      if (age < refreshMs) return found
      // What is known serves on while it is read again; a failure of that is met by the searches themselves.
      const again = refresh(profile).catch(() => found)
      // Nobody has asked for a while: cached answers may be older than they may be, so this question waits a moment.
      return age < staleMs || age === Infinity ? found : unlessAborted(Promise.race([again, setTimeout(waitMs, found, { ref: false })]), signal)
    },
    drop (company) {
      known.delete(company)
      reading.delete(company)
    },
    stats () {
      const left: Record<string, string[]> = {}
      const missing: Record<string, string> = {}
      for (const [id, company] of known) {
        for (const { uid, ignored } of company.indexes) if (ignored.length > 0) left[uid] = ignored
        for (const [kind, reason] of Object.entries(company.missing)) missing[`${id}/${kind}`] = reason
      }
      return { companies: known.size, rights, missing_indexes: missing, embedders_left_alone: left }
    },
  }
}

/** `<company>__<kind>`, unless the company's profile names another. */
export function uidOf (company: CompanyProfile, kind: string): string {
  return company.indexes[kind]!.uid ?? `${company.id}__${kind}`
}

/** What Meilisearch itself would take: a key that ends in "id". */
function guessPrimaryKey ([first]: RawDocument[]): string {
  const keys = Object.keys(first ?? {})
  return keys.find(key => key.toLowerCase() === 'id') ?? keys.find(key => key.toLowerCase().endsWith('id')) ?? 'id'
}
