/** Cuts a list into slices of `length`; the last one may be shorter. */
export function slicesOf<T> (list: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length))
}
