// Tells the other instances that a company was deleted, also those that are away: each has a memory and files of its own.
import type { News } from './news.ts'
import type { Notes } from './notes.ts'

export interface Deletions {
  /** Tells of a deletion. Never rejects. */
  tell (company: string): Promise<void>
  /** Erases what is left here of companies that were deleted while this instance was away. Never rejects. */
  catchUp (): Promise<void>
  close (): void
}

export interface DeletionsOptions {
  news: News
  /** The deleted companies; null for an instance that is alone. */
  notes: Notes | null
  /** Tells whether a company exists, again. Throws when that cannot be read. */
  exists (company: string): Promise<boolean>
  /** Erases what this instance has of a company. */
  erase (company: string): Promise<void>
  onError (company: string, error: unknown): void
}

/** The notes are of no company. */
const ofAll = ''

export function createDeletions ({ news, notes, exists, erase, onError }: DeletionsOptions): Deletions {
  const eraseOne = (company: string) => erase(company).catch(error => { onError(company, error) })

  async function catchUp (): Promise<void> {
    for (const { id: company } of await notes?.list(ofAll) ?? []) {
      // One whose profile cannot be read now is left for the next time.
      if (!await exists(company).catch(() => true)) await eraseOne(company)
    }
  }

  news.on('erased', company => {
    if (company === null) catchUp()
    else eraseOne(company)
  })

  return {
    async tell (company) {
      await notes?.write(ofAll, { id: company, isFinal: true }, '')
      news.tell('erased', company)
    },
    catchUp,
    close: () => notes?.close(),
  }
}
