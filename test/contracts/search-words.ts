// Every search engine finds words whatever their spelling, script and separators.
import type { Test } from 'tap'
import { ask, document, ids, searchProfile } from '../fixtures/search-store.ts'
import { contractModel, type SearchParts } from './search-engine.ts'

/** Runs the cases; `make` gives an empty engine of its own to each. */
export function searchWordsContract (t: Test, make: (t: Test) => Promise<SearchParts>): void {
  const shop = searchProfile()

  t.test('finds an article by its code in any spelling, and puts it first', async t => {
    const { engine, write } = await make(t)
    const screws = Array.from({ length: 9 }, (_, i) =>
      document(`screw-${i}`, `Wood screw HK-40${i % 2}/${i}, ${i + 3} mm`, { fields: [['Price', `${i}.90 €`]] }))
    const prices = document('price', 'The price of a wood screw: price, price and price again. HK is our own brand.')
    await write(shop, 'products', [...screws, prices])
    for (const question of ['price HK-401/5', 'price hk401-5', 'price of HK 401/5', 'wood screw price of HK-401/5']) {
      const { passages, terms } = await ask(engine, question)
      t.equal(ids({ passages })[0], 'products/screw-5', question)
      t.match(terms.at(-1), { known: true, corrections: [] })
    }
    const { terms } = await ask(engine, 'price of HK-409/5')
    t.match(terms.at(-1), { word: 'hk409ː5', known: false }, 'a code that is nowhere is not known by its parts')
  })

  t.test('finds words with ligatures, soft hyphens and decomposed letters', async t => {
    const { engine, write } = await make(t)
    const boutique = searchProfile({ language: 'fr' })
    await write(boutique, 'products', [
      document('nest', 'Un nichoir pour mésanges'.normalize('NFD')), document('eyelet', 'Un œillet en laiton'),
      document('bag', 'Un sac de sport'),
    ])
    t.same(ids(await ask(engine, 'oeillets', { company: boutique })), ['products/eyelet'])
    t.same(ids(await ask(engine, 'mésange', { company: boutique })), ['products/nest'])
  })

  t.test('finds Chinese by pairs of letters', async t => {
    const { engine, write } = await make(t)
    const company = searchProfile({ language: 'und' })
    await write(company, 'faq', [document('refund', '退款将在七天内到账'), document('size', '尺寸表在每个商品页面上')])
    t.equal(ids(await ask(engine, '退款要几天？', { company }))[0], 'faq/refund')
  })

  t.test('finds a German compound for its parts, and the parts for a compound', async t => {
    const { engine, write } = await make(t)
    const company = searchProfile({ language: 'de' })
    await write(company, 'faq', [
      document('fee', 'Die Mahngebühren betragen fünf Euro.'), document('bikes', 'Räder für Kinder stehen im Hof.'),
      document('return', 'Eine Rückgabe ist in zwei Wochen möglich.'), document('oven', 'Der Ofen heizt das Haus.'),
    ])
    const asking = async (question: string) => {
      const { passages, terms } = await ask(engine, question, { company })
      return { first: passages[0], terms }
    }
    const fee = await asking('Wie hoch sind die Gebühren für eine Mahnung?')
    t.match(fee, { first: { id: 'faq/fee', matched: [1, 2] }, terms: [{}, { known: true }, { known: true }] })
    const bikes = await asking('Stehen Kinderräder im Hof?')
    t.equal(bikes.first?.id, 'faq/bikes')
    t.match(bikes.terms.find(({ word }) => word === 'kinderräder'), { known: true, corrections: [], parts: ['kind', 'rad'] })
    t.equal((await asking('Kann ich etwas zurückgeben?')).first?.id, 'faq/return')
  })

  t.test('corrects neither a short word to another one nor a short name', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('team', 'Mr. Ward and Mr. Marlow repair tents, boat and lamp.')])
    for (const [question, word, corrections] of [
      ['Where is the wart?', 'wart', []], ['Is there a damp cellar?', 'damp', []], ['May I talk to Marlo?', 'marlo', []],
      ['repair a botat', 'botat', ['boat']], ['repair a lapm', 'lapm', ['lamp']], ['repair a tetns', 'tetns', ['tent']],
    ] as const) {
      const { terms } = await ask(engine, question)
      t.match(terms.find(term => term.word === word), { known: corrections.length > 0, corrections }, question)
    }
  })

  t.test('finds the other forms of a word', async t => {
    const { engine, write } = await make(t)
    for (const [language, text, question] of [
      ['fr', 'Vous pouvez réserver une table par téléphone.', 'Où se fait la réservation ?'],
      ['de', 'Die Bücher werden monatlich bestellt.', 'Wie geht eine Bestellung?'],
      ['es', 'Alquilamos bicicletas por horas.', '¿Cuánto cuesta alquilar una?'],
    ] as const) {
      const company = searchProfile({ id: language === 'fr' ? 'shop' : 'shop-2', language })
      await write(company, 'faq', [document('word', text), document('other', 'Azurite')])
      t.same(ids(await ask(engine, question, { company })), ['faq/word'], question)
    }
  })

  t.test('finds the type of fact that is asked for, where neither words nor vectors find anything', async t => {
    const { engine, write } = await make(t)
    const documents = [document('a', 'Ring 01632 960 114.'), document('b', 'All lamps are hand made.'), document('c', 'A lamp is 12 €.')]
    await write(shop, 'products', documents)
    const found = async (question: string) => ids(await ask(engine, question))
    t.same(await found('What is your phone number?'), ['products/a'])
    t.same(await found('And what of them?'), [], 'nothing is asked for that a text could hold')
    const near = [1, 0, 0, 0]
    await write(shop, 'faq', documents.map(one => ({ ...one, text: `${one.text} Yes.` })), { a: near, b: near, c: near })
    const vectors = [{ model: contractModel, vector: new Float32Array([1, 0, 0, 0]) }]
    t.equal((await ask(engine, 'phone number', { indexes: ['faq'], vectors })).passages.length, 3, 'vectors find by themselves')
  })
}
