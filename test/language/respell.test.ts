// Questions with misspelt words, written as the documents spell them.
import t from 'tap'
import { mistypedLikelihood } from '../../src/language/one-edit.ts'
import { likeliest, respell, respelledText } from '../../src/language/respell.ts'
import { fold } from '../../src/language/words.ts'
import type { QueryTerm } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const term = (word: string, respelled?: string): QueryTerm =>
  ({ word, stem: word, idf: 1, known: true, corrections: [], ...(respelled === undefined ? {} : { respelled }) })

t.test('keeps the accents that were typed', async t => {
  t.equal(respell('résevation', 'reservation'), 'réservation')
  t.equal(respell('piscinne', 'piscine'), 'piscine')
  t.equal(respell('cylinrde', 'cylindre'), 'cylindre')
  t.equal(respell('œuve', 'oeuvre'), 'oeuvre', 'a letter that is two without accents')
})

t.test('writes the question with the words that are meant, and keeps the rest as it is', async t => {
  t.equal(respelledText('Où est la Piscinne ?', [term('est'), term('piscinne', 'piscine')]), 'Où est la piscine ?')
  t.equal(respelledText('Où est la piscine ?', [term('piscine')]), null)
})

t.test('a letter left out, two swapped, or one struck twice are slips; other words are other words', async t => {
  for (const [asked, word] of [['virs', 'virus'], ['ivrus', 'virus'], ['wheelchiar', 'wheelchair'], ['ciabbatta', 'ciabatta']] as const) {
    t.equal(mistypedLikelihood(asked, word), 1, `${asked}: ${word}`)
  }
  for (const [asked, word] of [
    ['risky', 'risk'], ['petit', 'petite'], ['massage', 'passage'], ['large', 'barge'], ['clean', 'clear'], ['sale', 'sales'],
  ] as const) t.equal(mistypedLikelihood(asked, word), 0, `${asked}: ${word}`)
  t.equal(likeliest('dorit', [{ word: 'doit', n: 90 }, { word: 'droit', n: 20 }]), 'droit', 'not the more frequent, a less likely slip')
  t.equal(likeliest('risky', [{ word: 'risk', n: 90 }]), null)
})

t.test('any slip within an accented word is undone', async t => {
  const letters = fc.constantFrom(...'abcdeilmnoprstuvéèêçàîüñ')
  fc.assert(
    fc.property(fc.array(letters, { minLength: 6, maxLength: 20 }), fc.nat(), fc.boolean(), (all, at, swaps) => {
      const i = 1 + at % (all.length - 3)
      const slip = swaps
        ? [...all.slice(0, i), all[i + 1]!, all[i]!, ...all.slice(i + 2)]
        : [...all.slice(0, i), ...all.slice(i + 1)]
      const word = all.join('')
      const known = fold(word)
      const found = respell(slip.join(''), known)
      t.equal(fold(found), known)
    }),
    propertyRuns(200)
  )
})
