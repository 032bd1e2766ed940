// Tells the other instances that a company was deleted, also those that are away: each has a memory and files of its own.
import { randomUUID } from 'node:crypto'
import type { HandledDeletions } from './handled-deletions.ts'
import type { News } from './news.ts'
import type { Notes } from './notes.ts'

export interface Deletions {
  /** Tells of a deletion, which this instance has carried out. Never rejects. */
  tell (company: string): Promise<void>
  /** Erases what is left here of companies that were deleted while this instance was away. Never rejects. */
  catchUp (): Promise<void>
  close (): void
}

export interface DeletionsOptions {
  news: News
  /** The deleted companies, each with the name of its last deletion; null for an instance that is alone. */
  notes: Notes | null
  handled: HandledDeletions
  /** Tells whether a company exists, again. Throws when that cannot be read. */
  exists (company: string): Promise<boolean>
  /** Erases what this instance has of a company. Returns false when some of it, which it has reported, is left. */
  erase (company: string): Promise<boolean>
  onError (company: string, error: unknown): void
}

/** The notes are of no company. */
const ofAll = ''

export function createDeletions ({ news, notes, handled, exists, erase, onError }: DeletionsOptions): Deletions {
  /** @param naming gives the name of the deletion, where it is known: it is remembered once nothing is left */
  async function eraseOne (company: string, naming: Promise<string | null> | undefined): Promise<void> {
    try {
      const isErased = await erase(company)
      const deletion = await naming
      if (isErased && deletion) await handled.add(company, deletion)
    } catch (error) {
      onError(company, error)
    }
  }

  async function catchUp (): Promise<void> {
    const companies = (await notes?.list(ofAll) ?? []).map(({ id }) => id)
    for (const company of companies) {
      // One whose profile cannot be read now is left for the next time.
      const isThere = await exists(company).catch(() => null)
      if (isThere === null) continue
      const deletion = await notes!.read(ofAll, company)
      // What is here of one that exists again is its own, unless this instance was away since before it was deleted.
      const isOld = !isThere || (deletion && !await handled.has(company, deletion))
      if (isOld) await eraseOne(company, Promise.resolve(deletion))
      else if (deletion) await handled.add(company, deletion)
    }
    await handled.keepOnly(companies)
  }

  news.on('erased', async company => {
    if (company === null) await catchUp()
    else await eraseOne(company, notes?.read(ofAll, company))
  })

  return {
    async tell (company) {
      const deletion = randomUUID()
      if (notes) await handled.add(company, deletion)
      await notes?.write(ofAll, { id: company, isFinal: true }, deletion)
      news.tell('erased', company)
    },
    catchUp,
    close: () => notes?.close(),
  }
}
