// Writes the numbers of a question as the documents may: "900 W" for "0,9 kW", "1 129" for "1129".
import type { Language } from '../types.ts'
import { quantities, type Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'

export interface NumberForm {
  /** The word that is searched. */
  word: string
  /** These stand one after another in a document that has the number in this form. */
  row: string[]
}

/** Units that the same measure is given in, with the size of one. */
const units: Partial<Record<Dimension, [name: string, size: number][]>> = {
  length: [['mm', 1], ['cm', 10], ['m', 1000]],
  mass: [['g', 1], ['kg', 1000]],
  volume: [['ml', 1], ['cl', 10], ['l', 1000]],
  power: [['w', 1], ['kw', 1000]],
}
/** A longer number would be the name of an article. */
const most = 10_000

/** Returns other forms of the numbers of a question. The documents hold few of them. */
export function numberForms (question: string, language: Language): NumberForm[] {
  if (!/\d/.test(question)) return []
  return quantities(question, language).flatMap(one => [...inOtherUnits(one), ...inGroups(one, question)])
}

function inOtherUnits ({ dimension, size, unit, values }: Quantity): NumberForm[] {
  return (units[dimension] ?? []).flatMap(([name, other]) => values.flatMap((value): NumberForm[] => {
    const converted = Math.round(Math.abs(value) * size / other * 1e6) / 1e6
    if (name === unit?.toLowerCase() || !Number.isInteger(converted) || converted === 0 || converted >= most) return []
    return [{ word: String(converted), row: [String(converted), name] }]
  }))
}

/** "1129" and "1 129,00", "1.129" are one number. */
function inGroups ({ values, start, end }: Quantity, question: string): NumberForm[] {
  return values.filter(value => value >= 1000 && value < 1e6 && Number.isInteger(value)).map((value): NumberForm => {
    const plain = String(value)
    if (!question.slice(start, end).includes(plain)) return { word: plain, row: [plain] }
    const groups = [plain.slice(0, -3), plain.slice(-3)]
    return { word: groups[1]!, row: groups }
  })
}
