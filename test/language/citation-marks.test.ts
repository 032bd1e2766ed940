// Recognises citation marks, and removes them from texts.
import t from 'tap'
import { disarmMarks, mark, withoutMarks } from '../../src/language/citation-marks.ts'
import { fc } from '../fixtures/property.ts'

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('[', ']', '[1]', '[2, 3]', '[^1]', '[n2]', '1', ',', ';', ' ', '^', 'n', '(', ')', '\n'),
      fc.string({ maxLength: 4 })
    ),
    { maxLength: 12 }
  )
  .map(parts => parts.join(''))

t.test('a quoted text loses its marks, and keeps its length', async t => {
  for (const [text, disarmed] of [
    ['a [1] b', 'a (1) b'], ['[ 2 ]', '( 2 )'], ['[1, 3][^2][n4]', '(1, 3)(^2)(n4)'], ['[[9]1]', '[(9)1]'],
    ['[2024] [a] [] [1', '[2024] [a] [] [1'],
  ] as const) { t.equal(disarmMarks(text), disarmed) }
  fc.assert(fc.property(texts, text => disarmMarks(text).match(mark) === null && disarmMarks(text).length === text.length))
})

t.test('an earlier answer loses its marks with the space before each', async t => {
  for (const [text, plain] of [
    ['Two days [1][2].', 'Two days.'], ['Deux jours [1] ?', 'Deux jours ?'], ['a [1] [2] b', 'a b'], ['[1] a', ' a'],
    ['a  b [x]', 'a  b [x]'],
  ] as const) { t.equal(withoutMarks(text), plain) }
})
