// What is read of a passage once, for all questions that find it.
import t from 'tap'
import { holdsType } from '../../src/language/answer-types.ts'
import { readPassage } from '../../src/language/passage-reading.ts'
import { quantities } from '../../src/language/quantities.ts'
import { answerUnits } from '../../src/language/sentences.ts'
import { stemAll } from '../../src/language/words.ts'
import type { Language, Passage } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const part = fc.constantFrom(
  '', 'Delivery', 'What does it cost?', 'It weighs 3 to 6 kg.', 'Elle pèse 5 kg, et dure deux ans.', 'From 8 am to 6 pm. Free over 60 €.',
  '| Size | Price |\n| --- | --- |\n| 4 | 19,90 € |', 'Taille 4'
)
const passages = fc.record({
  title: part,
  text: fc.array(part, { maxLength: 4 }).map(parts => parts.join('\n\n')),
  fields: fc.array(fc.tuple(part, part), { maxLength: 2 }),
  heading: fc.option(part, { nil: undefined }), language: fc.constantFrom<Language>('fr', 'en', 'de', 'und'),
})

t.test('a passage is read as if it were read anew, whatever was read before', async t => {
  fc.assert(fc.property(fc.array(passages, { minLength: 1, maxLength: 6 }), all => {
    // Each one twice, as two searches find it.
    for (const { language, heading, ...parts } of [...all, ...all]) {
      const passage: Passage = { id: 'a/1', index: 'a', url: '', score: 1, ...parts, ...(heading === undefined ? {} : { heading }) }
      for (let times = 0; times < 2; times++) {
        const { title, units, quantities: held } = readPassage(passage, language)
        const { fields, text } = passage
        same([...title], [...new Set(stemAll(`${passage.title}\n${heading ?? ''}`, language))])
        same(held(), quantities([passage.title, ...fields.map(([label, value]) => `${label} ${value}`), text].join('\n'), language))
        same(units.map(({ unit }) => unit), answerUnits(passage))
        for (const { unit, stems, label, quantities: own, holds } of units) {
          same([...stems], [...new Set(stemAll(unit.text, language))])
          same(label && [...label], unit.kind === 'fact' ? [...new Set(stemAll(unit.label, language))] : null)
          same(own(), quantities(unit.text, language))
          for (const type of ['price', 'weight', 'time', 'count'] as const) same(holds(type), holdsType(unit.text, type))
        }
      }
    }
  }), propertyRuns(20))
  t.pass()
})

function same (found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`)
}
