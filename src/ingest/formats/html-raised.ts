// Keeps raised and lowered characters apart from what they stand beside: 49⁹⁹ is no 4999, and m² no m2.

/** Marks the beginning and end of raised and lowered text while a paragraph is being read. They belong to no script. */
export const raisedMarks: Record<string, { open: string, close: string }> = {
  sup: { open: '\uE0F0', close: '\uE0F1' },
  sub: { open: '\uE0F2', close: '\uE0F1' },
}

const plain = '0123456789+-=()n'
const raised = [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ']
const lowered = [...'₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ']
const currency = String.raw`(?:€|\$|£|¥|zł|kr|EUR|USD|GBP|CHF|Fr\.?)`
const cents = new RegExp(
  String.raw`(?<before>${currency}\s?)?(?<whole>\d[\d.,\u00a0\u202f ]{0,12})` +
  String.raw`\uE0F0\s*(?<sign>${currency}\s*)?[.,]?(?<part>\d\d)\s*\uE0F1(?=(?<after>\s*${currency})?)`, 'gu'
)

/** Writes the marked text of a paragraph: cents behind a price as decimals, single characters in their own form, and words as they are. */
export function writeRaised (text: string): string {
  if (!/[\uE0F0-\uE0F2]/.test(text)) return text
  return text
    .replace(cents, (all: string, ...rest) => {
      const { before, whole, sign, part, after } = rest.at(-1) as Record<string, string | undefined>
      if (!before && !sign && !after) return all
      return `${before ?? ''}${whole!.trim()}${before ? '.' : ','}${part}${sign ? ` ${sign.trim()}` : ''}`
    })
    .replace(/([^]?)([\uE0F0\uE0F2])([^\uE0F0-\uE0F2]*)\uE0F1/g, (_, before: string, mark: string, inside: string) => {
      const content = inside.trim()
      // Formulas and ordinals are written in line: CO2, 1er.
      if (mark === '\uE0F2' && /\p{L}/u.test(before)) return before + content
      const forms = [...content].map(letter => (mark === '\uE0F0' ? raised : lowered)[plain.indexOf(letter)] ?? '')
      if (content !== '' && forms.every(Boolean)) return before + forms.join('')
      return before + (/\d/.test(before) && /^\d/.test(content) ? ' ' : '') + content
    })
    .replace(/[\uE0F0-\uE0F2]/g, ' ')
}
