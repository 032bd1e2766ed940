// Writes lines of CSV (RFC 4180).

/** Returns a line of values. A text that a spreadsheet would take for a formula is marked as a text. */
export function csvLine (values: readonly (string | number)[]): string {
  return `${values.map(value => typeof value === 'number' ? String(value) : quoted(value)).join(',')}\r\n`
}

function quoted (text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
