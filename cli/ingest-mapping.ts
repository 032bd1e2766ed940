// Asks the service how an index names its columns, so that a preview reads tables as an upload will.
import type { FieldMapping, Language } from '../src/types.ts'
import type { CommandIo } from './command-io.ts'
import type { IngestOptions } from './ingest-options.ts'
import { once, openService, ServiceError } from './service.ts'

/** What an upload to the index is read with. */
export interface IndexReading { mapping?: FieldMapping, language?: Language }

interface CompanyAnswer {
  language: Language
  indexes: string[]
  /** Shown to a key with the scope write. */
  profile?: { mapping: Record<string, { title: string | null, text: string[], url: string | null, fields: Record<string, string> }> }
}

/** A preview does not wait for a service that is away. */
const longestMs = 3000

/** Matches the files whose columns or keys the mapping names. */
const mapped = /\.(csv|tsv|tab|json|jsonl|ndjson|xlsx|xlsm|xltx|ods|ots)$/i

/** Returns how the index is read, and why its mapping is not known; nothing is asked when no file depends on it. */
export async function readIndex (
  { env }: CommandIo, { company, index, url }: IngestOptions, names: string[], signal: AbortSignal
): Promise<{ reading: IndexReading, guessed: string }> {
  if (!names.some(name => mapped.test(name))) return { reading: {}, guessed: '' }
  const ended = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
  const service = openService({ url, env, scope: 'write', patience: once, signal: ended })
  try {
    const { language, indexes, profile } = await service.ask<CompanyAnswer>('GET', `/v1/companies/${encodeURIComponent(company)}`)
    if (!indexes.includes(index)) return { reading: { language }, guessed: `the company has no index "${index}"` }
    const own = profile?.mapping[index]
    if (!own) return { reading: { language }, guessed: 'the key may not read it; it needs the scope write' }
    const { title, text, url: address, fields } = own
    return {
      reading: {
        language,
        mapping: {
          text, ...(title === null ? {} : { title }), ...(address === null ? {} : { url: address }),
          ...(Object.keys(fields).length > 0 ? { fields } : {}),
        },
      },
      guessed: '',
    }
  } catch (error) {
    signal.throwIfAborted()
    const isAway = !(error instanceof ServiceError) || error.status === 0
    return { reading: {}, guessed: isAway ? 'the service cannot be reached' : (error as Error).message }
  } finally {
    await service.close()
  }
}
