// Tests that XML is read as a complete parser reads it, wherever the pieces of a file end.
import assert from 'node:assert/strict'
import t from 'tap'
import { Parser } from 'htmlparser2'
import { createScanner } from '../../../src/ingest/formats/xml-scan.ts'
import { readXml } from '../../../src/ingest/formats/xml.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

type Event = [kind: 'open' | 'text' | 'close', what: string, attributes?: Record<string, string>]

/** Joins neighbouring texts, which may come in any number of pieces. */
function add (events: Event[], event: Event): void {
  const last = events.at(-1)
  if (event[0] === 'text' && last?.[0] === 'text') last[1] += event[1]
  else events.push(event)
}

function scanned (pieces: string[]): Event[] {
  const events: Event[] = []
  const scanner = createScanner({
    open: (tag, attributes) => add(events, ['open', tag, { ...attributes }]),
    text: text => add(events, ['text', text]),
    close: tag => add(events, ['close', tag]),
    declaration () {},
  })
  for (const piece of pieces) scanner.write(piece)
  assert.ok(scanner.end())
  return events
}

function parsed (xml: string): Event[] {
  const events: Event[] = []
  const parser = new Parser({
    onopentag: (tag, attributes) => add(events, ['open', tag, { ...attributes }]),
    ontext: text => add(events, ['text', text]),
    onclosetag: tag => add(events, ['close', tag]),
  }, { xmlMode: true })
  parser.end(xml)
  return events
}

const name = fc.constantFrom('w:p', 'a', 'text:span', 'x-y.z', 'Élan', 'p1')
const space = fc.constantFrom('', ' ', '\n', '\t ')
const entity = fc.constantFrom('&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#233;', '&#xE9;', '&#150;', '&nope;', '&', '&amp')
const text = fc.array(fc.oneof(entity, fc.constantFrom('a', ' ', '\n', 'é', '€', '1 > 2', '/', '=', '😀')), { maxLength: 6 })
  .map(parts => parts.join(''))
const attribute = fc.tuple(name, text, fc.constantFrom('"', "'"), space).map(([key, value, mark, gap]) =>
  `${key}${gap}=${gap}${mark}${value}${mark}`)
const attributes = fc.array(attribute, { maxLength: 3 }).map(all => all.map(one => ` ${one}`).join(''))
const { node } = fc.letrec<{ node: string }>(tie => ({
  node: fc.oneof({ depthSize: 'small' },
    text,
    text.map(inside => `<![CDATA[${inside}<b>]]>`),
    text.map(inside => `<!-- ${inside} <c> -->`),
    fc.constant('<?page break="x > y"?>'),
    fc.tuple(name, attributes, space).map(([tag, own, gap]) => `<${tag}${own}${gap}/>`),
    fc.tuple(name, attributes, space, fc.array(tie('node'), { maxLength: 4 }))
      .map(([tag, own, gap, inside]) => `<${tag}${own}${gap}>${inside.join('')}</${tag}${gap}>`)),
}))

t.test('XML is read as a complete parser reads it, wherever its pieces end', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(node, { maxLength: 4 }), fc.array(fc.nat(40), { maxLength: 8 }), (nodes, lengths) => {
    const xml = `<r>${nodes.join('')}</r>`
    const pieces: string[] = []
    let at = 0
    for (const length of lengths) pieces.push(xml.slice(at, at += length))
    const events = scanned([...pieces, xml.slice(at)])
    assert.deepEqual(events, parsed(xml))
  }), propertyRuns(2000)))
})

t.test('a file that ends in the middle is broken', async t => {
  for (const xml of ['<a><b>', '<a', '<a>text', '<a b="', '<?xml version="1.0"', '<a><!-- ', '<a><![CDATA[x']) {
    t.throws(() => readXml(Buffer.from(xml), {}), { message: /broken/ }, xml)
  }
})

t.test('a tag of many megabytes takes no more time than its length asks for', async t => {
  let chars = 0
  const value = 'x'.repeat(20e6)
  readXml(Buffer.from(`<a b="${value}"/>`), { open (_, { b = '' }) { chars = b.length } })
  t.equal(chars, value.length)
})

t.test('an element named like a property of every object is only an element', async t => {
  const tags: string[] = []
  const xml = '<constructor __proto__="x" toString="y"/>'
  readXml(Buffer.from(xml), { open: (tag, attributes) => { tags.push(tag, String(attributes['toString'])) } })
  t.strictSame(tags, ['constructor', 'y'])
})
