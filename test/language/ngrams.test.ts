// Chooses the n-grams of a question: which ones stay, in which order, and which are dropped first.
import t from 'tap'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { optimizeNgrams, type Ngram } from '../../src/language/ngrams.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,22}$/), fc.stringMatching(/^[0-9]{1,4}$/), fc.stringMatching(/^[a-z]{1,3}[0-9]{1,3}$/),
  fc.constantFrom('a', 'b', 'c', 'lot')
)
const words = fc.array(word, { maxLength: 40 })
const max = fc.integer({ min: 0, max: 60 })
const key = ({ words }: Ngram) => words.join(' ')
const windows = (list: readonly string[], n: number) => [
  ...new Set(list.slice(0, Math.max(0, list.length - n + 1)).map((_, i) => list.slice(i, i + n).join(' '))),
]
const figure = (text: string) => /\p{N}/u.test(text)

function property (test: (list: string[], most: number) => void): void {
  fc.assert(fc.property(words, max, test), propertyRuns(400, { seed: 20260301 }))
}

t.test('never more than requested, and none twice', async t => {
  property((list, most) => {
    const grams = optimizeNgrams(list, most)
    if (grams.length > most) throw new Error('too many')
    if (new Set(grams.map(key)).size !== grams.length) throw new Error('one came twice')
  })
  t.pass()
})

t.test('each is a contiguous window of the question, of 1, 2 or 3 words', async t => {
  property((list, most) => {
    for (const gram of optimizeNgrams(list, most)) {
      if (gram.n !== gram.words.length || ![1, 2, 3].includes(gram.n)) throw new Error('wrong n')
      if (!windows(list, gram.n).includes(key(gram))) throw new Error(`not in the question: ${key(gram)}`)
    }
  })
  t.pass()
})

t.test('trigrams, bigrams, unigrams, each in the order of the question', async t => {
  property((list, most) => {
    const grams = optimizeNgrams(list, most)
    const order = [3, 2, 1].flatMap(n => {
      const all = windows(list, n)
      return grams.filter(gram => gram.n === n).sort((a, b) => all.indexOf(key(a)) - all.indexOf(key(b)))
    })
    if (grams.map(key).join('|') !== order.map(key).join('|')) throw new Error('out of order')
  })
  t.pass()
})

t.test('when all fit: every trigram, every unigram, and the bigrams that bring a word', async t => {
  property((list, most) => {
    const trigrams = windows(list, 3)
    const covered = new Set(trigrams.flatMap(gram => gram.split(' ')))
    const bringing = windows(list, 2).filter(gram => gram.split(' ').some(part => !covered.has(part)))
    const all = [...trigrams, ...bringing, ...windows(list, 1)]
    if (all.length > most) return
    const got = optimizeNgrams(list, most).map(key)
    if (JSON.stringify(got) !== JSON.stringify(all)) throw new Error(`${got} instead of ${all}`)
  })
  t.pass()
})

t.test('when they do not fit: every slot is used, and 12 of 20 are unigrams unless one kind has too few', async t => {
  property((list, most) => {
    const unigrams = windows(list, 1).length
    const longer = windows(list, 3).length + (list.length === 2 ? windows(list, 2).length : 0)
    if (unigrams + longer <= most) return
    const grams = optimizeNgrams(list, most)
    const kept = grams.filter(({ n }) => n === 1).length
    if (grams.length !== most) throw new Error(`${most - grams.length} slots unused`)
    const share = Math.round(most * 0.6)
    const expected = Math.min(unigrams, Math.max(share, most - longer))
    if (kept !== expected) throw new Error(`${kept} unigrams, expected ${expected}`)
  })
  const many = Array.from({ length: 30 }, (_, i) => `word${String.fromCharCode(97 + i)}`)
  const grams = optimizeNgrams(many)
  t.equal(grams.filter(({ n }) => n === 1).length, 12)
  t.equal(grams.filter(({ n }) => n === 3).length, 8)
})

t.test('slots that unigrams do not need go to the trigrams', async t => {
  // Few different words, many different windows.
  const list = ['a', 'b', 'c', 'd'].flatMap((first, _, all) => all.flatMap(second => all.map(third => [first, second, third]))).flat()
  const grams = optimizeNgrams(list)
  t.equal(grams.filter(({ n }) => n === 1).length, 4)
  t.equal(grams.filter(({ n }) => n === 3).length, 16)
})

t.test('unigrams with a figure are kept before those without', async t => {
  property((list, most) => {
    const kept = optimizeNgrams(list, most).filter(({ n }) => n === 1).map(key)
    const left = windows(list, 1).filter(gram => !kept.includes(gram))
    if (left.some(figure) && kept.some(gram => !figure(gram))) throw new Error(`${left.filter(figure)} left out for ${kept}`)
  })
  t.pass()
})

t.test('rare words are kept before common ones, whatever their length', async t => {
  const list = Array.from({ length: 30 }, (_, i) => 'x'.repeat(i % 10 + 3) + String.fromCharCode(97 + i))
  const rare = new Set(list.filter((_, i) => i % 3 === 0))
  const kept = optimizeNgrams(list, 15, word => rare.has(word) ? 9 : 1).filter(({ n }) => n === 1).map(key)
  t.equal(kept.length, 9)
  t.ok(kept.every(word => rare.has(word)))
})

t.test('pure: the same input gives the same output, and the words stay unchanged', async t => {
  property((list, most) => {
    const frozen = Object.freeze([...list])
    const once = optimizeNgrams(frozen, most)
    const again = optimizeNgrams([...list], most)
    if (JSON.stringify(once) !== JSON.stringify(again)) throw new Error('not the same')
  })
  t.pass()
})

t.test('small and odd questions', async t => {
  const keys = (list: string[], most?: number) => optimizeNgrams(list, most).map(key)
  t.same(keys([]), [])
  t.same(keys(['prix']), ['prix'])
  t.same(keys(['prix', 'couches']), ['prix couches', 'prix', 'couches'], 'two words: the bigram brings both')
  t.same(keys(['prix', 'lot', 'couches']), ['prix lot couches', 'prix', 'lot', 'couches'], 'three: the trigram has them all')
  t.same(keys(['a', 'a', 'a']), ['a a a', 'a'])
  t.same(keys(['a', 'a']), ['a a', 'a'])
  t.same(keys(['a', 'b', 'c'], 0), [])
  t.same(keys(['prix', 'lot', 'couches'], 1), ['couches'])
  t.same(keys(['prix', '300', 'couches'], 1), ['300'], 'a figure first')
})

t.test('the seed question', async t => {
  const { words, ngrams } = analyzeQuestion('Prix lot 300 couches taille 4?', 'fr', 'fr')
  t.same(words.map(({ surface }) => surface), ['prix', 'lot', '300', 'couches', 'taille', '4'])
  t.same(ngrams.map(key), [
    'prix lot 300', 'lot 300 couches', '300 couches taille', 'couches taille 4',
    'prix', 'lot', '300', 'couches', 'taille', '4',
  ])
})

t.test('a long question keeps its figures and codes', async t => {
  const text =
    "Bonjour, je cherche une poussette compacte homologuée cabine avion légère pliable d'une seule main avec nacelle, habillage " +
    'pluie, ombrelle, chancelière, porte-gobelet, référence PN-4471, garantie 24 mois, livrée avant samedi, moins de 350 euros'
  const { ngrams } = analyzeQuestion(text, 'fr', 'fr')
  t.equal(ngrams.length, 20)
  const unigrams = ngrams.filter(({ n }) => n === 1).map(key)
  for (const code of ['pn4471', '24', '350']) t.ok(unigrams.includes(code), code)
})

t.test('a pasted page becomes a bounded search', async t => {
  const page = Array.from({ length: 5000 }, (_, i) => `term${i}`).join(' ')
  const { words, ngrams } = analyzeQuestion(page, 'en', 'en')
  t.equal(words.length, 64)
  t.equal(ngrams.length, 20)
})

t.test('a repeated word is one word of the query', async t => {
  const { words } = analyzeQuestion('couches couches Couches', 'fr', 'fr')
  t.equal(words.length, 1)
})
