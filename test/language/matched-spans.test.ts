// Where a question's words are in a text.
import t from 'tap'
import { matchedSpans } from '../../src/language/matched-spans.ts'
import type { QueryTerm } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const term = (stem: string, more: Partial<QueryTerm> = {}): QueryTerm =>
  ({ word: stem, stem, idf: 1, known: true, corrections: [], ...more })
const found = (text: string, terms: QueryTerm[], language: 'fr' | 'en' = 'en') =>
  matchedSpans(text, terms, language).map(([from, to]) => text.slice(from, to))

t.test('finds other forms of a word', async t => {
  t.same(found('Les Livraisons sont livrées ; la livre, non.', [term('livraison')], 'fr'), ['Livraisons'])
  t.same(found('Tents, a tent and a TENT.', [term('tent')]), ['Tents', 'tent', 'TENT'])
})

t.test('finds what was searched instead of a misspelt word', async t => {
  t.same(found('Delivery is free.', [term('delivry', { corrections: ['deliveri'] })]), ['Delivery'])
})

t.test('leaves stop words and single letters out, which some questions are searched by', async t => {
  t.same(found('A tent is a tent, and a tarp is not.', [term('a'), term('tent'), term('is')]), ['tent', 'tent'])
  t.same(found('Il y a une tente à la boutique.', [term('a'), term('tent')], 'fr'), ['tente'])
  t.same(found('Lot 3 of plan B.', [term('3'), term('b'), term('plan')]), ['3', 'plan'])
})

t.test('finds a code as a whole, however it is written', async t => {
  for (const code of ['CN-137/1', 'cn 137-1', 'CN137/1']) t.same(found(`The ${code} costs 12 €.`, [term('cn137ː1')]), [code])
})

t.test('returns spans within the text, in order, without overlap', async () => {
  const words = fc.array(fc.constantFrom('tent', 'Tents', 'CN-137/1', '137', 'é', '😀', ' ', '/', 'İstanbul', '\u0301'), { maxLength: 40 })
  fc.assert(fc.property(words, parts => {
    const text = parts.join('')
    let end = 0
    for (const [from, to] of matchedSpans(text, [term('tent'), term('cn137ː1'), term('137')], 'en')) {
      if (from < end || to <= from || to > text.length) return false
      end = to
    }
    return true
  }), propertyRuns(300))
})
