// Numbers are read as values with a unit, a range or a limit, and compared instead of matched.
import t from 'tap'
import { quantities } from '../../src/language/quantities.ts'
import { compareQuantities } from '../../src/language/quantity-fit.ts'
import type { Language } from '../../src/types.ts'
import { fc } from '../fixtures/property.ts'
import { read, written } from '../fixtures/read-quantities.ts'

t.test('what stands around a figure, and how blanks and letters are written, does not change how it is read', async t => {
  const rewritings: ((text: string) => string)[] = [
    text => /[.!?]$/.test(text) ? text : `${text}.`,
    text => `${text}, ok`,
    text => `(${text})`,
    text => `« ${text} »`,
    text => `**${text}**`,
    text => `Info: ${text}\n`,
    text => text.replaceAll(' ', '   '),
    text => text.replaceAll(' ', '\u00a0'),
    text => text.normalize('NFD'),
    text => text.replaceAll("'", '’'),
  ]
  for (const [language, text] of read) {
    const as = written(text, language)
    for (const rewrite of rewritings) {
      const other = written(rewrite(text), language)
      if (other !== as) t.fail(`${rewrite(text)}: ${other}, ${as}`)
    }
  }
  t.equal(written('GARDE DE 2 H 30 MIN', 'fr'), 'duration 150', 'capitals')
  t.equal(written('À PARTIR DE 11 ANS ET 1,40 M', 'fr'), written('à partir de 11 ans et 1,40 m', 'fr'))
})

t.test('a time of day ends with the words that say its half, and begins with them', async t => {
  const spans = (text: string, language: Language) => quantities(text, language).map(({ start, end }) => text.slice(start, end))
  t.same(spans('Treffen um halb neun am Tor', 'de'), ['halb neun'])
  t.same(spans('Opens at 6:15 in the morning', 'en'), ['6:15 in the morning'])
  t.same(spans('à 7 h du matin', 'fr'), ['7 h du matin'])
})

t.test('what has to fit into something is compared with how much that holds', async t => {
  for (const [language, question, text, expected] of [
    ['de', 'Passt ein Koffer mit 60 Litern in das Fach?', 'Das Fach fasst 75 Liter.', 'fits'],
    ['de', 'Passt ein Koffer mit 90 Litern in das Fach?', 'Das Fach fasst 75 Liter.', 'says nothing'],
    ['en', 'Will a 2.4 m board fit in the shed?', 'The shed is 3 m long.', 'fits'],
    ['fr', 'Une valise de 48 cm rentre-t-elle dans le casier ?', 'Le casier fait 50 cm.', 'fits'],
    ['es', '¿Cabe una caja de 30 litros en el maletero?', 'El maletero tiene 45 litros.', 'fits'],
    ['und', 'Past een kist van 70 cm in de kast?', 'De kast is 80 cm diep.', 'fits'],
    ['en', 'a 2.4 m board', 'The board is 3 m long.', 'contradicts'],
  ] as const) t.equal(verdict(question, text, language), expected, question)
})

t.test('numbers are read with their unit, as a value, a range or a limit', async t => {
  for (const [language, text, expected] of read) t.equal(written(text, language), expected, text)
})

t.test('a size, a pack and a model have the word that they belong to', async t => {
  const of = (text: string, language: Language) => quantities(text, language).map(({ before, counted }) => [before, counted])
  t.same(of('chaussettes pointure 42', 'fr'), [['pointur', null]])
  t.same(of('pack of 24 candles', 'en'), [['pack', 'candl']])
  t.same(of('das Modell Elster 7', 'de'), [['elst', null]])
})

/** Compares the text with the question's numbers. */
function verdict (question: string, text: string, language: Language): string {
  const { fits, compares, contradicts } = compareQuantities(quantities(question, language), quantities(text, language))
  return contradicts === 1 ? 'contradicts' : fits === 1 ? 'fits' : compares === 1 ? 'compares' : 'says nothing'
}

const compared: [language: Language, question: string, text: string, verdict: string][] = [
  ['fr', 'Ma facture est de 130 €, ai-je la remise ?', 'Une remise dès 90 € d’achat, sinon 4 € de frais', 'fits'],
  ['fr', 'Ma facture est de 40 €, ai-je la remise ?', 'Une remise dès 90 € d’achat', 'compares'],
  ['fr', 'Puis-je passer à 20 h ?', 'Nous recevons de 9 h à 17 h', 'compares'],
  ['fr', 'tarif draps 160', 'draps 140, 22 €', 'contradicts'],
  ['fr', 'bougies par 48', 'bougies par 12', 'contradicts'],
  ['en', 'Can my 15 year old enter?', 'open to visitors aged 12 and over', 'fits'],
  ['en', 'I weigh 150 kg, is the kayak all right?', 'The kayak weighs 23 kg and carries up to 140 kg', 'compares'],
  ['en', 'price of the 90 litre bin', 'Bins of 40 litres and of 60 litres', 'contradicts'],
  ['en', 'Is my 14 month old drill guaranteed?', 'All drills are guaranteed for 2 years', 'fits'],
  ['en', 'Is the pool open at 9 pm?', 'The pool costs £9', 'says nothing'],
  ['de', 'Gibt es eine 0,5 cm dicke Platte?', 'Platte, 5 mm dick', 'fits'],
  ['de', 'Hat das Lokal sonntags offen?', 'geöffnet Dienstag bis Samstag', 'compares'],
  ['de', 'Meine Nichte ist 13, darf sie fahren?', 'Fahrer sind mindestens 15.', 'compares'],
  ['en', 'price of the Heron 7.5 cord in 40 m', 'Heron 7.5 mm cord, 40 m', 'fits'],
  ['en', 'price of the Heron 7.5 cord in 40 m', 'Heron 7.5 mm cord, 50 m', 'contradicts'],
  ['en', 'my nephew is 17', 'Drivers have to be 16 or over.', 'fits'],
  ['de', 'Habt ihr am 24.12. offen?', 'Betriebsferien vom 20.12.2026 bis 05.01.2027', 'fits'],
  ['en', 'Are you open at 2:30 pm?', 'open from 10 am to 6 pm', 'fits'],
  ['es', '¿Está abierto en julio?', 'del 1 de junio al 31 de agosto', 'fits'],
]

t.test('a number of the question is compared with limits and ranges; another value of one attribute contradicts', async t => {
  for (const [language, question, text, expected] of compared) t.equal(verdict(question, text, language), expected, `${question} / ${text}`)
})

t.test('how thousands are written never changes a value', async () => {
  fc.assert(fc.property(fc.integer({ min: 1000, max: 9_999_999 }), value => {
    const groups = (mark: string) => String(value).replace(/\B(?=(?:\d{3})+$)/g, mark)
    const values = (text: string, language: Language) => quantities(`Prix ${text} €`, language).map(({ low }) => low)
    for (const [language, text] of [
      ['fr', String(value)],
      ['fr', groups(' ')],
      ['fr', groups('\u202f')],
      ['fr', `${groups('.')},00`],
      ['de', groups('.')],
      ['es', groups('.')],
      ['en', groups(',')],
      ['en', `${groups(',')}.00`],
      ['und', groups('’')],
      ['de', `${groups('.')},50`],
    ] as const) {
      const [read, ...others] = values(text, language)
      if (others.length > 0 || Math.floor(read!) !== value) throw new Error(`${text} is read as ${read}`)
    }
  }))
})

t.test('a value within a range fits it, one outside does not, whatever the units', async () => {
  const units: [name: string, size: number][] = [['mm', 1], ['cm', 10], ['m', 1000]]
  const unit = fc.constantFrom(...units)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 20_000 }),
      unit,
      unit,
      (low, width, value, [held, heldSize], [asked, askedSize]) => {
        const relation = verdict(`J'ai ${value} ${asked} de place`, `de ${low} à ${low + width} ${held}`, 'fr')
        const [size, from, to] = [value * askedSize, low * heldSize, (low + width) * heldSize]
        const expected = from <= size && size <= to ? 'fits' : 'compares'
        if (relation !== expected) throw new Error(`${value} ${asked}, ${low} to ${low + width} ${held}: ${relation}`)
      }
    )
  )
})

t.test('an exclusive limit leaves its own number out', async () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), limit => {
    const found = ['moins de', 'plus de', "jusqu'à", 'dès'].map(words => verdict(`J'ai ${limit} €`, `${words} ${limit} €`, 'fr'))
    if (found.join() !== 'compares,compares,fits,fits') throw new Error(`${limit}: ${found.join()}`)
  }))
})

t.test('any text is read in time and without an error', async () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), text => {
    for (const { low, high, start, end } of quantities(text, 'fr')) {
      if (!(low <= high) || start >= end || end > text.length) throw new Error('no quantity of this text')
    }
  }))
})

t.test('a text of nothing but numbers takes no longer per number than a short list', async t => {
  // Looking through all the rest of the list for each number would take minutes.
  for (const part of ['3x', '3 or ', '1-', '3, 4 ou ']) {
    const text = part.repeat(50_000 / part.length)
    t.ok(quantities(text, 'en').length > 5_000, `50,000 characters of "${part}"`)
  }
})
