// Answers a bare word that many things have ("prices") with what there is, without a model: the reader says which one is meant.
import { answerType, holdsType, type AnswerType } from '../language/answer-types.ts'
import { disarmMarks } from '../language/citation-marks.ts'
import { likelierFact } from '../language/likely-facts.ts'
import { factLine, headingSeparator } from '../language/passage-lines.ts'
import { quantities } from '../language/quantities.ts'
import { topicWeights } from '../language/topic.ts'
import { phrases } from './phrases.ts'
import type { FoundPassage, Language } from '../types.ts'

/** What each thing has one of its own of. Opening hours and a telephone number are the organisation's: they are answered. */
const ofEachThing = new Set<AnswerType>([
  'price',
  'weight',
  'length',
  'volume',
  'temperature',
  'percent',
  'count',
  'stock',
  'material',
  'age',
])
const maxSubjects = 5

/** Returns a question back that lists what a question without a subject may be about; null for any other question. */
export function whichOne (question: string, asked: Language, documents: Language, passages: readonly FoundPassage[]): string | null {
  const type = answerType(question, asked)
  if (type === null || !ofEachThing.has(type)) return null
  // A code or a format says which one.
  if (/\d/.test(question)) return null
  const numbers = quantities(question, documents)
  if (numbers.length > 0 || topicWeights(question, asked, documents, numbers).size > 0) return null
  const isLikelier = likelierFact(question, type) ?? (() => true)
  const subjects = passages
    .filter(({ text, fields }) => {
      const said = [...fields.map(factLine), text].join('\n')
      return holdsType(said, type) && isLikelier(said)
    })
    .map(({ title, heading }) => disarmMarks(heading?.split(headingSeparator).at(-1) || title))
  const different = [...new Set(subjects.filter(Boolean))].slice(0, maxSubjects)
  return different.length < 2 ? null : phrases(asked).whichOne(different)
}
