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

t.test('a number that another thing holds says nothing of what is asked', async t => {
  const terms = [term('ticket')]
  const ticket = about('Tickets', 'A ticket costs 6 €.', terms)
  const [own] = evidence('What does a ticket cost for 5 people?', terms, ticket, about('Rooms', 'The blue room is for 80 people.', terms))
  t.equal(own!.contradicts, 0)
})

t.test('a price that happens to be below the limit of a question says nothing, and a limit of its own does', async t => {
  const compares = (question: string, text: string) =>
    evidence(question, [term('delivery')], about('Delivery', text, [term('delivery')]))[0]!.compares
  t.equal(compares('delivery under 20 €?', 'Delivery costs 5 €.'), 0)
  t.equal(compares('Is delivery free over 60 €?', 'Delivery is free from 50 €.'), 1)
  t.equal(compares('Is delivery 5 €?', 'Delivery costs 5 €.'), 1)
})

t.test('what is not there speaks against a passage where it is asked whether it is there', async t => {
  const terms = [term('sauna', false), term('garden')]
  const garden = about('Garden', 'The garden is open all day.', terms)
  t.equal(evidence('Do you have a sauna in the garden?', terms, garden)[0]!.missing, 0.5)
  t.equal(evidence('When is the sauna in the garden open?', terms, garden)[0]!.missing, 0)
})

t.test('where a fact about it is asked for too, the fact answers, whatever word is used for the thing', async t => {
  const broom = term('broom', false)
  const brushes = about('Brushes', 'A brush costs 8 €.', [broom])
  t.equal(evidence('Do you sell a broom?', [broom], brushes)[0]!.missing, 1)
  t.equal(evidence('Do you sell a broom, and how much is it?', [broom], brushes)[0]!.missing, 0)
})

t.test('what people ask of any organisation is told from what is asked of anything', async t => {
  const terms = [term('boss', false)]
  const team = about('Team', 'The manager is Ada Brook. Telephone 01584 555190. Repairs cost 20 €.', terms)
  const kindOf = (question: string, ...passages: FoundPassage[]) => {
    const { usual, measure } = evidence(question, terms, ...passages)[0]!
    return [usual, measure]
  }
  t.same(kindOf('What is your phone number?', team), [1, 0])
  t.same(kindOf('What is your phone number?', about('Rules', 'Shower first.', terms)), [0, 0], 'it is not there')
  t.same(kindOf('How much is a repair?', team), [0, 1])
  t.same(kindOf('repairs', team), [0, 0])
})

t.test('a passage is credited for each of up to four words that it holds', async t => {
  const terms = ['towel', 'rental', 'sauna', 'price', 'linen'].map(word => term(word))
  const held = (text: string) => evidence('towel rental sauna price linen', terms, about('Here', text, terms))[0]!.held
  t.same([held('A towel.'), held('Towel rental.'), held('Towel rental, sauna, price and linen.')], [0.25, 0.5, 1])
})

t.test('what is told of somebody before a question for an offer need not be there', async t => {
  const terms = [term('grandson', false), term('swimming', true)]
  const pool = about('Pool', 'Swimming lessons are for children aged 5 to 9.', terms)
  t.equal(evidence('My grandson visits us, do you have swimming lessons?', terms, pool)[0]!.missing, 0)
  const lacks = (question: string, words: string[]) => {
    const asked = words.map(word => term(word, word === 'towels'))
    return evidence(question, asked, about('Room', 'Towels lie in it. It is 2 m high.', asked))[0]!.missing
  }
  t.equal(lacks('Do you sell a 1.5 l thermos flask?', ['thermos', 'flask']), 1, 'a decimal ends no clause')
  t.ok(lacks('Do you have towels, robes or a sauna?', ['towels', 'robes', 'sauna']) > 0.5, 'each of a list is asked for')
  t.equal(lacks('I need a kayak for 2 people, do you have one?', ['kayak']), 1, 'its subject was named before')
  t.equal(lacks('I need a kayak, do you have one for my son?', ['kayak', 'son']), 1, 'relatives are no subject')
})

t.test('an age is answered by no other duration', async t => {
  for (const [question, text] of [
    ['My nephew is 9, can he come?', 'The frame is guaranteed for up to 15 years.'],
    ['My niece is 6, can she come?', 'A loan runs for 1 to 7 years.'],
  ] as const) {
    const terms = [term('come', false), term(/niece|nephew/.exec(question)![0], false)]
    t.notOk(isFound(question, 'en', 'en', found([{ ...about('Rules', text, terms), similarity: 0 }], { terms })), question)
  }
})

t.test('a question without a subject is about the passages with the type of fact that it asks for', async t => {
  const terms = [term('you', false)]
  const address = about('Visit', 'Our studio is at 12 Harbour Street.', terms)
  const [right, other] = evidence('Where are you?', terms, address, about('Gifts', 'Vouchers are valid for a year.', terms))
  t.same([right!.bare, right!.content, other!.bare, other!.content], [1, 1, 1, 0])
})

t.test('a question for nothing but a fact is not answered by passages without one, however near they are', async t => {
  const near = (question: string, asked: 'en' | 'fr' | 'de', text: string) => {
    const passages = [passage({ text, similarity: 0.6, matched: [] }), passage({ similarity: 0 })]
    return isFound(question, asked, asked, found(passages, { terms: [], total: 6 }))
  }
  t.ok(near('What is your phone number?', 'en', 'Ring 01584 555190.'))
  t.notOk(near('What is your phone number?', 'en', 'A kennel holds at most 12 dogs.'))
  t.ok(near('Quelle est votre adresse mail ?', 'fr', 'Écrivez à bonjour@chenil.example.'))
  t.notOk(near('Quelle est votre adresse mail ?', 'fr', 'Le chenil accueille 12 chiens.'))
  t.ok(near('Wie schwer ist es?', 'de', 'Es wiegt 12 kg.'))
  t.notOk(near('Wie schwer ist es?', 'de', 'Für Kinder ab 6 Jahren.'))
  t.ok(near('When are you open?', 'en', 'You can come by appointment.'), 'a fact in words')
  t.ok(near('How much is it?', 'en', 'It is made to measure, on request.'))
  t.ok(near('Wo findet man euch?', 'de', 'Die Mühle liegt hinter dem Bahnhof.'))
  t.ok(near('Is it open at 6?', 'en', 'Open from 9 to 18 h.'), 'an hour is compared, not looked for')
})

t.test('where only nights are asked for, the passages that they can be compared with answer', async t => {
  const answers = (question: string, asked: 'en' | 'fr' | 'de', text: string, word: string) => {
    const passages = [passage({ text, similarity: 0.6, matched: [] }), passage({ similarity: 0.2 })]
    return isFound(question, asked, asked, found(passages, { terms: [term(word, false)], total: 6 }))
  }
  t.ok(answers('Können wir zwei Nächte bleiben?', 'de', 'Wir vermieten ab vier Nächten.', 'bleiben'))
  t.ok(answers('On peut rester 2 nuits ?', 'fr', 'Le séjour est de trois nuits au moins.', 'rester'))
  t.notOk(answers('Können wir zwei Nächte bleiben?', 'de', 'Hunde zahlen 2 €.', 'bleiben'), 'another kind of number')
  t.notOk(answers('Können wir zwei Nächte bleiben?', 'de', 'Der Eintritt kostet 6 € für Kinder.', 'bleiben'))
  t.notOk(answers('2 nights?', 'en', 'Vouchers are valid for all bikes.', 'nights'), 'no number at all')
  t.ok(answers('What can I get for £30?', 'en', 'A lamp costs £26.', 'get'), 'a sum is no stay')
  t.ok(answers('Was bekomme ich für 30 €?', 'de', 'Eine Lampe kostet 26 €.', 'bekomme'))
})

t.test('a fact that is told in words of its own answers, where the passage holds a word of the question', async t => {
  const terms = [term('long'), term('piece', false)]
  const depends = { ...about('Repairs', 'How long it takes depends on the size.', terms), similarity: 0.6 }
  t.ok(isFound('How long does it take?', 'en', 'en', found([depends, passage({ similarity: 0 })], { terms, total: 6 })))
  const tall = { ...about('Dogs', 'Long dogs are welcome.', terms), similarity: 0.6 }
  t.notOk(isFound('What is your phone number?', 'en', 'en', found([tall, passage({ similarity: 0 })], { terms, total: 6 })), 'certain')
})

t.test('a day and an hour ask whether something takes place then', async t => {
  const terms = ['come', 'thursday', 'pm'].map(word => term(word, false))
  const evening = about('Times', 'Thursday from 6 pm to 9 pm.', terms)
  const [open, other] = evidence('Can I come on Thursday at 7 pm?', terms, evening, about('Rules', 'Shower first.', terms))
  t.same([open!.content, open!.compares, other!.content], [1, 1, 0])
})

t.test('relatives, and the story around a question, weigh little', async t => {
  const terms = [term('grandfather', false), term('sauna')]
  const sauna = about('Sauna', 'The sauna is for everyone over 16.', terms)
  t.ok(evidence('Can my grandfather use the sauna?', terms, sauna)[0]!.content > 0.8)
  const letter = ['moved', 'coast', 'spring', 'sauna', 'towels'].map((word, i) => term(word, i > 2))
  const sentence = 'We moved to the coast in spring. Are there towels in the sauna?'
  const [one] = evidence(sentence, letter, about('Sauna', 'Towels are there.', letter))
  t.ok(one!.content > 0.65)
})

t.test('a similarity counts beside that of other trades', async t => {
  const near = found([passage({ similarity: 0.4 })], { terms: [term('delivery')], background: { mean: 0.1, deviation: 0.1 } })
  const [one] = passageEvidence('delivery', 'en', 'en', near)
  t.ok(Math.abs(one!.aboveOthers - 0.3) < 1e-9)
  t.ok(Math.abs(one!.outstanding - 0.75) < 1e-9)
})

t.test('a short code that is nowhere is unknown where others of its form are; one that is there is found', async t => {
  const terms = [term('fault', false), term('f09', false)]
  const list = about('Faults', 'F03: filter blocked. F07: motor too hot.', terms)
  t.notOk(isFound('fault F09', 'en', 'en', found([{ ...list, similarity: 1 }], { terms })))
  t.ok(isFound('fault F03', 'en', 'en', found([about('Faults', 'F03: filter blocked.', [term('f03')])], { terms: [term('f03')] })))
  const number = [term('marker'), term('4006381333955', false)]
  t.notOk(isFound('marker 4006381333955', 'en', 'en', found([about('Black marker', 'Item 4006381333931', number)], { terms: number })))
})
