// What parts the columns of a table that is written as text.

const delimiters = [',', ';', '\t', '|']

/**
 * The delimiter by which the lines of a text have the same number of columns.
 * @returns null when there is none; `even` is the share of the lines that have that number
 */
export function delimiterOf (sample: string): { delimiter: string, columns: number, even: number } | null {
  const unquoted = sample.replace(/"(?:[^"]|"")*"/g, '')
  const lines = unquoted.split(/\r\n|\r|\n/).filter(line => line.trim() !== '')
  // The last line of a sample may be cut.
  if (lines.length > 2 && !/[\r\n]$/.test(sample)) lines.pop()
  const found = delimiters.map(delimiter => {
    const counts = lines.map(line => line.split(delimiter).length)
    const columns = counts[0] ?? 1
    return { delimiter, columns, even: counts.filter(count => count === columns).length / Math.max(1, lines.length) }
  }).filter(({ columns }) => columns > 1)
  return found.sort((a, b) => b.even - a.even || b.columns - a.columns)[0] ?? null
}
