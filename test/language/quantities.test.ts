// Numbers are read as values with a unit, a range or a limit, and compared instead of matched.
import t from 'tap'
import { quantities, type Quantity } from '../../src/language/quantities.ts'
import { compareQuantities } from '../../src/language/quantity-fit.ts'
import type { Language } from '../../src/types.ts'
import { fc } from '../fixtures/property.ts'

/** Writes quantities short: `money 60..∞`. */
function written (text: string, language: Language): string {
  const end = (value: number) => Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : value > 0 ? '∞' : '-∞'
  return quantities(text, language).map(({ dimension, low, high }: Quantity) =>
    low === high ? `${dimension} ${end(low)}` : `${dimension} ${end(low)}..${end(high)}`).join(', ')
}

const read: [language: Language, text: string, quantities: string][] = [
  ['fr', 'Le panier garni est à 2 450,00 €', 'money 2450'],
  ['fr', 'Une remise dès 90 € d’achat', 'money 90..∞'],
  ['fr', 'accessible à partir de douze ans', 'duration 6311520..∞'],
  ['fr', 'interdit aux moins de 3 ans', 'duration -∞..1577879.998'],
  ['fr', 'le cours dure deux à trois heures', 'duration 120..180'],
  ['fr', 'La ferme se visite de 9 h à 17 h 30', 'clock 540..1050'],
  ['fr', 'La ferme ouvre à 7h30.', 'clock 450'],
  ['fr', 'de 9 h 30 à 12 h 15, puis de 14 h à 17 h 45.', 'clock 570..735, clock 840..1065'],
  ['fr', 'Une planche de 12 millimètres', 'length 12'],
  ['fr', 'fermé le mardi', 'weekday 1'],
  ['fr', 'visite guidée, 2 h 30 min, départ à 9h15', 'duration 150, clock 555'],
  ['de', 'ab CHF 1’299.00 statt EUR 1.450,50', 'money 1299..∞, money 1450.5'],
  ['fr', 'du 3 mars au 12 mai', 'date 96..167'],
  ['fr', 'tapis 80x150 cm', 'length 800, length 1500'],
  ['en', 'closed at weekends', 'weekday 5..6'],
  ['de', 'werktags geöffnet', 'weekday 0..4'],
  ['en', 'no boats on Christmas Day', 'date 397..398'],
  ['de', 'Mein Vater ist 74, darf er mit?', 'duration 38921040'],
  ['de', 'Meine Nichte wird im Mai 16.', 'date 156..186, duration 8415360'],
  ['es', 'Mi abuela tiene 81.', 'duration 42602760'],
  ['en', 'a ticket for two', 'person 2'],
  ['de', 'im Umkreis von 8 km', 'length -∞..8000000'],
  ['fr', 'pointure 39, 40 ou 41', 'count 39, count 40, count 41'],
  ['fr', 'Appelez le 02 98 00 45 67', ''],
  ['en', 'The kayak carries up to 140 kg', 'mass -∞..140000'],
  ['en', 'swimmers aged 10 and over', 'duration 5259600..∞'],
  ['en', 'tickets for under 16s', 'duration -∞..8415359.992'],
  ['en', 'fewer than 10 kg of fish', 'mass -∞..10000'],
  ['de', 'weniger als 10 kg', 'mass -∞..10000'],
  ['de', 'schwerer als 10 kg', 'mass 10000..∞'],
  ['en', 'over $1,200 a year', 'money 1200..∞'],
  ['en', 'from 11 am to 3.30 pm', 'clock 660..930'],
  ['en', 'open from 10:30 am to 6:30 pm', 'clock 630..1110'],
  ['en', 'Lunch at 12:15 pm, the bar closes at 12:45 am', 'clock 735, clock 45'],
  ['en', 'closed on 2026-05-03', 'date 158'],
  ['fr', 'fermé le 03/05/2026', 'date 158'],
  ['fr', 'Tél. 06.05.22.11.09 ou 03/05/20/26/11', ''],
  ['de', 'geschlossen vom 20.12.2026 bis 05.01.2027', 'date 392..439'],
  ['de', 'geschlossen vom 20.12. bis 5.1.', 'date 392..439'],
  ['en', 'between 4 and 9 inches', 'length 101.6..228.6'],
  ['en', 'a 2-year guarantee', 'duration -∞..1051920'],
  ['en', 'form HX-2210 or B7', ''],
  ['en', 'I am 70', 'duration 36817200'],
  ['de', 'Pakete ab 2 kg, höchstens 31,5 kg', 'mass 2000..∞, mass -∞..31500'],
  ['de', 'ein 5-jähriges Kind', 'duration 2629800'],
  ['de', 'unter 1.500 Euro', 'money -∞..1500'],
  ['de', 'montags 8 bis 12 Uhr', 'weekday 0, clock 480..720'],
  ['de', 'Wir treffen uns um halb sieben', 'clock 390'],
  ['de', 'Größen 92 bis 128', 'count 92..128'],
  ['es', 'abierto de martes a domingo', 'weekday 1..6'],
  ['es', 'del 1 de junio al 31 de agosto', 'date 187..279'],
  ['es', 'hasta las 20 h', 'clock -∞..1200'],
  ['es', 'menos de 2.500 €', 'money -∞..2500'],
  ['und', 'dalle 9 alle 13', 'clock 540..780'],
  ['und', 'vanaf 9.45 uur', 'clock 585..∞'],
  ['en', 'is the tent lighter than 3 kg', 'mass -∞..3000'],
  ['en', 'anything heavier than 40 kg', 'mass 40000..∞'],
  ['fr', 'une table plus courte que 90 cm', 'length -∞..900'],
  ['de', 'ein Regal höher als 2 m', 'length 2000..∞'],
  ['es', 'una mesa más larga que 3 m', 'length 3000..∞'],
  ['fr', 'une étagère qui supporte 80 kg', 'mass -∞..80000'],
  ['de', 'die Leiter trägt 150 kg', 'mass -∞..150000'],
  ['fr', 'un chien de dix-sept kilos', 'mass 17000'],
  ['fr', 'dix-neuf personnes', 'person 19'],
  ['fr', 'soixante-quinze euros', 'money 75'],
  ['fr', 'quatre-vingt-dix minutes', 'duration 90'],
  ['fr', 'vingt et un jours', 'duration 30240'],
  ['fr', 'deux cents grammes', 'mass 200'],
  ['fr', 'un demi-litre', 'volume 500'],
  ['fr', "trois quarts d'heure", 'duration 45'],
  ['fr', 'une heure et demie', 'duration 90'],
  ['fr', 'ouvert de 9 h à midi', 'clock 540..720'],
  ['fr', 'le menu du midi', ''],
  ['fr', "l'après-midi", ''],
  ['fr', 'un terrain de 40 mètres carrés', 'area 40'],
  ['fr', 'interdit aux -18 ans', 'duration -∞..9467279.991'],
  ['fr', 'au-dessus de 30 °C', 'temperature 30..∞'],
  ['fr', 'lun-ven 9h-18h', 'weekday 0..4, clock 540..1080'],
  ['fr', 'la mer et 14 bateaux', 'count 14'],
  ['en', 'free for the over-65s', 'duration 34187400.034..∞'],
  ['en', 'twenty-five kg', 'mass 25000'],
  ['en', 'two hundred and fifty grams', 'mass 250'],
  ['en', 'half an hour', 'duration 30'],
  ['en', '1½ hours', 'duration 90'],
  ['en', 'until half past six', 'clock -∞..390'],
  ['en', 'from noon to 5 pm', 'clock 720..1020'],
  ['en', '12 square metres', 'area 12'],
  ['en', '5 to 10 working days', 'duration 7200..14400'],
  ['en', 'not over 20 kg', 'mass -∞..20000'],
  ['en', 'more than twelve bags', 'count 12..∞'],
  ['fr', 'chaussures 2/4 ans', 'duration 1051920, duration 2103840'],
  ['en', 'for children 3 to 12', 'duration 1577880..6311520'],
  ['en', 'Mon–Thu 9–18', 'weekday 0..3, clock 540..1080'],
  ['de', 'einundzwanzig Tage', 'duration 30240'],
  ['de', 'anderthalb Stunden', 'duration 90'],
  ['de', 'eine halbe Stunde', 'duration 30'],
  ['de', '25 Quadratmeter', 'area 25'],
  ['de', 'ein 3-tägiger Kurs', 'duration 4320'],
  ['de', 'um viertel nach neun', 'clock 555'],
  ['de', 'Mo–Fr 9–18 Uhr, Sa 9–13 Uhr', 'weekday 0..4, clock 540..1080, weekday 5, clock 540..780'],
  ['de', 'Jugendliche bis 14', 'duration -∞..7363440'],
  ['es', 'treinta y cinco euros', 'money 35'],
  ['es', 'doscientos gramos', 'mass 200'],
  ['es', 'las 8 de la tarde', 'clock 1200'],
  ['es', 'mayores de 18', 'duration 9467280..∞'],
  ['es', 'menores de 3 años', 'duration -∞..1577879.998'],
  ['und', 'venticinque chilogrammi', 'mass 25000'],
  ['und', "mezz'ora", 'duration 30'],
  ['und', 'vijfentwintig kilo', 'mass 25000'],
  ['und', 'het duurt drie uur', 'duration 180'],
  ['und', 'een half uur', 'duration 30'],
  ['und', '5,000円以上のご注文', 'money 5000..∞'],
  ['und', '午前9時半から午後6時まで', 'clock 570..1080'],
  ['und', '60歳以上', 'duration 31557600..∞'],
  ['und', '订单满二百元免运费，否则十五元', 'money 200..∞, money 15'],
  ['und', '三到五个工作日', 'duration 4320..7200'],
  ['und', '오전 9시부터 오후 8시까지', 'clock 540..1200'],
  ['und', '14일 이내', 'duration -∞..20160'],
  ['und', '１２００円', 'money 1200'],
  ['fr', 'ne doit pas dépasser 23 kg', 'mass -∞..23000'],
  ['fr', "jusqu'à l'âge de 11 ans", 'duration -∞..5785560'],
  ['fr', 'dans un délai de 10 jours', 'duration -∞..14400'],
  ['fr', 'supérieur ou égal à 35 €', 'money 35..∞'],
  ['fr', '14 € 50', 'money 14.5'],
  ['fr', '14 € 50 cartes', 'money 14, count 50'],
  ['en', 'max. 23 kg, min. 2 kg', 'mass -∞..23000, mass 2000..∞'],
  ['en', 'must not exceed 23 kg', 'mass -∞..23000'],
  ['en', 'no fewer than 9 people', 'person 9..∞'],
  ['en', 'not younger than 6 years', 'duration 3155760..∞'],
  ['en', 'no older than 6 years', 'duration -∞..3155760'],
  ['de', 'nicht kleiner als 120 cm', 'length 1200..∞'],
  ['de', 'nicht weniger als 12 kg', 'mass 12000..∞'],
  ['fr', 'pas plus petit que 120 cm', 'length 1200..∞'],
  ['und', 'niet jonger dan 6 jaar', 'duration 3155760..∞'],
  ['de', 'ab einem Bestellwert von 35 Euro', 'money 35..∞'],
  ['de', 'darf 23 kg nicht überschreiten', 'mass -∞..23000'],
  ['es', 'no superior a 23 kg', 'mass -∞..23000'],
  ['es', 'como mucho 23 kg', 'mass -∞..23000'],
  ['und', 'dai 7 agli 12 anni', 'duration 3681720..6311520'],
  ['und', 'non oltre 23 kg', 'mass -∞..23000'],
  ['und', 'ten hoogste 23 kg', 'mass -∞..23000'],
  ['und', 'van 7 t/m 12 jaar', 'duration 3681720..6311520'],
  ['und', '7 tot en met 12 jaar', 'duration 3681720..6311520'],
  ['und', '周一至周六上午九点', 'weekday 0..5, clock 540'],
  ['und', '星期天休息', 'weekday 6'],
  ['und', '月曜日は休館', 'weekday 0'],
  ['und', '每周三次', ''],
  ['und', '周五十点', 'weekday 4, clock 600'],
  ['und', '每周三下午', 'weekday 2'],
  ['und', '토요일 오전 10시', 'weekday 5, clock 600'],
  ['und', '3月5日', 'count 3, duration 7200'],
  ['und', '16세 이상만 가능', 'duration 8415360..∞'],
  ['und', '身高1.25米以下', 'length -∞..1250'],
  ['und', '2.5公斤以上', 'mass 2500..∞'],
  ['und', '3.5リットル', 'volume 3500'],
  ['en', 'we meet at half eight', 'clock 510'],
  ['en', 'at 5:30 in the morning', 'clock 330'],
  ['es', 'a las 7 de la mañana', 'clock 420'],
  ['fr', "l'espace contient 1,5 m³", 'volume 1500000'],
]

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
    for (const rewrite of rewritings) if (written(rewrite(text), language) !== as) t.fail(`${rewrite(text)}: ${written(rewrite(text), language)}, ${as}`)
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
