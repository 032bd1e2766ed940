// The contract of every search engine.
import type { Test } from 'tap'
import type { SearchEngine } from '../../src/search/engine.ts'
import type { IndexedDocument } from '../../src/documents/document.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { ask, document, ids, searchProfile } from '../fixtures/search-store.ts'

export const contractModel = 'contract-model'
/** The length of the contract's vectors. */
export const contractDimensions = 4

export interface SearchParts {
  engine: SearchEngine
  /** How far a similarity may be from the cosine; 0.01 when absent. */
  cosineError?: number
  /** Adds or replaces documents, searchable when it resolves. @param vectors of `contractModel`, by document id */
  write (company: CompanyProfile, index: string, documents: IndexedDocument[], vectors?: Record<string, number[]>): Promise<void>
  /** Removes the documents of an index that are not among `keep`. */
  keep (company: CompanyProfile, index: string, keep: string[]): Promise<void>
}

const unit = (...values: number[]): number[] => values.map(value => value / Math.hypot(...values))
const vector = (...values: number[]): Float32Array => new Float32Array(unit(...values))

const catalogue = [
  document('tent', 'A light tent for two people. It weighs 1.9 kg.', {
    title: 'Tent Fjell', url: 'https://shop.example/tent', fields: [['Price', '299.00 €']],
  }),
  document('stove', 'A gas stove that boils a litre in three minutes.', { title: 'Stove Flamme', fields: [['Price', '49.90 €']] }),
  document('mat', 'A mat that insulates down to -10 °C.', { title: 'Sleeping mat' }),
  document('boots', 'Boots of full-grain leather, resoled by us.', { title: 'Leather boots' }),
]
const delivery = document('delivery', 'Delivery takes two working days, to an island four.')

/** Runs the cases; `make` gives each its own empty engine. */
export function searchEngineContract (t: Test, make: (t: Test) => Promise<SearchParts>): void {
  const shop = searchProfile()

  t.test('finds what was written, best first, with scores from 0 to 1', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const { passages } = await ask(engine, 'How heavy is the light tent for two people?')
    const [best] = passages
    t.match(best, {
      id: 'products/tent', index: 'products', title: 'Tent Fjell', text: /1\.9 kg/, url: 'https://shop.example/tent',
      fields: [['Price', '299.00 €']],
    })
    for (const { score } of passages) t.ok(score >= 0 && score <= 1, `${score}`)
    t.same(passages.map(({ score }) => score), passages.map(({ score }) => score).sort((a, b) => b - a))
  })

  t.test('returns no more than asked for', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', Array.from({ length: 30 }, (_, i) => document(`lamp-${i}`, `Lamp number ${i} with a battery`)))
    for (const limit of [1, 3, 6]) t.equal((await ask(engine, 'lamp battery', { limit })).passages.length, limit)
  })

  t.test('finds by title, by text and by facts', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    t.equal(ids(await ask(engine, 'Flamme'))[0], 'products/stove')
    t.equal(ids(await ask(engine, 'leather'))[0], 'products/boots')
    t.equal(ids(await ask(engine, '49.90'))[0], 'products/stove')
  })

  t.test('lists the facts of an index whole or not at all', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const list = (limit: number) => engine.facts!({ company: shop, index: 'products', limit, signal: new AbortController().signal })
    t.same((await list(100))?.map(({ passage, fields }) => [passage, fields.join()]).sort(),
      [['products/stove', 'Price,49.90 €'], ['products/tent', 'Price,299.00 €']])
    t.equal(await list(1), null)
  })

  t.test('finds other forms of a word, and words without their accents', async t => {
    const { engine, write } = await make(t)
    const boutique = searchProfile({ language: 'fr' })
    await write(boutique, 'products', [document('couches', 'Des couches pour bébé, lavées en été'), document('lit', 'Un lit à barreaux')])
    for (const question of ['couche', 'bebe', 'BÉBÉS', 'lavees', 'lavee', 'lavé']) {
      t.same(ids(await ask(engine, question, { company: boutique })), ['products/couches'], question)
    }
  })

  t.test('corrects a typo', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const { passages, terms } = await ask(engine, 'lether boots')
    t.equal(passages[0]!.id, 'products/boots')
    t.ok(terms.find(({ word }) => word === 'lether')!.corrections.length > 0)
  })

  t.test('tells how each word of the question occurs', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const { passages, terms } = await ask(engine, 'leather zeppelin boots')
    t.same(terms.map(({ word, known }) => [word, known]), [['leather', true], ['zeppelin', false], ['boots', true]])
    for (const { idf } of terms) t.ok(idf > 0)
    t.ok(terms[1]!.idf >= terms[0]!.idf, 'a word that no document holds weighs most')
    t.same(passages.find(({ id }) => id === 'products/boots')!.matched, [0, 2])
  })

  t.test('searches the named indexes, or all of them', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('d1', 'delivery trolley')])
    await write(shop, 'faq', [delivery])
    t.same(ids(await ask(engine, 'delivery')).sort(), ['faq/delivery', 'products/d1'])
    t.same(ids(await ask(engine, 'delivery', { indexes: ['faq'] })), ['faq/delivery'])
    t.same(ids(await ask(engine, 'delivery', { indexes: ['faq', 'products'] })).sort(), ['faq/delivery', 'products/d1'])
  })

  t.test('treats one id in two indexes as two documents', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('1', 'a blue kayak')])
    await write(shop, 'faq', [document('1', 'how to store a kayak')])
    t.same(ids(await ask(engine, 'kayak')).sort(), ['faq/1', 'products/1'])
  })

  t.test('finds nothing of another company, whatever the ids', async t => {
    const { engine, write } = await make(t)
    const other = searchProfile({ id: 'shop-2' })
    await write(shop, 'products', [document('1', 'the secret of the first company: azurite')], { 1: unit(1, 0, 0, 0) })
    await write(other, 'products', [document('1', 'the secret of the second company: malachite')], { 1: unit(0, 1, 0, 0) })
    for (const [company, own, foreign] of [[shop, 'azurite', 'malachite'], [other, 'malachite', 'azurite']] as const) {
      const both = await ask(engine, 'secret azurite malachite', {
        company, vectors: [{ model: contractModel, vector: vector(1, 1, 0, 0) }],
      })
      t.same(ids(both), ['products/1'])
      t.match(both.passages[0]!.text, own)
      t.notMatch(JSON.stringify(both.passages), foreign)
      t.equal(both.terms.find(({ word }) => word === foreign)!.known, false, 'not even its words are known')
    }
  })

  t.test('finds nothing for a company without documents', async t => {
    const { engine } = await make(t)
    const { passages, terms, degraded } = await ask(engine, 'tent', { company: searchProfile({ id: 'nobody' }) })
    t.same(passages, [])
    t.ok(terms.every(({ known }) => !known))
    t.equal(degraded, undefined)
  })

  t.test('replaces a document that is written again', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('1', 'azurite')])
    await write(shop, 'products', [document('1', 'malachite')])
    t.same(ids(await ask(engine, 'azurite')), [])
    t.same(ids(await ask(engine, 'malachite')), ['products/1'])
  })

  t.test('forgets a removed document, and its vector', async t => {
    const { engine, write, keep } = await make(t)
    await write(shop, 'products', [document('1', 'azurite'), document('2', 'malachite')], { 1: unit(1, 0, 0, 0), 2: unit(0, 1, 0, 0) })
    await keep(shop, 'products', ['2'])
    t.same(
      ids(await ask(engine, 'azurite', { vectors: [{ model: contractModel, vector: vector(1, 0, 0, 0) }] })).filter(
        id => id !== 'products/2'
      ),
      []
    )
  })

  t.test('treats operators, quotes and code in a question as plain words', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    for (const question of [
      '"tent"', '"tent', 'tent*', '-tent', '^tent', 'NEAR(tent stove)', 'NEAR(tent, 2', 'tent AND', 'tent OR NOT', 'NOT tent',
      'title:tent', 'stems : tent', '{title text}: tent', "tent' OR 1=1 --", 'tent"; DROP TABLE passages; --', 'tent + tent', '(tent',
      'tent)', 'tent\u0000', '\ud800 tent', '\\tent\\', '%tent_', 'company = "x" tent', '{{tent}}', `tent${' x'.repeat(300)}`,
    ]) {
      const found = ids(await ask(engine, question))
      t.ok(found.includes('products/tent'), JSON.stringify(question.slice(0, 40)))
    }
  })

  t.test('accepts questions without a word that counts', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    for (const question of ['', '?', '🎉🎉', 'the of and', '你好吗', 'كم السعر', 'ราคาเท่าไหร่', '\u0301\u0302', 'NEAR', 'AND OR NOT']) {
      const { passages } = await ask(engine, question)
      t.ok(Array.isArray(passages), JSON.stringify(question))
    }
  })

  t.test('accepts any text without an error', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue, { tent: unit(1, 0, 0, 0) })
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 60 })), async text => {
      const { passages } = await ask(engine, text, { vectors: [{ model: contractModel, vector: vector(1, 0, 0, 0) }] })
      if (passages.some(({ score }) => !(score >= 0 && score <= 1))) throw new Error('score')
    }), propertyRuns(150, { seed: 20260301 }))
    t.pass()
  })

  t.test('returns null as similarity without vectors, and the cosine with them', async t => {
    const { engine, write, cosineError = 0.01 } = await make(t)
    await write(shop, 'products', catalogue, { tent: unit(1, 0, 0, 0), stove: unit(1, 1, 0, 0) })
    t.ok((await ask(engine, 'tent stove')).passages.every(({ similarity }) => similarity === null), 'the question has none')
    const { passages } = await ask(engine, 'tent stove boots', { vectors: [{ model: contractModel, vector: vector(1, 0, 0, 0) }] })
    const similarity = (id: string) => passages.find(found => found.id === id)!.similarity
    t.ok(Math.abs(similarity('products/tent')! - 1) < cosineError)
    t.ok(Math.abs(similarity('products/stove')! - Math.SQRT1_2) < cosineError)
    t.equal(similarity('products/boots'), null, 'the document has none')
  })

  t.test('finds by vectors what the words miss, and ranks by them what the words leave equal', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('a', 'pack azurite'), document('b', 'pack malachite'), document('c', 'nothing alike')],
      { a: unit(1, 0, 0, 0), b: unit(0, 1, 0, 0), c: unit(0, 0, 1, 0) })
    const near = (...values: number[]) => ({ vectors: [{ model: contractModel, vector: vector(...values) }] })
    t.equal(ids(await ask(engine, 'pack', near(1, 0.1, 0, 0)))[0], 'products/a')
    t.equal(ids(await ask(engine, 'pack', near(0.1, 1, 0, 0)))[0], 'products/b')
    t.equal(ids(await ask(engine, 'zeppelin', near(0, 0, 1, 0)))[0], 'products/c')
  })

  t.test('gives the same result for a promised vector as for a known one', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue, { tent: unit(1, 0, 0, 0), stove: unit(1, 1, 0, 0), mat: unit(0, 0, 1, 0) })
    for (const question of ['gas stove for two', 'lether', 'zeppelin', 'the']) {
      const atHand = await ask(engine, question, { vectors: [{ model: contractModel, vector: vector(1, 0.3, 0, 0) }] })
      const promised = await ask(engine, question, { vectors: [{ model: contractModel, vector: Promise.resolve(vector(1, 0.3, 0, 0)) }] })
      t.same(promised, atHand, question)
    }
    const none = await ask(engine, 'gas stove', { vectors: [{ model: contractModel, vector: null }] })
    t.same(await ask(engine, 'gas stove', { vectors: [{ model: contractModel, vector: Promise.resolve(null) }] }), none)
    t.equal(none.degraded, undefined, 'no model is not a failure')
  })

  t.test('falls back to the words when a vector fails, and says so', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue, { tent: unit(1, 0, 0, 0) })
    const { passages, degraded } = await ask(engine, 'tent', {
      vectors: [{ model: contractModel, vector: Promise.reject(new Error('no memory')) }],
    })
    t.equal(passages[0]!.id, 'products/tent')
    t.type(degraded, 'string')
  })

  t.test('ignores a vector of another model or of another length', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue, { tent: unit(1, 0, 0, 0) })
    for (const vectors of [[{ model: 'another', vector: vector(1, 0, 0, 0) }], [{ model: contractModel, vector: vector(1, 0) }]]) {
      t.equal(ids(await ask(engine, 'tent', { vectors }))[0], 'products/tent')
    }
  })

  t.test('ends an aborted search with the signal\'s reason', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    await t.rejects(ask(engine, 'tent', { signal: AbortSignal.abort(new Error('left')) }), { message: 'left' })
    const leaving = new AbortController()
    const running = ask(engine, 'tent', { signal: leaving.signal })
    leaving.abort(new Error('left'))
    await t.rejects(running, { message: 'left' })
    t.equal(ids(await ask(engine, 'tent'))[0], 'products/tent', 'the next one is answered')
  })

  t.test('does not wait for the question\'s vector after an abort', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const leaving = new AbortController()
    const running = ask(engine, 'tent', { signal: leaving.signal, vectors: [{ model: contractModel, vector: new Promise(() => {}) }] })
    // Once a later one is answered, this one can only be waiting for the vector.
    await ask(engine, 'tent')
    leaving.abort(new Error('left'))
    await t.rejects(running, { message: 'left' })
  })

  t.test('changes the version with the documents', async t => {
    const { engine, write, keep } = await make(t)
    const seen = new Set<string>()
    const version = async () => {
      await ask(engine, 'tent')
      return engine.version(shop)
    }
    await write(shop, 'products', catalogue)
    seen.add(await version())
    t.equal(await version(), [...seen][0], 'it stays while nothing changes')
    await write(shop, 'products', [document('tent', 'Another tent')])
    seen.add(await version())
    await keep(shop, 'products', ['tent'])
    seen.add(await version())
    t.equal(seen.size, 3)
  })

  t.test('runs many searches at once', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', catalogue)
    const results = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(engine, i % 2 ? 'tent' : 'leather boots')))
    t.ok(results.every((result, i) => ids(result)[0] === (i % 2 ? 'products/tent' : 'products/boots')))
  })

  t.test('tells if it answers, and what it did', async t => {
    const { engine } = await make(t)
    t.equal(await engine.unavailable(), null)
    t.type(engine.stats().engine, 'string')
  })
}
