// The words of a document are looked up as in a plain list of them.
import t from 'tap'
import {
  countNear, holdsRow, numbersIn, readWords, stemsInOrder, timesIn,
} from '../../../../src/backends/meilisearch/search/document-words.ts'
import { fc, propertyRuns } from '../../../fixtures/property.ts'

const stem = fc.constantFrom('gas', 'stove', 'lamp', 'mat', 'oak', 'constructor', 'ß', '灯')
const stems = fc.array(stem, { maxLength: 40 })

t.test('tells how often a title and a text hold a stem, and all stems in order', async t => {
  fc.assert(fc.property(stems, stems, stem, (title, text, wanted) => {
    const words = readWords(title, text)
    t.equal(stemsInOrder(words), ` ${[...title, ...text].join(' ')} `)
    const [number] = numbersIn([{ words }])(wanted)
    const times = (list: string[]) => list.filter(one => one === wanted).length
    t.equal(number! >= 0, times([...title, ...text]) > 0)
    if (number! < 0) return
    t.same([timesIn(words, number!, true), timesIn(words, number!, false)], [times(title), times(text)])
  }), propertyRuns(200))
})

t.test('finds stems that stand one after another', async t => {
  fc.assert(fc.property(stems, stems, fc.array(stem, { minLength: 1, maxLength: 3 }), (title, text, row) => {
    t.equal(holdsRow(readWords(title, text), row), ` ${[...title, ...text].join(' ')} `.includes(` ${row.join(' ')} `))
  }), propertyRuns(300))
})

t.test('counts the places of stems that have all others near them, in the title or in the text alone', async t => {
  const gap = 3
  /** Whether a window of `gap` words between its ends holds this place and one of every other stem. */
  const isNear = (list: string[], place: number, wanted: string[]) => list.some((_, first) => {
    const window = list.slice(first, first + gap + 2)
    return place >= first && place < first + gap + 2 && wanted.every(one => window.includes(one))
  })
  const several = fc.uniqueArray(stem, { minLength: 2, maxLength: 3 })
  fc.assert(fc.property(stems, stems, several, fc.boolean(), (title, text, wanted, inTitle) => {
    const words = readWords(title, text)
    const numbers = wanted.map(one => words.numbers.get(one) ?? -1)
    if (numbers.includes(-1)) return
    const list = inTitle ? title : text
    const near = new Int32Array(3)
    countNear(words, numbers, inTitle, gap, near)
    const expected = wanted.map(one => list.filter((held, place) => held === one && isNear(list, place, wanted)).length)
    t.same([...near.subarray(0, wanted.length)], expected)
  }), propertyRuns(300))
})

t.test('a long document has as many places as it needs', async t => {
  const text = Array.from({ length: 40_000 }, (_, i) => `w${i}`)
  const words = readWords(['w7'], text)
  const [number] = numbersIn([{ words }])('w39999')
  t.equal(timesIn(words, number!, false), 1)
  t.ok(holdsRow(words, ['w39998', 'w39999']))
  t.equal(stemsInOrder(words).length, ` w7 ${text.join(' ')} `.length)
})
