// Words one edit apart: the comparison agrees with all edits written out.
import t from 'tap'
import { isLikelyMisspelt, withinOneEdit } from '../../src/language/one-edit.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const letters = ['a', 'b', 'c', 'é', 'œ']

/** Returns all words that one insertion, deletion, replacement or swap of neighbours makes of a word. */
function edits (word: string): Set<string> {
  const all = new Set([word])
  for (let i = 0; i <= word.length; i++) {
    const [before, after] = [word.slice(0, i), word.slice(i)]
    all.add(before + after.slice(1))
    if (after.length > 1) all.add(before + after[1] + after[0] + after.slice(2))
    for (const letter of letters) {
      all.add(before + letter + after)
      if (after !== '') all.add(before + letter + after.slice(1))
    }
  }
  return all
}

t.test('tells exactly the words that one edit makes', async t => {
  const word = fc.array(fc.constantFrom(...letters), { maxLength: 6 }).map(some => some.join(''))
  fc.assert(fc.property(word, word, (a, b) => {
    t.equal(withinOneEdit(a, b), edits(a).has(b), `${a} ${b}`)
    t.equal(withinOneEdit(b, a), withinOneEdit(a, b))
  }), propertyRuns(200))
  fc.assert(fc.property(word, fc.nat(), (a, n) => {
    const near = [...edits(a)]
    t.ok(withinOneEdit(a, near[n % near.length]!), `${a} ${near[n % near.length]}`)
  }), propertyRuns(200))
})

t.test('takes another letter in a short word for another word', async t => {
  t.ok(isLikelyMisspelt('chfe', 'chef'))
  t.ok(isLikelyMisspelt('che', 'chef'))
  t.notOk(isLikelyMisspelt('chef', 'chen'))
  t.ok(isLikelyMisspelt('livraizon', 'livraison'))
})
