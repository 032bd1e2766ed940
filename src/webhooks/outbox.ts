// Remembers what is to be told of beyond the life of the process: by ids alone, so that it holds nothing of what was said.
import { createInTurn } from '../async/in-turn.ts'

export interface Outbox {
  /**
   * Returns what was noted for these companies before this start and not told, once: called again, it reads those that could not
   * be read. Nothing is written before the first call. Never rejects.
   */
  begin (companies: readonly string[]): Promise<{ company: string, id: string }[]>
  /** Tells whether `begin` has returned all that was noted, as far as is known. */
  isWhole (): boolean
  /** Notes that something is to be told of; not beyond the most of a company. */
  add (company: string, id: string): void
  /** Forgets one that was told: each time that it was added. */
  told (company: string, id: string): void
  /** Resolves when all is written. */
  settled (): Promise<void>
}

export interface OutboxOptions {
  read (company: string): Promise<string | undefined>
  write (company: string, ids: string): Promise<void>
  /** Called when it cannot be read or written: what a killed process had to tell is lost. */
  onError (error: unknown, company: string): void
}

/** The most of a company. */
const maxNoted = 1000

export function createOutbox ({ read: readNotes, write, onError }: OutboxOptions): Outbox {
  /** How often each is still to be told of. */
  const noted = new Map<string, Map<string, number>>()
  const begun = Promise.withResolvers<void>()
  const inTurn = createInTurn()
  let saving: Promise<unknown> = Promise.resolve()
  /** Companies whose notes have been read. Nothing is written over those of others. */
  const known = new Set<string>()
  /** Those that could not be read. */
  const unread = new Set<string>()
  /** What was read, until `begin` returns it. */
  const read: { company: string, id: string }[] = []
  let hasBegun = false

  function change (company: string, id: string, by: 1 | -1): void {
    const ids = noted.get(company) ?? new Map<string, number>()
    const times = (ids.get(id) ?? 0) + by
    if (times > 0) ids.set(id, times)
    else ids.delete(id)
    if (ids.size > 0) noted.set(company, ids)
    else noted.delete(company)
  }

  async function load (company: string): Promise<void> {
    if (known.has(company)) return
    const text = await readNotes(company)
    known.add(company)
    let ids: string[] = []
    try {
      ids = JSON.parse(text ?? '[]')
    } catch (error) {
      onError(error, company)
    }
    for (const id of ids) {
      change(company, id, 1)
      read.push({ company, id })
    }
  }

  function save (company: string): void {
    const saved = inTurn(company, async () => {
      await begun.promise
      await load(company)
      await write(company, JSON.stringify([...noted.get(company)?.keys() ?? []]))
    }).catch(error => onError(error, company))
    saving = Promise.all([saving, saved])
  }

  return {
    async begin (companies) {
      unread.clear()
      for (const company of companies) {
        // What is to be written waits for the first call, and must not be waited for by it.
        await (hasBegun ? inTurn(company, () => load(company)) : load(company)).catch(error => {
          unread.add(company)
          onError(error, company)
        })
      }
      hasBegun = true
      begun.resolve()
      return read.splice(0)
    },
    isWhole: () => hasBegun && unread.size + read.length === 0,
    add (company, id) {
      if ((noted.get(company)?.size ?? 0) >= maxNoted) return
      change(company, id, 1)
      save(company)
    },
    told (company, id) {
      if (!noted.get(company)?.has(id)) return
      change(company, id, -1)
      if (!noted.get(company)?.has(id)) save(company)
    },
    async settled () {
      begun.resolve()
      await saving
    },
  }
}
