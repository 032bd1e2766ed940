// Merges neighbouring chunks of a document, and passages with the same text.
import t from 'tap'
import { cutIntoChunks } from '../../src/ingest/chunks.ts'
import { headingPath } from '../../src/language/passage-lines.ts'
import type { Section } from '../../src/documents/content.ts'
import { estimateTokens } from '../../src/language/token-count.ts'
import { mergeNeighbours } from '../../src/search/neighbours.ts'
import type { FoundPassage } from '../../src/types.ts'
import { passage } from '../fixtures/app-parts.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const maxChars = 3000

function piece (n: number, text: string, changes: Partial<FoundPassage> = {}): FoundPassage {
  return passage({
    id: `guides/wool#${n}`, index: 'guides', document: 'wool', n, title: 'Wool', text, score: 1 - n / 10, similarity: 0.5,
    stems: ` ${n} `, matched: [n], ...changes,
  })
}

/** Makes the chunks of a document as an engine would return them, best first. */
function cut (sections: (Partial<Section> & { text: string })[], maxTokens = 32, overlapTokens = 12): FoundPassage[] {
  const document = {
    id: '', title: 'Wool', url: '', fields: [], sections: sections.map(section => ({ kind: 'text' as const, headings: [], ...section })),
  }
  return cutIntoChunks(document, { maxTokens, overlapTokens, count: estimateTokens }).map(({ n, text, headings }) =>
    piece(n, text, { score: 1 / (n + 1), ...(headings.length > 0 ? { heading: headingPath(headings) } : {}) })
  )
}

t.test('keeps whole documents, other documents and chunks with a gap apart', t => {
  const passages = [
    passage(), passage({ id: 'faq/2', text: 'Islands take four days.' }), piece(0, 'One.'), piece(2, 'Three.'),
    piece(1, 'Two.', { document: 'silk' }), piece(3, 'Four.', { index: 'faq' }),
  ]
  t.strictSame(mergeNeighbours(passages, maxChars), passages)
  t.end()
})

t.test('joins neighbours in reading order, at the rank of the better one', t => {
  const [first, second, ...more] = mergeNeighbours([
    passage(),
    piece(4, 'Fourth.', { score: 0.8, similarity: null, page: 9, matched: [1, 0] }),
    passage({ id: 'faq/2', text: 'Islands take four days.' }),
    piece(3, 'Third.', { score: 0.4, similarity: 0.7, page: 8, fields: [['Author', 'Ann']] }),
  ], maxChars)
  t.equal(first!.id, 'faq/1')
  t.match(second, {
    id: 'guides/wool#4', text: 'Third.\nFourth.', page: 8, score: 0.8, similarity: 0.7, stems: ' 3 4 ', matched: [0, 1, 3],
    fields: [['Author', 'Ann']],
  })
  t.strictSame(more.map(({ id }) => id), ['faq/2'])
  t.end()
})

t.test('joins a chunk that comes last with those before and after it', t => {
  const list = mergeNeighbours([piece(2, 'C.'), passage(), piece(0, 'A.'), piece(1, 'B.')], maxChars)
  t.strictSame(list.map(({ text }) => text), ['A.\nB.\nC.', 'Delivery takes two days.'])
  t.end()
})

t.test('limits the length of a joined passage', t => {
  const texts = (maxChars: number) =>
    mergeNeighbours(
      [0, 1, 2, 3].map(n => piece(n, `${n}`.repeat(100))), maxChars
    ).map(({ text }) => text.replace(/(\d)\1+\n?/g, '$1'))
  t.strictSame(texts(0), ['0', '1', '2', '3'])
  t.strictSame(texts(99), ['0', '1', '2', '3'])
  t.strictSame(texts(200), ['01', '23'])
  t.strictSame(texts(300), ['012', '3'])
  t.end()
})

t.test('keeps repeated sentences once', t => {
  const text =
    'Wool is washed at thirty degrees. It is dried flat on a towel. Never use a dryer for it. Moths are kept away by cedar wood. ' +
    'Felted wool cannot be saved.'
  const pieces = cut([{ text }], 24)
  t.ok(pieces.length > 1 && pieces.reduce((sum, { text }) => sum + text.length, 0) > text.length, 'it overlaps')
  t.strictSame(mergeNeighbours(pieces, maxChars).map(({ text }) => text), [text])
  t.end()
})

t.test('keeps a repeated table header once', t => {
  const rows = Array.from({ length: 12 }, (_, i) => `W-${i} | wool number ${i} | ${i + 20}.90 €`)
  for (const header of ['code | name | price', '| code | name | price |\n| --- | --- | --- |']) {
    const text = [header, ...rows].join('\n')
    const pieces = cut([{ text: 'All our wools with their prices.' }, { kind: 'table', text }], 60)
    t.ok(pieces.length > 1)
    t.equal(pieces.at(-1)!.text.startsWith(header), true)
    t.strictSame(mergeNeighbours(pieces, maxChars).map(({ text }) => text), [`All our wools with their prices.\n\n${text}`])
  }
  t.end()
})

t.test('continues a cut sentence in its line, and loses nothing to a chance repeat', t => {
  const text = (...pieces: string[]) => mergeNeighbours(pieces.map((text, n) => piece(n, text)), maxChars).map(({ text }) => text)
  t.strictSame(text('It is dried flat', 'on a towel.'), ['It is dried flat on a towel.'])
  t.strictSame(text('There are 1', '1 and 2 ways.'), ['There are 1\n1 and 2 ways.'])
  t.strictSame(text('It costs ten euros', 'euros are taken.'), ['It costs ten euros euros are taken.'])
  t.strictSame(text('the unwashable wool', 'washable wool too'), ['the unwashable wool washable wool too'], 'not within a word')
  t.strictSame(text('洗います。平らに乾かしてくださいね。', '平らに乾かしてくださいね。杉の木。'), ['洗います。平らに乾かしてくださいね。杉の木。'])
  t.end()
})

t.test('keeps the common headings, and names others where they change', t => {
  const [one] = mergeNeighbours(
    [
      piece(0, 'Thirty degrees.', { heading: 'Care › Washing' }), piece(1, 'With soap.', { heading: 'Care › Washing' }),
      piece(2, 'Flat.', { heading: 'Care › Drying' }), piece(3, 'That is all.', { heading: 'Care' }),
    ],
    maxChars
  )
  t.equal(one!.heading, 'Care')
  t.equal(one!.text, 'Washing — Thirty degrees.\nWith soap.\n\nDrying — Flat.\n\nCare — That is all.')
  const [other] = mergeNeighbours([piece(0, 'Flat.', { heading: 'Drying' }), piece(1, 'The end.')], maxChars)
  t.notOk('heading' in other!)
  t.equal(other!.text, 'Drying — Flat.\n\nThe end.')
  t.equal(mergeNeighbours([piece(0, 'A.', { heading: 'Drying' }), piece(1, 'B.', { heading: 'Drying' })], maxChars)[0]!.heading, 'Drying')
  t.end()
})

t.test('makes a passage with the same text a place of the better one', t => {
  const terms = 'Returns are taken back within thirty days, unused and in the box that they came in.'
  const [one, ...more] = mergeNeighbours(
    [
      piece(0, terms, { page: 2, places: [{ title: 'Silk', url: '' }] }),
      piece(7, `${terms} `, {
        document: 'linen', title: 'Linen', url: 'https://shop.example/linen', page: 4,
        places: [
          { title: 'Silk', url: '' }, { title: 'Hemp', url: '' },
        ],
      }),
      passage(),
    ],
    maxChars
  )
  t.strictSame(one!.places, [
    { title: 'Silk', url: '' }, { title: 'Linen', url: 'https://shop.example/linen', page: 4 }, { title: 'Hemp', url: '' },
  ])
  t.equal(one!.text, terms)
  t.equal(more.length, 1)
  const many = Array.from({ length: 9 }, (_, i) => piece(0, terms, { document: `${i}`, title: `Title ${i}` }))
  t.equal(mergeNeighbours(many, maxChars)[0]!.places!.length, 5)
  t.strictSame(
    mergeNeighbours([piece(0, terms), piece(7, terms)], maxChars).map(({ places }) => places), [undefined], 'its own place is none'
  )
  t.end()
})

t.test('keeps products with other names, facts or figures apart, whatever their texts say', t => {
  const text = 'A light tent for long walks, with a footprint and two poles.'
  const tents = [
    passage({ id: 'a/1', title: 'Tent Fjell two', text }), passage({ id: 'a/2', title: 'Tent Fjell three', text }),
    passage({ id: 'a/3', title: 'Tent Fjell two', text, fields: [['Price', '10 €']] }), piece(0, 'It weighs 1.9 kg.'),
    piece(0, 'It weighs 2.9 kg.', { document: 'silk' }), piece(0, '', { document: 'a' }), piece(0, '', { document: 'b' }),
  ]
  t.equal(mergeNeighbours(tents, maxChars).length, tents.length)
  t.end()
})

t.test('returns a document that was found whole once, whatever the order of its chunks', t => {
  const words = fc.constantFrom('wool', 'silk', 'is', 'washed', 'dried', 'flat', 'cedar', 'thirty', 'Moths', '30', 'été')
  const sentence = fc
    .array(words, { minLength: 1, maxLength: 12 })
    .map(list => `${list.join(' ').replace(/^./, first => first.toUpperCase())}.`)
  const section = fc.record({
    text: fc.array(sentence, { minLength: 1, maxLength: 12 }).map(list => list.join(' ')),
    headings: fc.constantFrom<string[]>([], ['Care'], ['Care', 'Drying']),
  })
  fc.assert(
    fc.property(
      fc.array(section, { minLength: 1, maxLength: 4 }), fc.integer({ min: 40, max: 90 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (sections, maxTokens, scores) => {
        // Numbered, so that no two texts are equal.
        const numbered = sections.map((section, i) => ({
          ...section,
          text: section.text
            .split('. ')
            .map((sentence, j) => `Sentence S${i}x${j} ${sentence}`)
            .join('. '),
        }))
        const pieces = cut(numbered, maxTokens)
          .map(piece => ({ ...piece, score: scores.next().value as number }))
          .sort((a, b) => b.score - a.score)
        const list = mergeNeighbours(pieces, Infinity)
        const expected = numbered.flatMap(({ text }) => text.match(/S\d+x\d+/g))
        return list.length === 1 && JSON.stringify(list[0]!.text.match(/S\d+x\d+/g)) === JSON.stringify(expected)
      }
    ),
    propertyRuns(200)
  )
  t.end()
})

t.test('takes almost no time', t => {
  const long = piece(0, 'a'.repeat(100_000))
  const began = cpuMs()
  for (let i = 0; i < 20; i++) mergeNeighbours([long, piece(1, 'a'.repeat(100_000))], Infinity)
  t.ok((cpuMs() - began) / 20 < 100, 'however long texts are, only so much of them is compared')
  t.end()
})
