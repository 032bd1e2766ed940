// Finds the delimiter of a table in plain text.

/** Delimiters to try, the most certain first. */
const delimiters = ['\t', '|', ';', ','] as const
export type Delimiter = typeof delimiters[number]

/** Splits a line at a delimiter, outside of quotes. The cells keep their quotes: joined by the delimiter they are the line again. */
export function cellsOf (line: string, delimiter: Delimiter): string[] {
  const cells: string[] = []
  let start = 0
  let quoted = false
  for (let i = 0; i <= line.length; i++) {
    if (line[i] === '"') quoted = !quoted
    if (i === line.length || (line[i] === delimiter && !quoted)) {
      cells.push(line.slice(start, i))
      start = i + 1
    }
  }
  return cells
}

/**
 * Guesses the delimiter of a text from its first lines: the one that gives most of them as many columns as the first.
 * @param sample may end in the middle of a line
 * @returns null when no line has two columns; `even` is the share of the lines that have that number of columns
 */
export function guessDelimiter (sample: string): { delimiter: Delimiter, columns: number, even: number } | null {
  const unquoted = sample.replace(/"(?:[^"]|"")*"/g, '')
  const lines = unquoted.split(/\r\n|\r|\n/).filter(line => line.trim() !== '')
  if (lines.length > 2 && !/[\r\n]$/.test(sample)) lines.pop()
  const found = delimiters.map(delimiter => {
    const counts = lines.map(line => line.split(delimiter).length)
    const columns = counts[0] ?? 1
    return { delimiter, columns, even: counts.filter(count => count === columns).length / Math.max(1, lines.length) }
  }).filter(({ columns }) => columns > 1)
  return found.sort((a, b) => b.even - a.even || b.columns - a.columns)[0] ?? null
}

/**
 * Returns the delimiter that gives most lines of a table the same number of columns, whatever its first lines are; null when they
 * have one column.
 */
export function usualDelimiter (sample: string): Delimiter | null {
  const unquoted = sample.replace(/"(?:[^"]|"")*"/g, cell => /[^"\s]/.test(cell) ? 'x' : '')
  const lines = unquoted.split(/\r\n|\r|\n/).filter(line => /[^\s,;|]/.test(line))
  if (lines.length > 2 && !/[\r\n]$/.test(sample)) lines.pop()
  const found = delimiters.map(delimiter => {
    const counts = lines.map(line => line.split(delimiter).length).toSorted((a, b) => a - b)
    const columns = counts[counts.length >> 1] ?? 1
    return { delimiter, columns, even: counts.filter(count => count === columns).length / Math.max(1, lines.length) }
  // Sentences have commas too, but not equally often.
  }).filter(({ delimiter, columns, even }) => columns > 1 && (delimiter !== ',' || even >= 0.5))
  return found.sort((a, b) => b.even - a.even)[0]?.delimiter ?? null
}

/** Returns the delimiter of lines that are certainly rows of a table; null for all others. */
export function tableDelimiter (lines: readonly string[]): Delimiter | null {
  if (lines.length < 3) return null
  return delimiters.find(delimiter => {
    const counts = lines.map(line => cellsOf(line, delimiter).length)
    const usual = counts.toSorted((a, b) => a - b)[counts.length >> 1]!
    // Any sentence may have commas. Rows have the same number of them, with few words in between.
    const fewest = delimiter === ',' ? 3 : 2
    const share = delimiter === ',' ? 0.9 : 0.8
    return usual >= fewest && counts.filter(count => count === usual).length >= share * lines.length &&
      (delimiter !== ',' || !lines.some(line => /, \p{Ll}+ \p{Ll}+ \p{Ll}+ \p{Ll}/u.test(line)))
  }) ?? null
}
