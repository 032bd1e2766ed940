// What speaks for and against a passage: codes, variants of a thing, and what is not offered.
import t from 'tap'
import { isFound, passageEvidence } from '../../src/search/evidence.ts'
import { stem, stemAll } from '../../src/language/words.ts'
import type { FoundPassage, QueryTerm } from '../../src/types.ts'
import { found, passage } from '../fixtures/app-parts.ts'

const term = (word: string, known = true): QueryTerm => ({ word, stem: stem(word, 'en'), idf: 2, known, corrections: [] })
/** A passage with the stems and the matching words that an engine gives it. */
function about (title: string, text: string, terms: QueryTerm[]): FoundPassage {
  const stems = ` ${stemAll(`${title}\n${text}`, 'en').join(' ')} `
  const matched = terms.flatMap(({ stem }, i) => stems.includes(` ${stem} `) ? [i] : [])
  return passage({ title, text, stems, matched, similarity: 0.3 })
}
const evidence = (question: string, terms: QueryTerm[], ...passages: FoundPassage[]) =>
  passageEvidence(question, 'en', 'en', found(passages, { terms }))

t.test('a passage with the code that is asked about holds the answer, however short the question', async t => {
  const code = term('kt-204/3')
  const passages = [passage({ title: 'Copper kettle', matched: [0], similarity: -0.1 })]
  t.ok(isFound('kt-204/3', 'en', 'en', found(passages, { terms: [code] })))
  t.notOk(isFound('kt-204/3', 'en', 'en', found([passage({ matched: [], similarity: -0.1 })], { terms: [{ ...code, known: false }] })))
})

t.test('a size that only another thing has speaks against every passage', async t => {
  const terms = ['flask', '750', 'ml'].map(word => term(word))
  const flask = about('Steel flask of 400 ml', 'Keeps tea warm.', terms)
  const [small, soap] = evidence('flask of 750 ml', terms, flask, about('Soap, 750 ml', 'For dishes.', terms))
  t.same([small!.contradicts, soap!.contradicts], [1, 1])
  const [other, right] = evidence('flask of 750 ml', terms, flask, about('Large flask of 750 ml', 'For a family.', terms))
  t.same([other!.contradicts, right!.contradicts], [1, 0])
})

t.test('what is not there speaks against a passage where it is asked whether it is there', async t => {
  const terms = [term('sauna', false), term('garden')]
  const garden = about('Garden', 'The garden is open all day.', terms)
  t.equal(evidence('Do you have a sauna in the garden?', terms, garden)[0]!.missing, 0.5)
  t.equal(evidence('When is the sauna in the garden open?', terms, garden)[0]!.missing, 0)
})

t.test('a similarity counts beside that of other trades', async t => {
  const near = found([passage({ similarity: 0.4 })], { terms: [term('delivery')], background: { mean: 0.1, deviation: 0.1 } })
  const [one] = passageEvidence('delivery', 'en', 'en', near)
  t.ok(Math.abs(one!.aboveOthers - 0.3) < 1e-9)
  t.ok(Math.abs(one!.outstanding - 0.75) < 1e-9)
})
