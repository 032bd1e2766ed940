// Reads lists that people type into one field.

/** Returns what stands between commas. */
export const namesIn = (text: string) => partsOf(text, ',')

/** Returns the lines that say something. */
export const linesIn = (text: string) => partsOf(text, '\n')

/** Reads "key: label"; a key alone is its own label. A key may have colons ("g:price"): the first one before a blank divides. */
export function pairIn (line: string): [key: string, label: string] {
  const [, key = line, label = key] = /^(.+?):\s+(.+)$/.exec(line) ?? /^([^:]+):(.+)$/.exec(line) ?? []
  return [key.trim(), label]
}

/** Reads groups and users; a name without a kind is a group's. Returns null, everyone, when there is none. */
export function readersIn (text: string): string[] | null {
  const names = namesIn(text).map(name => name.includes(':') ? name : `group:${name}`)
  return names.length > 0 ? names : null
}

function partsOf (text: string, mark: string): string[] {
  return text.split(mark).map(part => part.trim()).filter(part => part !== '')
}
