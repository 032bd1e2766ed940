// Keeps companies' vectors in memory: those of the companies that were asked last.
import type { BitIndex } from './bit-index.ts'

export interface KeptIndex {
  index: BitIndex
  /** The size from which on it is made anew. */
  renewFrom: number
}

export interface VectorMemory {
  readonly maxBytes: number
  /** Returns the index of a table, and notes that its company was asked. @param owner the company's open file */
  get (owner: object, table: string): KeptIndex | undefined
  /** Keeps an index that is new or has grown, and lets go of those of other companies that there is no more room for. */
  set (owner: object, table: string, kept: KeptIndex): void
  /** Forgets a file that is closed. */
  forget (owner: object): void
}

/** @param maxBytes for all companies together; the one that is asked keeps its own, however large they are */
export function createVectorMemory (maxBytes: number): VectorMemory {
  /** In the order of their last use. */
  const owners = new Map<object, Map<string, KeptIndex>>()

  function use (owner: object): Map<string, KeptIndex> {
    const tables = owners.get(owner) ?? new Map<string, KeptIndex>()
    owners.delete(owner)
    owners.set(owner, tables)
    return tables
  }

  return {
    maxBytes,
    get: (owner, table) => owners.has(owner) ? use(owner).get(table) : undefined,
    set (owner, table, kept) {
      use(owner).set(table, kept)
      let bytes = [...owners.values()].reduce((sum, tables) => sum + sizeOf(tables), 0)
      for (const [other, tables] of owners) {
        if (bytes <= maxBytes || other === owner) return
        bytes -= sizeOf(tables)
        owners.delete(other)
      }
    },
    forget (owner) {
      owners.delete(owner)
    },
  }
}

function sizeOf (tables: Map<string, KeptIndex>): number {
  return [...tables.values()].reduce((sum, { index }) => sum + index.bytes, 0)
}
