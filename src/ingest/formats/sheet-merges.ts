// Puts the value of a merged cell into all rows and columns that it covers.
import type { TableLine } from './table-rows.ts'

/** A merged cell, with rows and columns from 0; `bottom` and `right` belong to it. */
export interface Merge { top: number, left: number, bottom: number, right: number }

/** Others that begin while so many cells hang down are not merged. */
const maxHanging = 1000

export interface Merges {
  /** Adds a cell, before its first row is filled. */
  add (merge: Merge): void
  /** Returns the line of a row; null when nothing stands in the row itself. Rows must come in order. */
  fill (row: number, cells: string[]): TableLine | null
}

export function createMerges (): Merges {
  const waiting: Merge[] = []
  let hanging: (Merge & { value: string })[] = []
  let isSorted = true

  return {
    add (merge) {
      if (merge.bottom < merge.top || merge.right < merge.left || (merge.bottom === merge.top && merge.right === merge.left)) return
      waiting.push(merge)
      isSorted = false
    },

    fill (row, cells) {
      if (!isSorted) {
        waiting.sort((a, b) => b.top - a.top)
        isSorted = true
      }
      hanging = hanging.filter(({ bottom }) => bottom >= row)
      for (let last = waiting.at(-1); last && last.top <= row; last = waiting.at(-1)) {
        waiting.pop()
        const value = last.top === row ? cells[last.left] ?? '' : ''
        if (value !== '' && hanging.length < maxHanging) hanging.push({ ...last, value })
      }
      const own = cells.some((cell, column) => cell !== '' && !hanging.some(({ top, left, right }) => top < row && column >= left &&
        column <= right))
      if (!own) return null
      if (hanging.length === 0) return { cells }
      const first = [...cells]
      const whole = [...cells]
      for (const { left, right, value } of hanging) {
        put(first, left, value)
        for (let column = left; column <= right; column++) put(whole, column, value)
      }
      return { cells: first, whole }
    },
  }
}

function put (cells: string[], column: number, value: string): void {
  while (cells.length <= column) cells.push('')
  cells[column] = value
}
