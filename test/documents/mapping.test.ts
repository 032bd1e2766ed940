// Guesses how to read documents that the profile does not describe.
import t from 'tap'
import { readDocument } from '../../src/documents/document.ts'
import { guessMapping } from '../../src/documents/mapping.ts'

t.test('recognises a shop\'s products: title, text, address and facts by their names', async t => {
  const mapping = guessMapping(
    [
      {
        sku: 7, name: 'Blue tent', description: 'A tent for two people that stands in a minute.', unit_price: 299, inStock: true,
        link: 'https://shop.example/tent', _geo: { lat: 1 },
      },
      {
        sku: 8, name: 'Stove', description: 'Boils a litre in three minutes.', unit_price: 49.9, inStock: false,
        link: 'https://shop.example/stove',
      },
    ],
    'sku'
  )
  t.same(mapping, { title: 'name', text: ['description'], url: 'link', fields: { unit_price: 'Unit price', inStock: 'In stock' } })
})

t.test('recognises questions and answers in French', async t => {
  t.same(guessMapping([{ id: 1, question: 'Quels délais ?', réponse: 'Deux jours.' }]), { title: 'question', text: ['réponse'] })
})

t.test('recognises text by its length, an address by its look', async t => {
  const mapping = guessMapping([
    {
      id: 1, titel: 'Zelt', absatz: 'Ein leichtes Zelt für zwei Personen, das bei jedem Wetter steht und wenig wiegt.', ziel: '/zelt',
      farbe: 'blau',
    },
  ])
  t.same(mapping, { title: 'titel', text: ['absatz'], url: 'ziel', fields: { farbe: 'Farbe' } })
})

t.test('takes the longest key as text when there is no title or text', async t => {
  t.same(guessMapping([{ id: 1, a: 'x', remark: 'short but the longest' }]), { text: ['remark'], fields: { a: 'A' } })
})

t.test('guesses an empty mapping from nothing, and finds no document', async t => {
  for (const documents of [[], [{ id: 1 }], [{ id: 1, nested: { text: 'x' } }], [{ id: 1, list: [{ a: 1 }] }]]) {
    const mapping = guessMapping(documents)
    t.same(mapping, { text: [] })
    t.equal(readDocument({ id: 1, nested: { text: 'x' } }, mapping), null)
  }
})

t.test('keeps twelve facts at most', async t => {
  const mapping = guessMapping([Object.fromEntries([['title', 'x'], ...Array.from({ length: 40 }, (_, i) => [`k${i}`, i])])])
  t.equal(Object.keys(mapping.fields!).length, 12)
})

t.test('a price list is about what stands in front, whose column says what kind of thing it is', async t => {
  const fares = [
    { Fare: 'Grown-up', Single: '£11.40', Remark: 'from sixteen years on, with or without luggage' },
    { Fare: 'Child', Single: '£5.70', Remark: 'five to fifteen' },
    { Fare: 'Motorcycle', Single: '£17.50', Remark: '' },
  ]
  t.same(guessMapping(fares), { title: 'Fare', text: [], fields: { Fare: 'Fare', Single: 'Single', Remark: 'Remark' } })
})

t.test('codes, and values that many share, are no names', async t => {
  const coded = [{ code: 'KT-20', Ware: 'Blue kettle' }, { code: 'KT-21', Ware: 'Red kettle' }]
  t.equal(guessMapping(coded).title, 'Ware')
  const brands = [1, 2, 3, 4].map(n => ({ brand: 'Orlo', price: `${n} €` }))
  t.equal(guessMapping(brands).title, undefined)
})
