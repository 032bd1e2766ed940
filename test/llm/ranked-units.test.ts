// Which sentence answers: one of a passage that is nearer, and not the reply to another question that shares a word.
import t from 'tap'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { stemAll } from '../../src/language/words.ts'
import { chooseUnits, rankUnits, type Grounding } from '../../src/llm/extractive.ts'
import type { FoundPassage } from '../../src/types.ts'

type Given = Pick<FoundPassage, 'title' | 'text' | 'score' | 'similarity'> & Partial<Pick<FoundPassage, 'fields'>>

const rank = (question: string, given: Given[]) => rankUnits(grounding(question, given)).filter(({ kind }) => kind !== 'title')
const choose = (question: string, given: Given[]) => chooseUnits(grounding(question, given))

function grounding (question: string, given: Given[]): Grounding {
  const stems = given.map(({ title, text }) => ` ${stemAll(`${title}\n${text}`, 'en').join(' ')} `)
  const terms = analyzeQuestion(question, 'en', 'en').words.map(({ surface: word, stem }) =>
    ({ word, stem, idf: 1, known: stems.some(all => all.includes(` ${stem} `)), corrections: [] }))
  const passages = given.map((one, i): FoundPassage => ({
    fields: [], ...one, id: `pages/${i}`, index: 'pages', url: '', stems: stems[i]!,
    matched: terms.flatMap(({ stem }, n) => stems[i]!.includes(` ${stem} `) ? [n] : []),
  }))
  return { question, language: 'en', documentsLanguage: 'en', terms, passages }
}

const storage = { title: 'Storing your boat', text: 'Winter places cost 300 € for a boat of up to eight metres.', score: 0.8 }
const entry = { title: 'Do you store surfboards in winter?', text: 'Yes, for 40 € each.', score: 0.8 }

t.test('an FAQ entry that asks about something else does not push the passage away that is nearer', async t => {
  const question = 'What does a winter place for my boat cost?'
  t.equal(rank(question, [{ ...entry, similarity: 0.35 }, { ...storage, similarity: 0.6 }])[0]!.text, storage.text)
})

t.test('the reply to the very question comes first', async t => {
  const question = 'Do you store surfboards in the winter?'
  t.equal(rank(question, [{ ...storage, similarity: 0.4 }, { ...entry, similarity: 0.7 }])[0]!.text, entry.text)
})

t.test('the words of an entry\'s question that are not asked for count against it', async t => {
  const [asked, other] = ['Do you store surfboards?', 'Do you store oars?'].map(question =>
    rank(question, [{ ...entry, similarity: null }])[0]!.features)
  t.ok(asked!.astray < other!.astray)
  t.same(rank('Do you store oars?', [{ ...storage, similarity: null }])[0]!.features.astray, 0, 'a page asks nothing')
})

t.test('without vectors every passage is as near as the others', async t => {
  for (const { features } of rank('winter', [{ ...storage, similarity: null }, { ...entry, similarity: null }])) t.equal(features.near, 0)
})

t.test('a price stands beside the age that it is for', async t => {
  const fare = (title: string, price: string, ages: string): Given =>
    ({ title, text: '', score: 0.8, similarity: 0.4, fields: [['Price', price], ['For', ages]] })
  const fares = [fare('Grown-up', '£8', '16 to 59 years'), fare('Senior', '£6', '60 years and over'), fare('Child', '£4', '5 to 15 years')]
  t.equal(rank('My aunt is 72, how much does she pay?', fares)[0]!.text, 'Price: £6')
  t.equal(rank('What does it cost for my son, he is 9?', fares)[0]!.text, 'Price: £4')
})

t.test('of two records with the same column, the one whose title names the thing comes first', async t => {
  const room = (title: string, price: string): Given => ({ title, text: '', score: 0.8, similarity: 0.4, fields: [['Members', price]] })
  const question = 'What is the price of the Curlew room for members?'
  const [first, second] = choose(question, [room('Heron room', '90 €'), room('Curlew room', '120')])
  t.equal(first!.text, 'Members: 120')
  t.not(second?.text, first!.text)
})

t.test('equal facts of two things are both quoted', async t => {
  const room = (title: string): Given => ({ title, text: '', score: 0.8, similarity: 0.4, fields: [['Wing', 'West']] })
  t.equal(choose('Which rooms are in the west wing?', [room('Heron'), room('Curlew')]).length, 2)
})

t.test('of two articles the one with the code answers, and no page that looks more like it', async t => {
  const delivery = { title: 'Delivery', text: 'Delivery costs 9 €.', score: 0.9, similarity: 0.6 }
  const article = (code: string, price: string): Given =>
    ({ title: 'Ball valve', text: code, score: 0.6, similarity: 0.3, fields: [['Code', code], ['Price', price]] })
  const all = [delivery, article('VT-40/K', '21 €'), article('VT-80/K', '32 €')]
  t.equal(choose('How much does VT-80/K cost?', all)[0]!.text, 'Price: 32 €')
  t.notOk(choose('How much does VT-80/K cost?', all).some(({ passage }) => passage < 2))
  t.equal(choose('How much does the delivery of VT-80/K cost?', all)[0]!.text, delivery.text)
})

t.test('the number in a fact\'s name says for what it is', async t => {
  const hire: Given = {
    title: 'Rowing boat', text: '', score: 0.9, similarity: 0.5, fields: [['2 hours', '14 €'], ['4 hours', '25 €'], ['8 hours', '40 €']],
  }
  t.equal(choose('What does the rowing boat cost for eight hours?', [hire])[0]!.text, '8 hours: 40 €')
  const cards: Given = {
    title: 'Postcards', text: '', score: 0.9, similarity: 0.5, fields: [['100 pieces', '30 €'], ['1,000 pieces', '95 €']],
  }
  t.equal(choose('What do 1000 postcards cost?', [cards])[0]!.text, '1,000 pieces: 95 €')
  const fares: Given = {
    title: 'Ferry', text: '', score: 0.9, similarity: 0.5,
    fields: [['Adults', '8 €'], ['Aged 6 to 12', '4 €'], ['Aged 65 and over', '5 €']],
  }
  t.equal(choose('My son is 9, what does the ferry cost?', [fares])[0]!.text, 'Aged 6 to 12: 4 €')
  t.equal(choose('What does the ferry cost for adults?', [fares])[0]!.text, 'Adults: 8 €')
})

t.test('a code and what is asked of it: what is typed does not come first', async t => {
  const fields: Given['fields'] = [['Code', 'QV-8/D'], ['Weight', '2 kg'], ['Price', '6 €']]
  const hinge: Given = { title: 'Hinge', text: '', score: 0.9, similarity: 0.5, fields }
  t.equal(choose('how much is QV-8/D', [hinge])[0]!.text, 'Price: 6 €')
  t.equal(choose('QV-8/D', [hinge])[0]!.text, 'Code: QV-8/D')
})

const best = (question: string, text: string, title = '') => choose(question, [{ title, text, score: 1, similarity: null }])[0]!.text

t.test('words that only ask say little of which sentence answers', async t => {
  t.equal(best('Do kayaks cost anything?', 'A hut costs £24 a night. Kayaks are free for members.'), 'Kayaks are free for members.')
  t.equal(best('What does a hut cost?', 'Kayaks cost £9. One night in a hut is £24.'), 'One night in a hut is £24.')
})

t.test('opening hours are preferred among times, where it is asked when something opens', async t => {
  const text = 'The choir sings at 6.30 pm on Tuesdays. The chapel is open from 10 am to 5 pm.'
  t.match(best('At what time do you close?', text), /^The chapel/)
  t.match(best('When does the choir sing?', text), /^The choir/)
})

t.test('who somebody is is told by a sentence with a name', async t => {
  const text = 'Send letters for the owner to the harbour director. Ines Holt has run the ferry since 2011.'
  t.match(best('Who is the owner of the ferry?', text), /^Ines Holt/)
})

t.test('where the passages hold no word of the subject, the type of fact decides', async t => {
  const text = 'Bring a towel and your own soap. Guests leave by noon.'
  t.equal(best('When do visitors go?', text), 'Guests leave by noon.')
  t.equal(best('Which towel do visitors need?', text), 'Bring a towel and your own soap.')
})

t.test('a heading of plain text comes after what is said below it', async t => {
  const text = 'Before you sail\nEverybody wears a life jacket.\nIf the wind is strong, nobody may sail.'
  t.equal(best('Can we sail in a storm?', text), 'If the wind is strong, nobody may sail.')
  t.equal(best('Since when do you sail?', 'Sailing since 1987\nWe sail on the lake.'), 'Sailing since 1987', 'it holds the fact')
})

t.test('a heading is quoted after all that is said below it, also after what says less', async t => {
  const text = 'Things to know\nKeep the jacket dry. Return the keys at the hut. The jetty is slippery.'
  t.same(choose('What should I know of the jetty?', [{ title: '', text, score: 1, similarity: 0.5 }]).map(unit => unit.text)
    .includes('Things to know'), false)
})

t.test('a list has no heading, and a heading that says more of the question stays first', async t => {
  t.equal(best('Are cats allowed in the hall?', 'No cats in the hall\nCats in a basket on the stairs'), 'No cats in the hall')
  t.equal(best('Do you have dumplings?', 'Dumplings with plums\nLentil soup\nPancakes'), 'Dumplings with plums')
})

t.test('a way of asking names no fact: the sentence about the thing answers', async t => {
  const text = 'Ring 01584 555190. Receipts are sent by email within a day. Phone cases cost £9.'
  t.match(best('Do you send the receipt by email?', text), /^Receipts/)
  t.match(best('Do you sell phone cases?', text), /^Phone cases/)
  t.match(best('What is your phone number?', text), /^Ring/)
})

t.test('when a thing opens is told by the sentence about the thing', async t => {
  const mill = { title: 'The mill', text: 'The mill can be visited from 10 am to 4 pm.', score: 1, similarity: 0.6 }
  const kiosk = { title: 'The kiosk', text: 'The kiosk is open from 9 am.', score: 0.8, similarity: 0.4 }
  t.equal(choose('When does the mill open?', [mill, kiosk])[0]!.text, mill.text)
})

t.test('a number that is compared counts for no text that has it as one of another measure', async t => {
  const parking = { title: 'Getting here', text: 'The car park is 200 metres away.', score: 0.8, similarity: null }
  const words = (question: string) => rank(question, [parking])[0]!.features.unit
  t.equal(words('Do you have cots under 200 €?'), 0)
  t.ok(words('Is the car park more than 200 metres away?') > words('Is the car park more than 300 metres away?'))
  t.ok(words('Is there anything on page 200?') > 0, 'one without a measure is a word')
})

t.test('a fact that is called after what is asked for comes before a sentence that holds one of its type', async t => {
  const pack = {
    title: 'Rucksack Tarn 65', text: 'We have carried 22 kg in it over a mountain.', fields: [['Weight', '2.1 kg'], ['Load', '25 kg']],
    score: 0.8, similarity: 0.5,
  } satisfies Given
  t.equal(rank('How heavy is the Tarn 65?', [pack])[0]!.text, 'Weight: 2.1 kg')
  t.equal(rank('How many kg can the Tarn 65 load?', [pack])[0]!.text, 'Load: 25 kg')
})
