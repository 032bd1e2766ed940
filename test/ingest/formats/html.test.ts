// Reads tables, prices, choices and definitions in HTML and Markdown as their readers see them.
import t from 'tap'
import { readPage } from '../../../src/ingest/formats/html.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }

async function texts (name: string, file: string): Promise<string[]> {
  const [document] = await Array.fromAsync(readFile(Buffer.from(file), { name }, limits))
  return document!.sections.map(({ text }) => text)
}
const html = (body: string) => texts('p.html', `<html><body>${body}</body></html>`)

t.test('a cell stands in each row and column that it covers', async t => {
  t.same(await html(
    '<table><tr><th>Lake<th>Boat<th>Hour</tr><tr><td rowspan=2>Bled<td>Rowing boat<td>14 €</tr>' +
    '<tr><td>Pedalo<td>19 €</tr><tr><td>Bohinj<td colspan=2>closed</tr></table>'
  ), ['Lake | Boat | Hour\nBled | Rowing boat | 14 €\nBled | Pedalo | 19 €\nBohinj | closed | closed'])
})

t.test('names above names become one name for each column, marked as headings or not', async t => {
  const expected = ['Boat | Summer Hour | Summer Day | Winter Hour | Winter Day\nPedalo | 19 € | 80 € | 12 € | 50 €']
  for (const tag of ['th', 'td']) {
    t.same(await html(
      `<table><tr><${tag} rowspan=2>Boat<${tag} colspan=2>Summer<${tag} colspan=2>Winter</tr>` +
      `<tr><${tag}>Hour<${tag}>Day<${tag}>Hour<${tag}>Day</tr><tr><td>Pedalo<td>19 €<td>80 €<td>12 €<td>50 €</tr></table>`
    ), expected, tag)
  }
})

t.test('a line across the table is its title, or belongs to the rows below it', async t => {
  t.same(await html(
    '<table><tr><th colspan=2>Menu of May</tr><tr><th>Dish<th>Price</tr><tr><td colspan=2>Soups</tr><tr><td>Leek<td>6 €</tr>' +
    '<tr><td colspan=2>Cakes</tr><tr><td>Plum<td>5 €</tr></table>'
  ), ['Menu of May', 'Dish | Price\nSoups\nSoups: Leek | 6 €\nCakes\nCakes: Plum | 5 €'])
})

t.test('broken lines in cells are values of their own, side by side as rows', async t => {
  t.same(await html('<table><tr><th>Price<br>with tax<th>Days</tr><tr><td>8 €<br>per hour<td>Monday<br>Friday</tr></table>'), [
    'Price with tax | Days\n8 € per hour | Monday, Friday'
  ])
  t.same(await html('<table><tr><th>Boat<th>Length<th>Price</tr><tr><td>Pedalo<td>3 m<br>5 m<td>19 €<br>28 €</tr></table>'), [
    'Boat | Length | Price\nPedalo | 3 m | 19 €\nPedalo | 5 m | 28 €'
  ])
})

t.test('a table in a table of data stays in its cell', async t => {
  t.same(await html(
    '<table><tr><th>Boat<th>Prices</tr><tr><td>Pedalo<td><table><tr><td>Hour<td>19 €</tr><tr><td>Day<td>80 €</tr></table></tr></table>'
  ), ['Boat | Prices\nPedalo | Hour 19 €; Day 80 €'])
})

t.test('what is struck out or hidden is not read', async t => {
  for (const old of [
    '<del>31 €</del>', '<s>31 €</s>', '<strike>31 €</strike>', '<span hidden>31 €</span>', '<span aria-hidden="true">31 €</span>',
    '<span style="text-decoration: line-through">31 €</span>', '<span style="visibility:hidden">31 €</span>',
  ]) t.same(await html(`<p>The oar costs ${old} <ins>27 €</ins>.</p>`), ['The oar costs 27 €.'], old)
  t.same(await html('<table><tr><th>Oar<th>Price</tr><tr><td>Ash<td><s>31 €</s> 27 €</tr></table>'), ['Oar | Price\nAsh | 27 €'])
})

t.test('raised and lowered characters stay apart', async t => {
  for (const [body, expected] of [
    ['Rope 24<sup>95</sup> €', 'Rope 24,95 €'], ['Rope €24<sup>95</sup>', 'Rope €24.95'], ['Rope 24<sup>€95</sup>', 'Rope 24,95 €'],
    ['30 m<sup>2</sup> of sail', '30 m² of sail'], ['10<sup>12</sup> drops', '10¹² drops'], ['Rope 24<sup>1</sup> €', 'Rope 24¹ €'],
    ['CO<sub>2</sub> and 7<sub>2</sub>', 'CO2 and 7₂'], ['le 1<sup>er</sup> mai', 'le 1er mai'], ['24<sup>5 a</sup>', '24 5 a'],
  ]) t.same(await html(`<p>${body}</p>`), [expected])
})

t.test('options are read with their label, and definitions with their names', async t => {
  t.same(await html(
    '<label for="l">Length:</label><select id="l"><option value="">Choose<option>3 m<option disabled>4 m<option>5 m' +
    '<option disabled>6 m (sold out)</select><label>Colour <select><option>red<option>blue</select></label>'
  ), ['Length: 3 m, 5 m, 6 m (sold out)\n\nColour: red, blue'])
  t.same(await html('<dl><dt>Weight<dd>9 kg<dt>Mast<dt>Boom<dd>ash<dd>spruce</dl>'), ['Weight: 9 kg\nMast, Boom: ash; spruce'])
})

t.test('spans do not make a small file large', async t => {
  const row = '<tr><td colspan=1000 rowspan=60000>Some text that is repeated<td>x</tr>'
  const [text] = await html(`<table>${row}${'<tr><td>y</tr>'.repeat(20_000)}</table>`)
  t.ok(text!.length < 2_000_000)
})

t.test('Markdown: struck text is left out, and HTML in it is read as HTML', async t => {
  t.same(await texts('b.md', '# Oars\n\nAn oar costs ~~31 €~~ **27 €**.'), ['An oar costs 27 €.'])
  t.same(await texts('b.md', '# Oars\n\nAn oar costs <del>31 €</del> *27 €*, 3<br>or 4 m<sup>2</sup>, a < b. <!-- no -->'), [
    'An oar costs 27 €, 3\nor 4 m², a < b.'
  ])
  t.same(await texts('b.md', '| Oar | Price |\n|---|---|\n| Ash | ~~31 €~~ 27 € |\n| Fir \\| pine | 8 €<br>Each |'), [
    'Oar | Price\nAsh | 27 €\nFir / pine | 8 €, Each'
  ])
})

t.test('Markdown: a footnote stands beside what it explains, and a notice is text', async t => {
  t.same(await texts('b.md', 'A permit[^1] is needed, a permit[^1] of wood.\n\n[^1]: Issued by the port,\n    on weekdays.\n\nEnd[^x].'), [
    'A permit (Issued by the port, on weekdays) is needed, a permit of wood.\n\nEnd[^x].'
  ])
  t.same(await texts('b.md', '```\na[^1]\n```\n\nText[^1].\n\n[^1]: Note.\n'), ['a[^1]', 'Text (Note).'])
  t.same(await texts('b.md', '> [!WARNING]\n> Closed in May.\n'), ['Warning: Closed in May.'])
  t.same(await texts('b.md', '!!! note "Season"\n    Closed in May.\n\n    Open in June.\n'), ['Season: Closed in May.\n\nOpen in June.'])
  t.same(await texts('b.md', ':::tip\nClosed in May.\n:::\n'), ['Tip:\nClosed in May.'])
})

const data = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`

t.test('prices, stock and opening hours for machines become facts in the language of the page', async t => {
  const fields = async (lang: string, head: string) => {
    const page = `<html lang="${lang}"><head>${head}</head><body><p>An oar of ash.</p></body></html>`
    return (await Array.fromAsync(readFile(Buffer.from(page), { name: 'p.html' }, limits)))[0]!.fields
  }
  const offers = { '@type': 'Offer', price: '1027.50', priceCurrency: 'EUR', availability: 'https://schema.org/InStock' }
  const product = { '@context': 'https://schema.org', '@type': 'Product', name: 'Oar', offers }
  t.same(await fields('fr', data(product)), [['Prix', '1 027,50 €'], ['Disponibilité', 'en stock']])
  t.same(await fields('en', data({ '@graph': [product] })), [['Price', '€1,027.50'], ['Availability', 'in stock']])
  const meta = (name: string, content: string) => `<meta property="product:price:${name}" content="${content}">`
  t.same(await fields('de', meta('amount', '27') + meta('currency', 'EUR')), [
    ['Preis', '27 €']
  ])
  t.same(await fields('es', data({
    '@type': 'Store',
    openingHoursSpecification: [{ dayOfWeek: ['Monday', 'https://schema.org/Friday'], opens: '09:00:00', closes: '17:30' }],
  })), [['Horario', 'lunes, viernes 09:00–17:30']])
  t.same(await fields('en', '<script type="application/ld+json">{ broken</script>'), [])
  t.same(await fields('en', data([null, 3, { '@type': 'Product', offers: 'x' }])), [])
})

t.test('questions and products that only machines see are read, others once', async t => {
  const entry = (name: string, answer: string) => ({ '@type': 'Question', name, acceptedAnswer: { '@type': 'Answer', text: answer } })
  const faq = { '@type': 'FAQPage', mainEntity: [entry('Are dogs allowed?', '<p>On <b>deck</b> only.</p>'), entry('Is it safe?', 'Yes.')] }
  t.same(await html(`<h1>Questions</h1><h2>Is it safe?</h2><p>Yes, it is.</p>${data(faq)}`), ['Yes, it is.', 'On deck only.'])
  const product = (name: string, price: number) => ({ '@type': 'Product', name, offers: { price, priceCurrency: 'EUR' } })
  t.same(await html(`<p>Oars</p>${data([product('Ash', 27), product('Fir', 19)])}`), ['Oars', '- Ash: €27\n- Fir: €19'])
})

t.test('a list begins where it says, and counts in its own signs', async t => {
  const { sections } = readPage('<ol start="3"><li>three<ol type="a"><li>x</li><li>y</li></ol></li><li>four</li></ol>', true)
  t.equal(sections[0]!.text, '3. three\n  a. x\n  b. y\n4. four')
})
