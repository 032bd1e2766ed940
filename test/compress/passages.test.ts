// Several texts share a budget: the best sentences of all stay, each text under its own title.
import t from 'tap'
import { compressPassages } from '../../src/compress/passages.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const shop = (name: string, price: number) => ({
  head: '',
  text:
    `${name}\nPrice: ${price} €\nIt is made in a village near the sea. It can be washed by hand. The colours stay for years. A card ` +
    'with its story lies in the box.',
})
const texts = [shop('Blue lamp', 35), shop('Red rug', 120), shop('Green chair', 80)]
const asked = { mode: 'adaptive', language: 'en' } as const

t.test('under a budget the answer stays, whichever text it is in', async t => {
  for (const [i, question, answer] of [
    [0, 'price of the blue lamp', '35 €'], [1, 'what does the red rug cost', '120 €'], [2, 'how much is the green chair', '80 €'],
  ] as const) {
    const results = compressPassages(texts, { ...asked, question, budget: 130 })
    t.match(results[i], answer, question)
    t.ok(results.join('').length <= 130)
  }
})

t.test('the rest of a text stays under its own title', async t => {
  for (const [i, result] of compressPassages(texts, { ...asked, question: 'price?', budget: 150 }).entries()) {
    if (result !== '') t.ok(result.startsWith(texts[i]!.text.split('\n')[0]!), result)
  }
})

t.test('a head is read with its text, and neither counted nor returned', async t => {
  const sizes = 'It is made near the sea. It measures 20 by 30 cm. The colours stay for years. A card with its story lies in the box.'
  const headed = ['Blue lamp', 'Red rug', 'Green chair'].map((head, i) => ({
    head: `${head}\nPrice: ${i + 1} €`, text: sizes.replace('20', String(20 + i)),
  }))
  for (const [i, { head }] of headed.entries()) {
    const results = compressPassages(headed, { ...asked, question: `What does the ${head.split('\n')[0]} measure?`, budget: 60 })
    t.match(results[i], `It measures ${20 + i} by 30 cm.`)
    t.notMatch(results.join(' '), /lamp|rug|chair|€/)
    t.ok(results.join('').length <= 60)
  }
})

t.test('off, and a question that nothing matches, return everything', async t => {
  const all = texts.map(({ text }) => text)
  t.same(compressPassages(texts, { ...asked, mode: 'off', question: 'price', budget: 10 }), all)
  t.same(compressPassages(texts, { ...asked, question: 'helicopters' }), all)
  t.same(compressPassages([], { ...asked, question: 'price' }), [])
})

t.test('a text of another kind is compressed as that kind, with its share of the budget', async t => {
  const log = Array.from({ length: 200 }, (_, i) => `2026-03-14T10:00:${String(i % 60).padStart(2, '0')}Z INFO request ${i} done`).join(
    '\n'
  )
  const [first, second] = compressPassages([{ head: 'Monday', text: log }, texts[0]!], {
    ...asked, question: 'price of the lamp', budget: 2000,
  })
  t.match(first, /INFO request <\*> done \[×200\]/)
  t.match(second, '35 €')
})

t.test('no result is longer than its text, and the total stays within the budget', async t => {
  const part = fc.constantFrom(
    'Blue lamp', 'Price: 35 €', 'It can be washed.', 'Is it new?', '\n', '\n\n', ' ', 'a;b;c\n1;2;3\n4;5;6', '# Title', 'INFO up',
    'Page 3'
  )
  const written = (maxLength: number) => fc.array(part, { maxLength }).map(parts => parts.join(' '))
  const text = fc.record({ head: written(3), text: written(20) })
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 6 }), fc.constantFrom('adaptive' as const, 'aggressive' as const, 'conservative' as const),
      fc.constantFrom(0, 10, 100, 400, undefined),
      (all, mode, budget) => {
        const results = compressPassages(all, {
          mode, language: 'en', question: 'price of the blue lamp', ...(budget === undefined ? {} : { budget }),
        })
        if (results.length !== all.length) throw new Error('another number')
        if (results.some((result, i) => result.length > all[i]!.text.length)) throw new Error('longer')
        if (results.join('').length > (budget ?? Infinity)) throw new Error('over the budget')
      }
    ),
    propertyRuns(2000, { seed: 20260314 })
  )
  t.pass()
})
