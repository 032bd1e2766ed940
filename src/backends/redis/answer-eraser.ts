// Erases the answers of a company or of a user: in Redis, and in every instance that keeps copies of them.
import type { ReadableLog } from '../../answers/log.ts'
import { isOfSubject } from '../../answers/local.ts'
import { sleep } from '../../async/signals.ts'
import { hashOfUser } from '../../ids.ts'
import type { Subject } from '../../types.ts'
import * as scripts from './answer-scripts.ts'
import type { Redis } from './connection.ts'
import { scanKeys } from './scan.ts'

export interface Eraser {
  /** Throws when Redis does not answer, or when an answer does not end. */
  erase (subject: Subject): Promise<number>
  /** Reads what another instance has erased. */
  onMessage (text: string): void
}

/** What an instance is told: the company, a user's hash ('' = all of them), and answers of it. */
interface Erased { company: string, user: string, ids: string[] }

export interface EraserOptions {
  redis: Redis
  instance: string
  forget (matches: (log: ReadableLog) => boolean): Promise<string[]>
  /** Tells whether Redis has all of an answer that was made here. */
  isWritten (answerId: string): boolean
}

/** The pauses between looks at answers that are ending, and how many there are. */
const pauseMs = 50
const maxPauses = 100

export function createEraser ({ redis, instance, forget, isWritten }: EraserOptions): Eraser {
  const forgetHere = ({ company, user, ids }: Erased) => {
    // The copy of an answer that another instance made does not say who asked for it.
    const known = new Set(ids)
    return forget(log => isOfSubject(log, company, user === '' ? null : user) || (log.company === company && known.has(log.id)))
  }

  /** Deletes what has ended. Returns the ids, and how many answers still run. */
  async function sweep (company: string, user: string): Promise<{ deleted: string[], running: number }> {
    const message = JSON.stringify({ company, user, ids: [] } satisfies Erased)
    const found = { deleted: [] as string[], running: 0 }
    for await (const ids of scanKeys(redis, 'm:')) {
      const args = [redis.prefix, instance, company, user, message, ...ids]
      const [deleted, running] = await redis.run<[string[], number]>(scripts.erase, [], args)
      found.deleted.push(...deleted)
      found.running += running
    }
    return found
  }

  return {
    async erase ({ company, user: name }) {
      const user = name === undefined ? '' : hashOfUser(company, name)
      const ids = new Set(await forgetHere({ company, user, ids: [] }))
      for (let pauses = 0; ; pauses++) {
        const { deleted, running } = await sweep(company, user)
        for (const id of deleted) ids.add(id)
        if (running === 0 && [...ids].every(isWritten)) break
        if (pauses === maxPauses) throw new Error('an answer does not end')
        await sleep(pauseMs)
      }
      const message = JSON.stringify({ company, user, ids: [...ids] } satisfies Erased)
      for await (const instances of scanKeys(redis, 'i:')) {
        for (const other of instances) {
          if (other !== instance) await redis.send(['XADD', `${redis.prefix}i:${other}`, 'NOMKSTREAM', '*', 'erase', message])
        }
      }
      await forgetHere({ company, user, ids: [...ids] })
      return ids.size
    },
    onMessage (text) {
      forgetHere(JSON.parse(text) as Erased).catch(() => {})
    },
  }
}
