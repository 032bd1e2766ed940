// Reads and writes conversations in the company's file.
import { readTurn } from '../../../conversations/encode-turn.ts'
import { comparedTurns, findRepeated, replaces } from '../../../conversations/repeated-turns.ts'
import type { CompanyFile } from '../file.ts'

/** Turns to write, the oldest first: the user, the conversation's id, when it was asked for, and the turn as JSON; of the next one … */
export type FlatTurns = (string | number)[]

/** The turns of one conversation to write, the oldest first. */
interface Writing {
  user: string
  id: string
  turns: { at: number, turn: string }[]
}

/** A conversation as stored in the file. */
export interface Written {
  createdAt: number
  updatedAt: number
  digest: string
  summarizedTurns: number
  turns: [n: number, turn: string][]
}

interface Row {
  n: number
  created_at: number
  updated_at: number
  digest: string
  condensed: number
  next: number
}

/** One in this many new conversations checks whether there are too many, because counting reads all of them. */
const countedEvery = 100
const firstConversation = 'SELECT n FROM conversations ORDER BY n LIMIT 1'

export const tasks = {
  /** Writes all of them in one transaction. @param maxConversations beyond it, the least recently used ones are deleted */
  appendTurns (
    file: CompanyFile | null,
    { turns, ttlMs, maxTurns, maxConversations }: { turns: FlatTurns; ttlMs: number; maxTurns: number; maxConversations: number }
  ): void {
    file!.transaction(() => {
      for (const writing of writingsOf(turns)) append(file!, writing, ttlMs, maxTurns, maxConversations)
    })
  },

  getConversation (file: CompanyFile | null, { user, id, after }: { user: string; id: string; after: number }): Written | null {
    const row = file && find(file, user, id)
    if (!row || row.updated_at <= after) return null
    const turns = file.rows('SELECT n, turn FROM turns WHERE conversation = ? ORDER BY n').all(row.n) as unknown as Written['turns']
    return { createdAt: row.created_at, updatedAt: row.updated_at, digest: row.digest, summarizedTurns: row.condensed, turns }
  },

  storeDigest (
    file: CompanyFile | null,
    {
      user,
      id,
      createdAt,
      after,
      through,
      digest,
    }: { user: string; id: string; createdAt: number; after: number; through: number; digest: string }
  ): void {
    file?.transaction(() => {
      const row = find(file, user, id)
      if (!row || row.updated_at <= after || row.created_at !== createdAt) return
      const summarizedTurns = Math.min(through + 1, row.next)
      if (summarizedTurns <= row.condensed) return
      file.sql('DELETE FROM turns WHERE conversation = ? AND n < ?').run(row.n, summarizedTurns)
      file.sql('UPDATE conversations SET digest = ?, condensed = ? WHERE n = ?').run(digest, summarizedTurns, row.n)
    })
  },

  deleteConversation (file: CompanyFile | null, { user, id, after }: { user: string; id: string; after: number }): boolean {
    return (
      file?.transaction(() => {
        const row = find(file, user, id)
        if (!row) return false
        remove(file, row.n)
        return row.updated_at > after
      }) ?? false
    )
  },

  /** Deletes conversations of a user, or of all users, `limit` at most. @returns the number deleted */
  eraseConversations (file: CompanyFile | null, { user, limit }: { user: string | null; limit: number }): number {
    const own = (file?.rows('SELECT n FROM conversations WHERE ? IS NULL OR user = ? LIMIT ?').all(user, user, limit) ??
      []) as unknown as [number][]
    if (own.length > 0) file!.transaction(() => { for (const [n] of own) remove(file!, n) })
    return own.length
  },

  /** Returns the ids of a user's conversations after `after`, in the order of ids, `limit` at most. */
  conversationIds (file: CompanyFile | null, { user, after, limit }: { user: string; after: string; limit: number }): string[] {
    const rows = file?.rows('SELECT id FROM conversations WHERE user = ? AND id > ? ORDER BY id LIMIT ?').all(user, after, limit) ?? []
    return (rows as unknown as [string][]).map(([id]) => id)
  },

  /** Deletes conversations that have not been used since `after`, `limit` at most. @returns the number deleted */
  expireConversations (file: CompanyFile | null, { after, limit }: { after: number; limit: number }): number {
    const expired = file
      ?.rows('SELECT n FROM conversations WHERE updated_at <= ? ORDER BY updated_at LIMIT ?')
      .all(after, limit) as unknown as [number][] | undefined
    if (!expired?.length) return 0
    return file!.transaction(() => {
      for (const [n] of expired) remove(file!, n)
      return expired.length
    })
  },
}

/** Groups turns by conversation, in order. */
function writingsOf (turns: FlatTurns): Iterable<Writing> {
  const writings = new Map<string, Writing>()
  for (let i = 0; i < turns.length; i += 4) {
    const [user, id, at, turn] = turns.slice(i, i + 4) as [string, string, number, string]
    const name = `${id.length} ${id}${user}`
    const known = writings.get(name)
    if (known) known.turns.push({ at, turn })
    else writings.set(name, { user, id, turns: [{ at, turn }] })
  }
  return writings.values()
}

function append (file: CompanyFile, { user, id, turns }: Writing, ttlMs: number, maxTurns: number, maxConversations: number): void {
  // The first turn of a conversation, as most are: there is nothing to look up, and nothing that it could repeat.
  if (turns.length === 1) {
    const begun = begin(file, user, id, turns[0]!.at, maxConversations, 1)
    if (begun) {
      file.sql('INSERT INTO turns VALUES (?, 0, ?)').run(begun.n, turns[0]!.turn)
      return
    }
  }
  let row = find(file, user, id)
  for (const { at, turn } of turns) {
    if (row && row.updated_at <= at - ttlMs) {
      remove(file, row.n)
      row = undefined
    }
    row ??= begin(file, user, id, at, maxConversations)!
    add(file, row, turn)
    row.updated_at = at
  }
  if (!row) return
  file.sql('UPDATE conversations SET updated_at = ?, next = ? WHERE n = ?').run(row.updated_at, row.next, row.n)
  if (row.next > 2 * maxTurns) file.sql('DELETE FROM turns WHERE conversation = ? AND n < ?').run(row.n, row.next - 2 * maxTurns)
}

/** Adds a turn, or puts it in the place of the one that the same request made before. */
function add (file: CompanyFile, row: Row, turn: string): void {
  const last = file.rows('SELECT n, turn FROM turns WHERE conversation = ? ORDER BY n DESC LIMIT ?')
    .all(row.n, comparedTurns) as unknown as [number, string][]
  const added = readTurn(row.next, turn)
  const before = findRepeated(last.toReversed().map(([n, written]) => readTurn(n, written)), row.updated_at, added)
  if (!before) file.sql('INSERT INTO turns VALUES (?, ?, ?)').run(row.n, row.next++, turn)
  else if (replaces(added, before)) file.sql('UPDATE turns SET turn = ? WHERE conversation = ? AND n = ?').run(turn, row.n, before.n)
}

function find (file: CompanyFile, user: string, id: string): Row | undefined {
  return file
    .sql('SELECT n, created_at, updated_at, digest, condensed, next FROM conversations WHERE user = ? AND id = ?')
    .get(user, id) as Row | undefined
}

/** Adds a conversation; returns null when there is one. */
function begin (file: CompanyFile, user: string, id: string, at: number, maxConversations: number, next = 0): Row | null {
  const { changes, lastInsertRowid } = file
    .sql('INSERT INTO conversations (user, id, created_at, updated_at, next) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .run(user, id, at, at, next)
  if (changes === 0) return null
  const n = Number(lastInsertRowid)
  // There are at most as many as numbers from the first one to this one.
  if (n % countedEvery === 0 && n - (file.rows(firstConversation).get() as unknown as [number])[0] >= maxConversations) {
    const over = file
      .rows('SELECT n FROM conversations ORDER BY updated_at DESC LIMIT ? OFFSET ?')
      .all(2 * countedEvery, maxConversations) as unknown as [number][]
    for (const [old] of over) if (old !== n) remove(file, old)
  }
  return { n, created_at: at, updated_at: at, digest: '', condensed: 0, next }
}

function remove (file: CompanyFile, n: number): void {
  file.sql('DELETE FROM turns WHERE conversation = ?').run(n)
  file.sql('DELETE FROM conversations WHERE n = ?').run(n)
}
