// Reads numbers as people write them: thousands, decimals and fractions of several countries.
import type { Language } from '../types.ts'

/** Matches a number with blanks or apostrophes between its thousands: "1 299,00", "1'299". */
export const spacedNumber = String.raw`\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?`
/** Matches any other number. */
export const plainNumber = String.raw`\d+(?:[.,]\d+)*(?:[ \u00a0]?[¼½¾])?|[¼½¾]`
const fractions: Record<string, number> = { '¼': 0.25, '½': 0.5, '¾': 0.75 }

/**
 * Returns the value of a written number. A single point or comma before three digits divides thousands where that is the
 * custom: "1.299" is 1299 except in English, and "1,299" is 1299 in English only.
 */
export function numberValue (written: string, language: Language): number {
  const fraction = fractions[written.at(-1) ?? '']
  if (fraction !== undefined) return fraction + Number(written.slice(0, -1))
  const plain = written.replace(/[\s'’]/g, '')
  const marks = plain.match(/[.,]/g) ?? []
  const last = marks.at(-1)
  if (last === undefined) return Number(plain)
  const decimals = plain.length - plain.lastIndexOf(last) - 1
  const isGrouped = decimals === 3 && /^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(plain)
  const isSame = marks.every(mark => mark === last)
  const thousands = language === 'en' ? ',' : '.'
  if (isGrouped && isSame && (marks.length > 1 || last === thousands)) return Number(plain.replace(/[.,]/g, ''))
  // "1,299.00": the last mark divides the decimals. "5.3.2" is no number at all; its first part is read.
  if (isSame && marks.length > 1) return Number.parseFloat(plain.replace(',', '.'))
  return Number(plain.replace(/[.,](?=.*[.,])/g, '').replace(last, '.'))
}
