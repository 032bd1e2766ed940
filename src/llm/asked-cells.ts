// Chooses the cells of a table's row that answer a question.
import { holdsType, isNamedAs, type AnswerType } from '../language/answer-types.ts'
import { isTermAmong } from '../language/compounds.ts'
import { factLine } from '../language/passage-lines.ts'
import { quantities, type Quantity } from '../language/quantities.ts'
import type { AnswerUnit } from '../language/sentences.ts'
import { stemAll } from '../language/words.ts'
import type { Language, QueryTerm } from '../types.ts'

/**
 * Quotes the first cell of a row and those of the columns that the question names; the whole row when it names none. Where none of
 * these holds what is asked for, or what the question's numbers are compared with, the cells that do are quoted too: "My daughter
 * is 15, may she ride a scooter?".
 */
export function askedCells (
  { cells, text }: Extract<AnswerUnit, { kind: 'row' }>,
  { terms, type, numbers }: { terms: readonly QueryTerm[], type: AnswerType | null, numbers: readonly Quantity[] },
  language: Language
): string {
  const weights = cells.map(([column]) => {
    const stems = new Set(stemAll(column, language))
    return terms.reduce((sum, term) => sum + (isTermAmong(stems, term) ? term.idf : 0), 0)
  })
  const most = Math.max(...weights.slice(1))
  if (!(most > 0)) return text
  const isNamed = cells.map((_, i) => i === 0 || weights[i] === most)
  const answers = cells.map(([column, value]) => {
    const held = quantities(value, language)
    return (type !== null && (holdsType(value, type, () => held) || isNamedAs(type, column, value, language))) ||
      held.some(one => one.dimension !== 'count' && numbers.some(({ dimension }) => dimension === one.dimension))
  })
  const isComplete = answers.some((does, i) => does && isNamed[i])
  return cells.filter((_, i) => isNamed[i] || (answers[i] && !isComplete))
    .map(([column, value]) => column === '' ? value : factLine([column, value])).join('; ')
}
