// Figures over the facts of an index and over tables: which questions are computed, what they say, and when they are left alone.
import t from 'tap'
import { withComputed } from '../../src/chat/computed/step.ts'
import type { FactDocument } from '../../src/search/engine.ts'
import { ask, rows, sampleFacts, type Setup } from '../fixtures/computed.ts'

const fjord = { language: 'en' as const, facts: sampleFacts('fjord-outdoor') }
const nid = { language: 'fr' as const, facts: sampleFacts('petit-nid') }

t.test('the cheapest, dearest, lightest and heaviest thing of a kind', async t => {
  const cases: [string, Setup, RegExp][] = [
    ['Which is the cheapest tent?', fjord, /^Vardheim Skarv 1 Tent \[1\] — Price: £189\.00, the lowest of 5 entries \(tent\)\.$/],
    ['What is your most expensive tent?', fjord, /^Vardheim Havn 6 Family Tent .*£579\.00, the highest/],
    ['What is the lightest headlamp?', fjord, /^Glimra Firefly 200 Headlamp .*Weight: 78 g/],
    ['Which tent is the heaviest?', fjord, /^Vardheim Havn 6 Family Tent .*Weight: 18\.5 kg/],
    ['cheapest sleeping bag', fjord, /^Lomsdal Vidde -5 Sleeping Bag .*£94\.00, the lowest of 3 entries/],
    ['Which tent has the longest guarantee?', fjord, /Guarantee: 5 years, the highest of 5/],
    ['What is the longest rope?', fjord, /Rope 70 m .*Capacity: 70 m, the highest of 4/],
    ['Quelle est la garantie la plus longue ?', nid,
      /Garantie: 5 ans, la valeur la plus haute parmi les \d+ fiches sur \d+ qui l'indiquent/],
    ['Quelle est la poussette la moins chère ?', nid, /^Poussette citadine Moineau \[1\] — Prix: 229,00 €/],
    ['Quel est le siège auto le plus cher ?', nid, /^Siège auto pivotant .*349,00 €/],
  ]
  for (const [question, setup, says] of cases) t.match((await ask(question, setup))?.text, says, question)
})

t.test('measures of the question choose the rows', async t => {
  t.match((await ask('What is the cheapest tent for 3 people?', fjord))?.text,
    /^Vardheim Skarv 3 Tent \[1\] — Price: £319\.00, the lowest of 1 entry \(tent, 3 people\)/)
  t.match((await ask('Which tents cost less than £300?', fjord))?.text,
    /^2 entries \(tents\): Vardheim Skarv 1 Tent \(£189\.00\) \[1\], Vardheim Skarv 2 Tent \(£249\.00\) \[2\]\.$/)
  t.match((await ask('How many tents are under £400?', fjord))?.text, /^4 entries/)
  t.equal(await ask('Which tents cost less than 300 €?', fjord), null, 'another currency says nothing')
})

t.test('counts, lists and averages', async t => {
  t.match((await ask('How many tents do you have?', fjord))?.text,
    /^5 entries \(tents\):\n\n- Vardheim Skarv 1 Tent \[1\]\n(?:- .*\n){3}- Vardheim Havn 6 Family Tent \[5\]$/)
  t.match((await ask('What is the average price of a headlamp?', fjord))?.text,
    /^Price: £52\.50 on average of 3 entries \(headlamp\): from £23\.50 \(Glimra Firefly 200 Headlamp\) \[1\] to £89\.00 .*\[2\]\.$/)
  t.match((await ask('Quelles marques vendez-vous ?', nid))?.text, /^Marque: Doucelin \[1\], Lune & Lin \[2\]/)
  t.match((await ask('Quels produits de la marque Bulléo avez-vous ?', nid))?.text,
    /^5 fiches \(Bulléo\):\n\n(?:- .* \[[1-4]\]\n){4}- Baignoire pliable Ricochet \[5\]$/)
  t.match((await ask('Combien de poussettes avez-vous ?', nid))?.text, /^3 fiches \(poussettes\)/)
  const german = rows([
    { name: 'Zelt Alm', Preis: '199,00 €', Größe: 'M' }, { name: 'Familienzelt Tal', Preis: '399,00 €', Größe: 'L' },
    { name: 'Schlafsack', Preis: '89,00 €', Größe: 'M' },
  ])
  t.match((await ask('Was ist das günstigste Zelt?', { language: 'de', facts: german }))?.text,
    /^Zelt Alm \[1\] — Preis: 199,00 €, der niedrigste Wert von 2/)
  t.match((await ask('Welche Größen gibt es?', { language: 'de', facts: german }))?.text, /^Größe: M \[1\], L \[2\] — von 3 Einträgen/)
  const spanish = rows([
    { name: 'Bota Sierra', Precio: '99,00 €', Talla: '40' }, { name: 'Bota Valle', Precio: '79,50 €', Talla: '42' },
  ])
  t.match((await ask('¿Cuál es la bota más barata?', { language: 'es', facts: spanish }))?.text, /^Bota Valle \[1\] — Precio: 79,50 €/)
  t.match((await ask('¿Qué tallas hay?', { language: 'es', facts: spanish }))?.text, /^Talla: 40 \[1\], 42 \[2\]/)
})

t.test('an average is written like the values', async t => {
  const bikes = (prices: string[]) => ask('What is the average price of a bike?', {
    facts: rows(prices.map((Price, i) => ({ name: `${['City', 'Road', 'Child'][i]} bike`, Price }))),
  })
  t.match((await bikes(['2 199,00 €', '2 799,00 €']))?.text, /^Price: 2 499,00 € on average of 2/)
  t.match((await bikes(['£1,000', '£2,001', '£3']))?.text, /^Price: £1,001\.33 on average \(rounded\) of 3/)
})

t.test('the kind of a thing may stand in a column', async t => {
  const facts = rows([
    { name: 'Zephyr', Kind: 'City bike', Price: '£649' }, { name: 'Storm', Kind: 'Electric bike', Price: '£2,199' },
    { name: 'Linden', Kind: 'Helmet', Price: '£49' },
  ])
  t.match((await ask('Which is the cheapest bike?', { facts }))?.text,
    /^Zephyr \[1\] — Price: £649, the lowest of 2 entries \(City bike, Electric bike\)/)
  t.match((await ask('How many bikes do you have?', { facts }))?.text, /^2 entries/)
  t.match((await ask('Which bikes cost over £1,000?', { facts }))?.text, /^1 entry \(City bike, Electric bike\): Storm \(£2,199\) \[1\]/)
})

t.test('a question with a word that no data account for is left alone', async t => {
  for (const question of [
    'How many pegs does the Skarv 2 tent need?', 'How many tents do I need?', 'Which tent is best for winter?', 'cheapest tent in stock',
    'What is the cheapest way to send a parcel?', 'Which jackets are waterproof?', 'cheapest tent or tarp', 'How many nights can I stay?',
    'Which is the cheapest tent except the Skarv 1?', 'How much is the Skarv 2 tent?', 'What is the average temperature in Norway?',
  ]) t.equal(await ask(question, fjord), null, question)
  for (const question of [
    'Combien de couches dans le lot ?', 'Combien de couches faut-il par jour ?', 'Quels moyens de paiement acceptez-vous ?',
    'Vous avez moins cher ?',
    'Avez-vous une poussette moins chère ?',
  ]) {
    t.equal(await ask(question, nid), null, question)
  }
})

t.test('doubtful data are left alone', async t => {
  const lamps = (prices: string[]) => ask('Which is the cheapest lamp?', {
    facts: rows(prices.map((Price, i) => ({ name: `${['Sun', 'Moon', 'Star', 'Sky'][i]} lamp`, Price }))),
  })
  t.match((await lamps(['£12', '£9.50', '£30']))?.text, /^Moon lamp/)
  t.match((await lamps(['£12', 'free', '£30']))?.text, /^Moon lamp/)
  t.match((await lamps(['£12', '-', '£30']))?.text, /^Sun lamp .* of the 2 of 3 entries \(lamp\) that state it/)
  t.equal(await lamps(['£12', 'from £8', '£30']), null, 'a limit is no price')
  t.equal(await lamps(['£12', '£8 to £10', '£30']), null, 'nor is a range')
  t.equal(await lamps(['£12', '9 €', '£30']), null, 'two currencies')
  t.equal(await lamps(['£12', 'ask us', '£30']), null, 'words')
  t.equal(await lamps(['£12', '£2 per metre', '£30']), null, 'the price of another amount')
  t.equal(await ask('Which is the cheapest lamp?', { facts: null }), null, 'the index is too large to be read whole')
})

t.test('a table of a document is computed whole, over its chunks', async t => {
  const names = 'Mode | Price | Time'
  const texts = [`${names}\nPick-up point | £3.90 | 4 days\nHome | £5.90 | 2 days`, `${names}\nExpress | £9.90 | 1 day`]
  const setup = { texts, title: 'Delivery' }
  t.match((await ask('Which delivery is the cheapest?', setup))?.text, /^Pick-up point \[1\] — Price: £3\.90, the lowest of 3 entries\.$/)
  t.match((await ask('Which delivery is the most expensive?', setup))?.text, /^Express \[1\] — Price: £9\.90/)
  t.match((await ask('How many modes are there?', setup))?.text, /^3 entries:\n\n- Pick-up point \[1\]\n- Home \[1\]\n- Express \[2\]$/)
  t.same((await ask('Which delivery is the most expensive?', setup))?.sources.map(({ id }) => id), ['pages/doc#1'])
  t.equal(await ask('Which delivery is the cheapest?', { ...setup, texts: null }), null)
})

t.test('a table that is not all the document says about a column is left alone', async t => {
  const table = 'Size | Chest | Back\n34 | 84 cm | 98 cm\n36 | 88 cm | 99 cm'
  t.match((await ask('Which sizes are there?', { texts: [table] }))?.text, /^2 entries: 34 \[1\], 36 \[1\]/)
  t.equal(await ask('Which sizes are there?', { texts: [`Size: 34, 36, 38\n\n${table}`] }), null)
  t.match((await ask('What is the longest back?', { texts: [`Size: 34, 36, 38\n\n${table}`] }))?.text, /^36 \[1\] — Back: 99 cm/)
})

t.test('units are respected', async t => {
  const set = rows([{ name: 'Oak beam', Length: '1.2 m' }, { name: 'Pine beam', Length: '90 cm' }, { name: 'Ash beam', Length: '1100 mm' }])
  t.match((await ask('Which is the shortest beam?', { facts: set }))?.text, /^Pine beam/)
  t.match((await ask('Which is the longest beam?', { facts: set }))?.text, /^Oak beam/)
  t.equal(await ask('What is the average length of a beam?', { facts: set }), null, 'an average of several units is not written')
  const headed = rows([{ name: 'Oak beam', 'Weight (kg)': '12' }, { name: 'Pine beam', 'Weight (kg)': '7.5' }])
  t.match((await ask('Which is the lightest beam?', { facts: headed }))?.text, /^Pine beam \[1\] — Weight \(kg\): 7\.5/)
})

t.test('a language model reads the figure first, said to be computed, and then what was found', async t => {
  const computed = await ask('Which is the cheapest tent?', fjord)
  const other = { ...computed!.sources[0]!, id: 'products/other', text: 'Other.' }
  const own = { ...computed!.sources[0]!, text: 'A solo shelter.' }
  const read = withComputed(computed, [other, own])
  t.match(read[0]!.text,
    /^Computed from all \d+ entries of “products”: Vardheim Skarv 1 Tent — Price: £189\.00, the lowest of 5 .*\nA solo shelter\.$/s)
  t.same(read.map(({ id }) => id), [own.id, 'products/other'])
  t.same(withComputed(null, [other]), [other])
})

const bikes = (price: string, names: string[]) => rows(names.map((name, i) => ({ name, [price]: `${[290, 890, 450, 1900, 150][i]} €` })))
const english = ['City bike', 'Road bike', 'Folding bike', 'Cargo bike', 'Child bike']
const french = ['Vélo de ville', 'Vélo de route', 'Vélo pliant', 'Vélo cargo', 'Vélo enfant']
const german = ['Stadtfahrrad', 'Rennfahrrad', 'Faltfahrrad', 'Lastenfahrrad', 'Kinderfahrrad']
const spanish = ['Bici urbana', 'Bici de carrera', 'Bici plegable', 'Bici de carga', 'Bici infantil']

t.test('several of the lowest or highest are named in their order', async t => {
  const en = { facts: bikes('Price', english) }
  const three =
    /^Price — the 3 lowest of 5 entries \(bikes\):\n\n- Child.* \(150 €\) \[1\]\n- City.* \(290 €\) \[2\]\n- Folding.* \(450 €\) \[3\]$/
  for (const question of ['What are the three cheapest bikes?', 'the cheapest 3 bikes', 'Your three cheapest bikes']) {
    t.match((await ask(question, en))?.text, three, question)
  }
  t.match((await ask('the two most expensive bikes', en))?.text, /^Price: Cargo bike .* Road bike .* the 2 highest of 5/)
  const fr: Setup = { language: 'fr', facts: bikes('Prix', french) }
  t.match((await ask('Quels sont les deux vélos les moins chers ?', fr))?.text,
    /^Prix: Vélo enfant .* Vélo de ville .* les 2 valeurs les plus basses/)
  const de: Setup = { language: 'de', facts: bikes('Preis', german) }
  t.match((await ask('Die drei günstigsten Fahrräder', de))?.text,
    /^Preis — die 3 niedrigsten Werte .*:\n\n- Kinderfahrrad .*\n- Stadtfahrrad .*\n- Faltfahrrad .*$/)
  const es: Setup = { language: 'es', facts: bikes('Precio', spanish) }
  t.match((await ask('Las tres bicis más baratas', es))?.text,
    /^Precio — los 3 valores más bajos .*:\n\n- Bici infantil .*\n- Bici urbana .*\n- Bici plegable .*$/)
})

t.test('a number that may belong to the name of a thing, or would leave one of two equals out, is left alone', async t => {
  const sofas = ['2 seater sofas blue', '2 seater sofas red', '3 seater sofas']
  const tents = { facts: rows(sofas.map((name, i) => ({ name, Price: `${i + 1}00 €` }))) }
  t.equal(await ask('cheapest 2 seater sofas', tents), null)
  t.equal(await ask('the cheapest 4 season bike', { facts: bikes('Price', ['A bike', 'B bike', 'C bike', 'D bike', 'E bike']) }), null)
  const equal = { facts: rows(['A lamp', 'B lamp', 'C lamp'].map(name => ({ name, Price: '20 €' }))) }
  t.equal(await ask('the two cheapest lamps', equal), null)
  t.equal(await ask('the five cheapest lamps', equal), null, 'there are fewer')
})

t.test('a comparison with a measure is a limit', async t => {
  const en = { facts: bikes('Price', english) }
  t.match((await ask('Which bikes are cheaper than 300 €?', en))?.text, /^2 entries \(bikes\): City bike .* Child bike/)
  t.match((await ask('How many bikes cost between 200 € and 500 €?', en))?.text, /^2 entries \(bikes\): City bike .* Folding bike/)
  const de: Setup = { language: 'de', facts: bikes('Preis', german) }
  t.match((await ask('Wie viele Fahrräder kosten weniger als 500 €?', de))?.text, /^3 Einträge/)
  t.match((await ask('Wie viele Fahrräder kosten mehr als 500 €?', de))?.text, /^2 Einträge/)
})

t.test('an ordinal asks for one further down', async t => {
  const en = { facts: bikes('Price', english) }
  t.match((await ask('What is the second cheapest bike?', en))?.text,
    /^City bike \[1\] — Price: 290 €, the second lowest of 5 entries \(bike\)\.$/)
  t.match((await ask('the third most expensive bike', en))?.text, /^Folding bike .*450 €, the third highest/)
  const fr: Setup = { language: 'fr', facts: bikes('Prix', french) }
  t.match((await ask('Quel est le deuxième vélo le moins cher ?', fr))?.text,
    /^Vélo de ville .*290 €, la deuxième valeur la plus basse/)
  t.match((await ask('le troisième vélo le plus cher', fr))?.text, /^Vélo pliant .*450 €, la troisième valeur la plus haute/)
  const de: Setup = { language: 'de', facts: bikes('Preis', german) }
  t.match((await ask('Was ist das zweitgünstigste Fahrrad?', de))?.text, /^Stadtfahrrad .*290 €, der zweitniedrigste Wert/)
  t.match((await ask('das drittteuerste Fahrrad', de))?.text, /^Faltfahrrad .*450 €, der dritthöchste Wert/)
  const es: Setup = { language: 'es', facts: bikes('Precio', spanish) }
  t.match((await ask('¿Cuál es la segunda bici más barata?', es))?.text, /^Bici urbana .*290 €, el segundo valor más bajo/)
  const equal = { facts: rows(['A lamp', 'B lamp', 'C lamp'].map((name, i) => ({ name, Price: `${[10, 20, 20][i]} €` }))) }
  t.equal(await ask('the second cheapest lamp', equal), null, 'two are equal')
  t.equal(await ask('the fifth cheapest lamp', equal), null, 'there are fewer')
})

t.test('two things are compared by what the question asks', async t => {
  const en = { facts: bikes('Price', english) }
  const yes = /^Yes: City bike — Price: 290 € \[1\]; Road bike — Price: 890 € \[2\]\.$/
  for (const question of [
    'Is the city bike cheaper than the road bike?', 'Is the City bike less expensive than the Road bike?',
    'Does the city bike cost less than the road bike?', 'city bike cheaper than road bike?',
  ]) t.match((await ask(question, en))?.text, yes, question)
  t.match((await ask('Is the road bike cheaper than the city bike?', en))?.text, /^No: Road bike — Price: 890 € \[1\]; City bike/)
  for (const question of ['Which is cheaper, the road bike or the city bike?', 'Is the road bike or the city bike cheaper?']) {
    t.match((await ask(question, en))?.text, /^The lower one: City bike — Price: 290 € \[1\]; Road bike — Price: 890 €/, question)
  }
  const fr: Setup = { language: 'fr', facts: bikes('Prix', french) }
  t.match((await ask('Le vélo pliant est-il moins cher que le vélo cargo ?', fr))?.text, /^Oui: Vélo pliant — Prix: 450 €/)
  t.match((await ask('Est-ce que le vélo pliant coûte plus que le vélo cargo ?', fr))?.text, /^Non: Vélo pliant/)
  t.match((await ask('Lequel est le plus cher : le vélo enfant ou le vélo cargo ?', fr))?.text, /^La valeur la plus haute: Vélo cargo/)
  const de: Setup = { language: 'de', facts: bikes('Preis', german) }
  t.match((await ask('Ist das Rennfahrrad teurer als das Faltfahrrad?', de))?.text, /^Ja: Rennfahrrad — Preis: 890 €/)
  t.match((await ask('Kostet das Lastenfahrrad weniger als das Rennfahrrad?', de))?.text, /^Nein: Lastenfahrrad/)
  t.match((await ask('Was ist günstiger, Stadtfahrrad oder Kinderfahrrad?', de))?.text, /^Der niedrigere Wert: Kinderfahrrad/)
  const es: Setup = { language: 'es', facts: bikes('Precio', spanish) }
  t.match((await ask('¿Es la bici urbana más barata que la bici plegable?', es))?.text, /^Sí: Bici urbana — Precio: 290 €/)
  t.match((await ask('¿Qué es más caro, la bici infantil o la bici plegable?', es))?.text, /^El valor más alto: Bici plegable/)
  t.match((await ask('Is the Skarv 2 tent heavier than the Skarv 3 tent?', fjord))?.text, /^No: Vardheim Skarv 2 Tent — Weight: /)
})

t.test('a comparison is left alone where a name is not exactly one thing', async t => {
  const en = { facts: bikes('Price', english) }
  for (const question of [
    'Is the bike cheaper than the road bike?', 'Is the city bike cheaper than the tandem?', 'Is the city bike cheaper than in the shop?',
    'Is the city bike lighter than the road bike?', 'Is the city bike cheaper than the city bike?', 'Is it cheaper to rent or to buy?',
  ]) t.equal(await ask(question, en), null, question)
  const table = ['Mode | Price\nPick-up point | £3.90\nHome | £5.90']
  t.match((await ask('Is home delivery cheaper than a pick-up point?', { texts: table, title: 'Delivery' }))?.text,
    /^No: Home — Price: £5\.90 \[1\]; Pick-up point — Price: £3\.90 \[1\]\.$/)
})

t.test('rows are called what the column of their titles is called', async t => {
  const fares = [['Adult', '£11.40'], ['Child', '£5.70'], ['Motorcycle', '£17.50']].map(([title, price], i): FactDocument => ({
    id: `fares.csv/${i}`, passage: `products/fares.csv/${i}`, title: title!, url: '', fields: [['Fare', title!], ['Price', price!]],
  }))
  const tolls = [['Bridge', '£2.00'], ['Tunnel', '£3.00']].map(([title, price], i): FactDocument => ({
    id: `tolls.csv/${i}`, passage: `products/tolls.csv/${i}`, title: title!, url: '', fields: [['Toll', title!], ['Price', price!]],
  }))
  const worded = await ask('What is the cheapest fare?', { facts: [...fares, ...tolls] })
  t.match(worded?.text, /^Child \[1\] — Price: £5\.70, the lowest of 3 entries/)
})
