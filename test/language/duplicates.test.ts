// Finds texts that say the same; texts that differ in a figure, a size, a name or a negation are never the same.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { removeBoilerplate } from '../../src/ingest/boilerplate.ts'
import type { Section } from '../../src/documents/content.ts'
import { createDuplicateIndex, fingerprint, sameText } from '../../src/language/duplicates.ts'
import { fc } from '../fixtures/property.ts'

const read = async (file: string): Promise<Record<string, string>[]> =>
  JSON.parse(await readFile(new URL(`../../data/${file}.json`, import.meta.url), 'utf8'))
const files = [
  'petit-nid/products', 'petit-nid/faq', 'petit-nid/pages', 'fjord-outdoor/products', 'fjord-outdoor/faq', 'fjord-outdoor/pages',
]
const texts = (await Promise.all(files.map(read))).flat()
  .map(item => [...Object.entries(item).filter(([key]) => !['id', 'url'].includes(key)).map(([, value]) => value), 'Taille M'].join('\n'))
  .filter(text => text.split(/\s+/).length >= 35)

function indexOf (texts: string[]) {
  const index = createDuplicateIndex(key => texts[key])
  texts.forEach((text, key) => index.add(fingerprint(text), key))
  return index
}

/** Replaces the nth match of a pattern; returns the text unchanged without one. */
function changed (text: string, pattern: RegExp, n: number, change: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)]
  const match = matches[n % matches.length]
  return match ? text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length) : text
}
const longWord = /(?<![\p{L}\p{N}])\p{L}{8,}(?![\p{L}\p{N}])/gu

const same: Record<string, (text: string, i: number) => string> = {
  identical: text => text,
  'other white space': text => `\n  ${text.replace(/\s+/g, '\n\n ')}\t`,
  capitals: text => text.replace(/(?<![\p{L}\p{N}])\p{L}{4,}/gu, word => word.toUpperCase()),
  'other punctuation': text => text.replace(/(?<!\d)[.,;:](?!\d)/g, ' –').replaceAll("'", '’').replace(/\n/g, ' | '),
  'composed otherwise': text => text.normalize('NFD'),
  'an article less': text => text.replace(/(?<!\p{L})(?:la|les|the) /u, ''),
  'a letter less': (text, i) => changed(text, longWord, i, word => word.slice(0, 4) + word.slice(5)),
  'other accents': (text, i) => changed(text, longWord, i, word => word.normalize('NFD').replace(/\p{M}/gu, '')),
}
const other: Record<string, (text: string, i: number) => string> = {
  'another figure': (text, i) => changed(text, /\d+/g, i, figure => String(Number(figure) + 1)),
  'another decimal': (text, i) => changed(text, /\d[.,]\d/g, i, figure => figure[0] + figure[1]! + (9 - Number(figure[2]))),
  'a figure less': (text, i) => changed(text, /\d+/g, i, () => ''),
  'a negation more': (text, i) => changed(text, /(?<=\s)\p{Ll}{3,}(?=\s)/gu, i, word => `${i % 2 ? 'pas' : 'not'} ${word}`),
  'another word': (text, i) => changed(text, longWord, i, () => 'turquoise'),
  'a word less': (text, i) => changed(text, longWord, i, () => ''),
  'a contrary': (text, i) => changed(text, longWord, i, word => `in${word}`),
  'two words changed over': (text, i) => changed(text, /(?<!\p{L})\p{L}{5,} \p{L}{5,}/gu, i, pair => pair.split(' ').reverse().join(' ')),
  'another size': text => text.replace(/M$/, 'L'),
}

t.test('finds every text that says the same, and no other', async t => {
  const index = indexOf(texts)
  t.equal(index.size, texts.length)
  const figures = { joined: 0, wrongly: 0, missed: 0 }
  for (const [name, change] of Object.entries(same)) {
    const found = texts.map((text, i) => index.find(change(text, i))?.key === i)
    t.strictSame(texts.filter((_, i) => !found[i]), [], name)
    figures.joined += found.filter(Boolean).length
    figures.missed += found.filter(hit => !hit).length
  }
  for (const [name, change] of Object.entries(other)) {
    const variants = texts.flatMap((text, i) => [0, 1, 2, 3].map(n => change(text, i + n)).filter(variant => variant !== text))
    const wrong = variants.filter(variant => index.find(variant) !== null)
    t.ok(variants.length > texts.length, `${name}: ${variants.length}`)
    t.strictSame(wrong, [], name)
    figures.wrongly += wrong.length
  }
  t.comment(
    `${texts.length} texts; recall ${figures.joined / (figures.joined + figures.missed)}, precision ` +
    `${figures.joined / (figures.joined + figures.wrongly)}`
  )
})

t.test('lines of a price list are not duplicates', async t => {
  const pairs: [string, string][] = [
    ['Couches taille 3, lot de 300 : 59,90 €', 'Couches taille 3, lot de 150 : 33,50 €'],
    ['Robe Alma, taille M', 'Robe Alma, taille L'],
    ['Livré sous 3 jours', 'Livré sous 3 semaines'],
    ['+5 °C', '-5 °C'],
    ['59,90 €', '59,90 $'],
    ['5 mW', '5 MW'],
    ['10 < x', '10 > x'],
    ['Référence DOU-1028', 'Référence DOU-1029'],
    ['Norme EN716', 'Norme EN716-2'],
    ['if (!done) stop()', 'if (done) stop()'],
    ['a || b', 'a b'],
    ['écrit en C++', 'écrit en C'],
    ['Il est remboursé', "Il n'est pas remboursé"],
    ['It is refunded', 'It is not refunded'],
    ['Vitamine A', 'Vitamine'],
  ]
  for (const [a, b] of pairs) {
    const filler = 'Ce texte est assez long pour que deux mots puissent différer sans que sa ressemblance en souffre. '.repeat(4)
    t.notOk(sameText(a, b), `${a} / ${b}`)
    t.notOk(sameText(filler + a, filler + b), `${a} / ${b}, in a long text`)
    t.equal(indexOf([filler + a]).find(filler + b), null)
  }
})

t.test('few slips are allowed, and none that turns a word into its opposite', async t => {
  const text = (word: string) => `${'autre mot et encore un '.repeat(5)} ${word}`
  t.ok(sameText(text('télétravail'), text('teletravail')))
  t.ok(sameText(text('conditions'), text('condition')))
  t.notOk(sameText(text('légalement'), text('illégalement')))
  t.notOk(sameText(text('prescrire'), text('proscrire')))
  t.notOk(sameText(text('bleu'), text('bleus')), 'short words')
  t.notOk(sameText('conditions générales', 'condition générales'), 'a short text')
  t.notOk(sameText(text('conditions générales'), text('condition général')), 'two in 25 words')
  t.notOk(sameText(text('个人信息保护法规'), text('个人信息保护法')), 'a script without letters')
})

t.test('a text under other headers and footers is the same, except on the first page', async t => {
  const pages = (header: string) => texts.slice(0, 10).map((text, i): Section =>
    ({ kind: 'text', text: `${header}\n${text}\n${header}, page ${i + 1} / 10`, headings: [], page: i + 1 }))
  const index = indexOf(removeBoilerplate(pages('Guide 2023')).map(({ text }) => text))
  t.strictSame(removeBoilerplate(pages('Catalogue')).map(({ text }) => index.find(text)?.key ?? null), [null, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

t.test('a text without words has no duplicates', async t => {
  const index = indexOf(['', '---', '...'])
  t.equal(index.find(''), null)
  t.equal(index.find('***'), null)
})

t.test('a thousand texts from one template, then the same ones again', async t => {
  const template = (name: string) =>
    `Robe ${name}. ${'Coton doux, coupe droite, se lave sans précaution particulière, ne rétrécit pas. '.repeat(5)}`
  const many = Array.from({ length: 1000 }, (_, i) =>
    template(`Nom${String.fromCharCode(97 + (i % 26), 97 + (((i / 26) | 0) % 26), 97 + ((i / 676) | 0))}`)
  )
  const index = createDuplicateIndex(key => many[key])
  const joined = many.filter((text, key) => {
    const found = index.find(text)
    index.add(fingerprint(text), key)
    return found
  })
  t.strictSame(joined, [])
  t.strictSame(many.filter((text, key) => index.find(text.toUpperCase())?.key !== key), [])
})

t.test('a removed text is not found', async t => {
  const index = createDuplicateIndex(() => undefined)
  index.add(fingerprint('gone'), 1)
  t.equal(index.find('gone'), null)
})

t.test('a fingerprint is 36 bytes, and never changes', async t => {
  t.equal(fingerprint('x'.repeat(10_000)).byteLength, 36)
  // Stores keep fingerprints: a change here makes every stored one worthless.
  t.equal(
    fingerprint('Lot de 300 couches : 59,90 €').join(),
    '4114034818,804430431,2480003345,3668321787,3672740176,1272109145,1708646334,2829942127,3551434433'
  )
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }), text => sameText(text, text) && fingerprint(text).join() === fingerprint(` ${text}\n`).join()
    )
  )
})
