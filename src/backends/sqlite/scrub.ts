// Removes what deleted rows have left in a company's file and its log: in a thread of its own, since it reads and writes all of it.
import { join } from 'node:path'
import { Piscina } from 'piscina'
import { coded } from '../../errors.ts'

export interface Scrubber {
  /** Rewrites a company's file without anything deleted. Throws STORE_FULL or SEARCH_UNAVAILABLE when it cannot for now. */
  scrub (company: string): Promise<void>
  close (): Promise<void>
}

/** The thread ends after this time without work. */
const idleMs = 5000

/** Creates the scrubber; its thread starts with the first work. @param dataDir that of the store */
export function createScrubber ({ dataDir }: { dataDir: string }): Scrubber {
  const pool = new Piscina<string, { code: 'STORE_FULL' | 'SEARCH_UNAVAILABLE', cause: string } | null>({
    filename: new URL('./scrub-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
  })
  return {
    async scrub (company) {
      const failed = await pool.run(join(dataDir, 'companies', `${company}.sqlite`))
      if (failed) throw coded(failed.code, undefined, new Error(failed.cause))
    },
    close: () => pool.close(),
  }
}
