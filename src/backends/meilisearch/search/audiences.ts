// Finds out which of a person's names any document of a company has in its access list.
import { createDeadline } from '../../../async/signals.ts'
import { asCoded, coded } from '../../../errors.ts'
import type { SearchEngine } from '../../../search/engine.ts'
import type { CompanyProfile } from '../../../types.ts'
import { ofName } from '../traits.ts'
import type { Catalogue, CompanyIndexes } from './catalogue.ts'
import type { Fanout } from './fanout.ts'
import { countSearches } from './queries.ts'
import type { TenantTokens } from './tenant-tokens.ts'

/** The catalogue bounds its reading itself. */
const unbounded = new AbortController().signal

/** Creates the engine's `audience`. What it finds is cached as other searches are, until the index changes. */
export function createAudiences ({ catalogue, tokens, fanout, timeoutMs }: {
  catalogue: Catalogue, tokens: TenantTokens, fanout: Fanout, timeoutMs: number
}): SearchEngine['audience'] {
  async function named (company: CompanyProfile, names: readonly string[], { indexes }: CompanyIndexes): Promise<string[] | null> {
    const restricted = indexes.filter(({ isRestricted }) => isRestricted)
    if (restricted.length === 0) return null
    const deadline = createDeadline(timeoutMs, unbounded)
    try {
      const run = fanout.open(await tokens.for(restricted.map(({ uid }) => uid)), deadline.signal)
      const searches = names.flatMap(name => countSearches(company, restricted.map(index => ({ ...index, filter: ofName(name) }))))
      const { hits, failures } = await run(searches)
      if (hits.includes(null)) throw coded('SEARCH_UNAVAILABLE', `Who may see what: ${Object.keys(failures).join('; ')}`)
      return names.filter((_, i) => hits.slice(i * restricted.length, (i + 1) * restricted.length).some(found => found!.total > 0)).sort()
    } finally {
      deadline.clear()
    }
  }

  async function read (company: CompanyProfile, names: readonly string[], found: Promise<CompanyIndexes>): Promise<string[] | null> {
    // Without the indexes nothing can be found: the search says so, and a kept answer may do without it.
    const known = await found.catch(() => null)
    try {
      return known && await named(company, names, known)
    } catch (error) {
      throw asCoded(error, 'SEARCH_UNAVAILABLE')
    }
  }

  return (company, names) => {
    const found = catalogue.get(company, unbounded)
    if (found instanceof Promise) return read(company, names, found)
    return found.indexes.some(({ isRestricted }) => isRestricted) ? read(company, names, Promise.resolve(found)) : null
  }
}
