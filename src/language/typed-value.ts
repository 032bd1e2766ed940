// Reads a value of a document's field, or of a filter, as text, as a number and as a date: each is compared as what it is.

export type FieldValue = string | number | boolean

export interface TypedValue {
  /** In one form: the same for capitals and small letters. */
  text: string
  number: number | null
  /** Ms since 1970. */
  date: number | null
}

const currency = String.raw`[€$£¥]|EUR|USD|GBP|CHF`
/** A unit stands apart from its number, or is a sign: "12 kg", "12 %", "12 €". */
const written = new RegExp(String.raw`^(?:(?:${currency})\s*)?([-+]?\d[\d.,'’\s]*)(?:\s*(?:%|${currency})|\s\p{L}{1,4}[²³]?)?$`, 'u')
const isoDate = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/
const dottedDate = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/

/** Returns a text in the form in which texts and names of fields are compared. */
export function sameForm (text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}

export function typedValue (value: FieldValue): TypedValue {
  if (typeof value === 'number') return { text: String(value), number: value, date: null }
  if (typeof value === 'boolean') return { text: String(value), number: null, date: null }
  const date = readDate(value.trim())
  return { text: sameForm(value), number: date === null ? readNumber(value.trim()) : null, date }
}

/** Reads `2026-11-29`, with a time or without, and `29.11.2026`; null for anything else. A time without a zone is UTC. */
export function readDate (text: string): number | null {
  const [, year, month, day, time, zone = 'Z'] = isoDate.exec(text) ?? []
  if (year !== undefined) return dateOf(year, month!, day!, time === undefined ? 'T00:00Z' : `T${time}${zone}`)
  const dotted = dottedDate.exec(text)
  return dotted ? dateOf(dotted[3]!, dotted[2]!.padStart(2, '0'), dotted[1]!.padStart(2, '0'), 'T00:00Z') : null
}

function dateOf (year: string, month: string, day: string, rest: string): number | null {
  const midnight = new Date(`${year}-${month}-${day}T00:00Z`)
  // 31 February would become a day of March.
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return null
  const at = Date.parse(`${year}-${month}-${day}${rest}`)
  return Number.isNaN(at) ? null : at
}

/** Reads a number with its unit: `49,90 €`, `1 299.00`, `12 kg`. Null for a code such as `0123` or `4x4`. */
function readNumber (text: string): number | null {
  const digits = written.exec(text)?.[1]?.replace(/['’\s]/g, '')
  if (digits === undefined || /^[-+]?0\d/.test(digits)) return null
  const plain = withPoint(digits)
  return /^[-+]?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : null
}

/** Writes a number with a decimal point: the last of both separators is the decimal one; of one kind, a single one is. */
function withPoint (digits: string): string {
  const point = digits.lastIndexOf('.')
  const comma = digits.lastIndexOf(',')
  if (point >= 0 && comma >= 0) {
    const [thousands, decimal] = point > comma ? [',', '.'] : ['.', ',']
    return digits.replaceAll(thousands, '').replace(decimal, '.')
  }
  const separator = point >= 0 ? '.' : ','
  const parts = digits.split(separator)
  if (parts.length <= 2) return parts.join('.')
  return parts.slice(1).every(part => part.length === 3) ? parts.join('') : digits
}
