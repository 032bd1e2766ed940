// Reads further headers for a model's server from a setting.

const name = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
/** Headers that belong to the connection: with one of them no request could be sent. */
const ownHeaders = ['connection', 'content-length', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']
/** A comma or semicolon separates headers only where another name follows. */
const separator = new RegExp(`[\\n;,]\\s*(?=${name}\\s*[:=])`)
const header = new RegExp(`^(${name})\\s*[:=]\\s*(.*)$`, 's')

/**
 * Reads `Name: value` or `name=value`, several separated by commas, semicolons or lines; or a JSON object. Throws an Error
 * that quotes nothing: values are secrets.
 */
export function readHeaders (text: string): Record<string, string> {
  const headers = text.trim().startsWith('{') ? readObject(text) : readList(text)
  for (const [key, value] of headers) {
    if (ownHeaders.includes(key.toLowerCase())) throw new Error(`${key.toLowerCase()} is set by the service itself`)
    if (!new RegExp(`^${name}$`).test(key) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new Error('a name or a value cannot be sent')
  }
  return Object.fromEntries(headers.map(([key, value]) => [key.toLowerCase(), value]))
}

function readList (text: string): [string, string][] {
  return text.split(separator).map(part => part.trim()).filter(Boolean).map(part => {
    const [, key, value] = header.exec(part) ?? []
    if (key === undefined) throw new Error('a header has no name')
    return [key, value!.trim()]
  })
}

function readObject (text: string): [string, string][] {
  let object: unknown
  try {
    object = JSON.parse(text)
  } catch {
    throw new Error('the JSON cannot be read')
  }
  return Object.entries(object as object).map(([key, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new Error('a value is not a string')
    return [key, String(value)]
  })
}
