// Documentation keeps the sentences that can answer, under their headings.
import t from 'tap'
import { compress } from '../../src/compress/compress.ts'

const asProse = { kind: 'documentation', language: 'en' } as const
const delivery = `# Delivery

Parcels leave our warehouse every weekday. Standard delivery takes 2 to 4 working days and costs £3.95. \
If you are in a hurry, choose Express for £8.50.

# Returns

You have thirty days to send an article back. The label is in the box. The parcel must hold all its parts, and the article must be new. \
We write to you as soon as it has arrived.

# The shop

It is open from Tuesday to Saturday. Six free parking spaces are behind the building, and the tram stops two minutes away. \
Dogs are welcome, and there is a corner with toys for children.`

t.test('sentences that answer stay verbatim, with their heading; gaps are marked', async t => {
  const { text, kind, ratio } = compress(delivery, { mode: 'adaptive', question: 'How much does standard delivery cost?', language: 'en' })
  t.equal(kind, 'documentation')
  t.match(text, /# Delivery\n/)
  t.match(text, 'Standard delivery takes 2 to 4 working days and costs £3.95.')
  t.notMatch(text, 'Dogs are welcome')
  t.match(text, /…/)
  t.ok(ratio > 1.5)
})

t.test('a sentence under another heading never stays without that heading', async t => {
  for (const mode of ['adaptive', 'aggressive'] as const) {
    for (const question of ['How much is Express?', 'Where can I park at the shop?', 'How long can I return it?']) {
      const lines = compress(delivery, { ...asProse, mode, question }).text.split('\n').filter(Boolean)
      for (const [heading, sentence] of [['# Delivery', 'Express'], ['# Returns', 'thirty'], ['# The shop', 'parking']] as const) {
        const at = lines.findIndex(line => line.includes(sentence))
        if (at >= 0) t.equal(lines.slice(0, at).findLast(line => line.startsWith('#')), heading, `${mode}: ${question}`)
      }
    }
  }
})

t.test('a question that nothing matches leaves the text unchanged', async t => {
  t.equal(compress(delivery, { ...asProse, mode: 'adaptive', question: 'Do you sell helicopters?' }).text, delivery)
})

t.test('a misspelt word and another form of a word find their sentence', async t => {
  t.match(compress(delivery, { ...asProse, mode: 'aggressive', question: 'standart delivary price' }).text, '£3.95')
  t.match(
    compress(delivery, { ...asProse, mode: 'aggressive', question: 'is there a park place behind the buildings?' }).text,
    'Six free parking spaces'
  )
})

t.test('sentences about another size are dropped first', async t => {
  const sizes = [3, 4, 5]
    .map(
      n =>
        `Nappies size ${n}, box of 300\nPrice: ${40 + n}.90 €\nThe belt is soft and it stretches, so that nothing chafes when the ` +
        'child crawls.'
    )
    .join('\n\n')
  const { text } = compress(sizes, { ...asProse, mode: 'aggressive', question: 'price of nappies size 4' })
  t.match(text, /size 4, box of 300\nPrice: 44\.90 €/)
})

t.test('abbreviations and figures are not split', async t => {
  const text = `Chez M. Durand la livraison prend env. 3 jours. ${'Le reste du texte ne dit rien de cela. '.repeat(20)}`
  t.match(
    compress(text, {
      kind: 'documentation', mode: 'aggressive', question: 'combien de jours prend la livraison chez Durand ?', language: 'fr',
    }).text,
    'Chez M. Durand la livraison prend env. 3 jours.'
  )
})

t.test('conservative: repeats and boilerplate go, and nothing else', async t => {
  const notice = 'This manual is part of the product and must be kept.'
  const { text } = compress(`${notice}\nFirst chapter.\nPage 1 of 3\n${notice}\nSecond chapter.\n-----\n© 2026 Fjord`, {
    ...asProse, mode: 'conservative', question: 'What is in it?',
  })
  t.equal(text, `${notice}\nFirst chapter.\n…\nSecond chapter.\n…`)
})

t.test('a fact that repeats under another heading stays', async t => {
  const text = ['Blue lamp', 'Red lamp', 'Red lamp again']
    .map(name => `${name}\nDelivery: 3 to 5 days\nIt can be washed by hand.\nDelivery: 3 to 5 days`)
    .join('\n\n')
  const result = compress(text, { ...asProse, mode: 'conservative' }).text
  t.equal(result.split('Delivery: 3 to 5 days').length - 1, 3)
  t.equal(result.split('It can be washed by hand.').length - 1, 1)
})

t.test('stored material keeps headings, first sentences and figures', async t => {
  const { text, ratio } = compress(delivery, { ...asProse, mode: 'adaptive' })
  t.ok(ratio >= 1.9)
  for (const kept of ['# Delivery', '# Returns', '# The shop', '£3.95']) t.match(text, kept)
})

t.test('a budget is never exceeded; a text is only cut between words and figures', async t => {
  for (const budget of [60, 120, 300]) {
    const { text } = compress(delivery, { ...asProse, mode: 'adaptive', question: 'How much does standard delivery cost?', budget })
    t.ok(text.length <= budget && text.length > 0)
  }
  t.equal(compress('The pump takes 1 000 000 litres', { ...asProse, mode: 'adaptive', budget: 22 }).text, 'The pump takes …')
})
