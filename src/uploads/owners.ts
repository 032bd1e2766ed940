// Says which process an upload belongs to: several can share a data directory, and take over only what a dead one has left.
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFile } from '../async/file-lock.ts'

export interface Owners {
  /** The name of this process in the uploads that are its own. */
  readonly id: string
  /** Shows that this process lives, from now until `close`. Call it before anything bears its name. Throws a STORE_* error. */
  announce (): void
  /**
   * Runs `work`, which may take over uploads. For each owner whose process is gone, `isGone` returns true here and, until
   * `work` has ended, in no other process.
   * @param isGone undefined: of an upload that bears no name, as older releases left them
   */
  takeOver<T> (work: (isGone: (owner: string | undefined) => boolean) => Promise<T>): Promise<T>
  close (): Promise<void>
}

const fresh = '.new'
const nameless = 'nobody'

/** @param dir a folder for one lock per process */
export function createOwners (dir: string): Owners {
  const id = randomBytes(8).toString('hex')
  let unlock: (() => void) | null = null

  function announce (): void {
    if (unlock) return
    mkdirSync(dir, { recursive: true })
    // Under its name only once it is locked: an unlocked lock is that of a dead process.
    unlock = lockFile(join(dir, id + fresh))
    renameSync(join(dir, id + fresh), join(dir, id))
  }

  return {
    id,
    announce,
    async takeOver (work) {
      announce()
      const held = new Map<string, (() => void) | null>()
      const isGone = (owner = nameless) => {
        if (owner === id) return false
        if (!held.has(owner)) held.set(owner, lockFile(join(dir, owner)))
        return held.get(owner) !== null
      }
      try {
        const result = await work(isGone)
        for (const name of await readdir(dir)) if (/^[0-9a-f]+$/.test(name)) isGone(name)
        return result
      } finally {
        for (const [owner, release] of held) {
          if (!release) continue
          await rm(join(dir, owner), { force: true })
          release()
        }
      }
    },
    async close () {
      if (!unlock) return
      // What is left bears its name, and the next start finds nobody there.
      await rm(join(dir, id), { force: true })
      unlock()
      unlock = null
    },
  }
}
