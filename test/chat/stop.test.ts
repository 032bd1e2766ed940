// Stop sequences: the text ends before the first one, however it is cut.
import t from 'tap'
import { createStopFilter } from '../../src/chat/stop.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

function filtered (pieces: string[], stops: string[]): { text: string, stopped: boolean } {
  const filter = createStopFilter(stops)
  const text = pieces.map(piece => filter.push(piece)).join('') + filter.end()
  return { text, stopped: filter.stopped }
}

t.test('ends the text before the first stop sequence', async t => {
  for (const [text, stops, shown, stopped] of [
    ['One. Two. Three.', ['Two'], 'One. ', true],
    ['One. Two. Three.', ['Three', 'Two'], 'One. ', true],
    ['One. Two.', ['Four'], 'One. Two.', false],
    ['One', [], 'One', false],
    ['###', ['###'], '', true],
    ['', ['a'], '', false],
    ['A line\n\nand more', ['\n\n'], 'A line', true],
    ['aaab', ['aab'], 'a', true],
    ['abab abac', ['abac'], 'abab ', true],
    ['Ends in Us', ['User:'], 'Ends in Us', false],
    ['👶🎈👶', ['🎈'], '👶', true],
  ] as const) {
    const expected = { text: shown, stopped }
    t.same(filtered([text], [...stops]), expected, text)
    t.same(filtered(text.split(''), [...stops]), expected, `${text}, piece by piece`)
  }
})

t.test('takes the sequence that is complete first, as if the text came letter by letter', async t => {
  t.same(filtered(['xabcdy'], ['abcd', 'bc']), { text: 'xa', stopped: true })
  t.same(filtered(['xabcdy'], ['bcd', 'abcd']), { text: 'x', stopped: true })
})

t.test('holds back only what may be the start of a sequence', async t => {
  const filter = createStopFilter(['User:', '\n\n'])
  t.equal(filter.push('Hello U'), 'Hello ')
  t.equal(filter.push('s'), '')
  t.equal(filter.push('e it.\n'), 'Use it.')
  t.equal(filter.push('More'), '\nMore')
  t.equal(filter.stopped, false)
  t.equal(filter.push(' User: x'), ' ')
  t.equal(filter.stopped, true)
  t.equal(filter.push('after'), '')
  t.equal(filter.end(), '')
})

const letters = fc.array(fc.constantFrom('a', 'b', 'c', '\n', '👶'), { maxLength: 30 }).map(list => list.join(''))
const stops = fc.array(
  fc.array(fc.constantFrom('a', 'b', 'c', '\n', '👶'), { minLength: 1, maxLength: 4 }).map(list => list.join('')), { maxLength: 4 }
)

/** Computes the same by checking each start of the text in turn. */
function byLetters (text: string, sequences: string[]): { text: string, stopped: boolean } {
  for (let end = 1; end <= text.length; end++) {
    const ends = sequences.filter(stop => text.slice(0, end).endsWith(stop)).map(stop => stop.length)
    if (ends.length > 0) return { text: text.slice(0, end - Math.max(...ends)), stopped: true }
  }
  return { text, stopped: false }
}

t.test('ends at the same place however the text is cut', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(letters, stops, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (text, sequences, sizes) => {
        const pieces: string[] = []
        for (let at = 0; at < text.length;) pieces.push(text.slice(at, (at += sizes.next().value)))
        const expected = byLetters(text, sequences)
        t.same(filtered(pieces, sequences), expected)
        t.same(filtered([text], sequences), expected)
        t.notOk(sequences.some(stop => expected.text.includes(stop)))
      }),
      propertyRuns(2000)
    )
  )
})
