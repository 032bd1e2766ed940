// Turns the text of rotated pages upright: what is drawn in one direction is read as a page of its own.
import type { TextItem } from './pdf-lines.ts'

const right = 90

/**
 * Returns the items by the direction in which they are written, each with positions as if it were written from left to right. The
 * direction with the most letters comes first: the others stand in its margins.
 */
export function uprightItems (items: TextItem[]): TextItem[][] {
  const byTurn = Map.groupBy(items, turnOf)
  if (byTurn.size < 2 && (byTurn.keys().next().value ?? 0) === 0) return [items]
  // An item without letters has no direction of its own.
  const letters = (own: TextItem[]) => own.reduce((sum, { str }) => sum + str.trim().length, 0)
  return [...byTurn].map(([turn, own]) => own.map(item => turned(item, turn))).sort((a, b) => letters(b) - letters(a))
}

/** Returns how far an item is turned to the left, in right angles; slanted text counts as the nearest one. */
function turnOf ({ transform: [a = 1, b = 0] }: TextItem): number {
  return (Math.round(Math.atan2(b, a) * 180 / Math.PI / right) + 4) % 4
}

function turned (item: TextItem, turn: number): TextItem {
  if (turn === 0) return item
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = item.transform
  const size = Math.hypot(a, b)
  const height = Math.hypot(c, d)
  const [across, up] = [[x, y], [y, -x], [-x, -y], [-y, x]][turn] as [number, number]
  return { ...item, transform: [size, 0, 0, height, across, up] }
}
