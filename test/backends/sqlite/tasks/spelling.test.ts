// Spelling correction at distance 1 over the words of the documents.
import t from 'tap'
import type { CompanyFile } from '../../../../src/backends/sqlite/file.ts'
import { openCompanyFile } from '../../../../src/backends/sqlite/open.ts'
import { corrections, createWordCounts, keyWords, wordsEndingWith } from '../../../../src/backends/sqlite/tasks/spelling.ts'
import { withinOneEdit } from '../../../../src/language/one-edit.ts'
import { join } from 'node:path'
import { fc, propertyRuns } from '../../../fixtures/property.ts'
import { ask, document, ids, put, remove, searchFolder, sqliteEngine, type Ending } from '../../../fixtures/search-store.ts'

/** Makes a passage of these words. */
function learn (opened: CompanyFile, words: string[]): void {
  const counts = createWordCounts(opened)
  counts.learn(counts.read(words, 'und'))
  counts.write()
  keyWords(opened, 100)
}

async function file (t: Ending, words: Record<string, number> = {}): Promise<CompanyFile> {
  const opened = openCompanyFile(join(await searchFolder(t), 'shop.sqlite'), true)!
  t.teardown(() => opened.close())
  for (const [word, n] of Object.entries(words)) for (let i = 0; i < n; i++) learn(opened, [word])
  return opened
}

/** Computes the optimal string alignment distance straight from its definition. */
function distance (a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  for (let j = 0; j <= b.length; j++) d[0]![j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i]![j] = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d[i]![j] = Math.min(d[i]![j]!, d[i - 2]![j - 2]! + 1)
    }
  }
  return d[a.length]![b.length]!
}

const letters = fc.stringMatching(/^[abc]{0,7}$/)

t.test('withinOneEdit agrees with the distance by its definition', async t => {
  fc.assert(fc.property(letters, letters, (a, b) => {
    if (withinOneEdit(a, b) !== (distance(a, b) <= 1)) throw new Error(`${a} ${b}: ${distance(a, b)}`)
  }), propertyRuns(5000, { seed: 20260301 }))
  t.pass()
})

t.test('finds a word by every single edit of it', async t => {
  const opened = await file(t, { poussette: 3 })
  const word = 'poussette'
  const edits = new Set<string>()
  for (let i = 0; i <= word.length; i++) {
    for (const letter of 'aez') {
      edits.add(word.slice(0, i) + letter + word.slice(i))
      if (i < word.length) edits.add(word.slice(0, i) + letter + word.slice(i + 1))
    }
    if (i < word.length) edits.add(word.slice(0, i) + word.slice(i + 1))
    if (i < word.length - 1) edits.add(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2))
  }
  t.ok(edits.size > 60)
  for (const edit of edits) t.same(corrections(opened, edit), [word], edit)
})

t.test('finds the words that end with another, the most frequent first, with enough letters before it', async t => {
  const opened = await file(t, { mietboot: 1, hausboot: 2, boot: 3, urboot: 1, bootshaus: 4 })
  t.same(wordsEndingWith(opened, 'boot', 3), ['hausboot', 'mietboot'])
  t.same(wordsEndingWith(opened, 'boot', 3, 1), ['hausboot'])
  t.same(wordsEndingWith(opened, 'segel', 3), [])
})

t.test('does not find a word two edits away', async t => {
  const opened = await file(t, { poussette: 1 })
  for (const word of ['pouset', 'poussete s', 'puosestte', 'xpoussettex']) t.same(corrections(opened, word), [], word)
})

t.test('returns the most frequent words first, at most three, in a fixed order', async t => {
  const opened = await file(t, { latte: 2, natte: 5, patte: 9, datte: 1, hatte: 2 })
  t.same(corrections(opened, 'matte'), ['patte', 'natte', 'hatte'])
  t.same(corrections(opened, 'matte', 5), ['patte', 'natte', 'hatte', 'latte', 'datte'])
})

t.test('counts a word once per passage that contains it', async t => {
  const opened = await file(t)
  learn(opened, ['patte', 'patte', 'patte'])
  learn(opened, ['natte'])
  learn(opened, ['natte'])
  t.same(corrections(opened, 'matte'), ['natte', 'patte'])
})

t.test('never corrects or offers short words, figures and codes', async t => {
  const opened = await file(t, { lot: 9, t4: 9, 4471: 9, en716: 9, lots: 1 })
  for (const word of ['lat', 't5', '4472', 'en717', 'lott', 'enn716', '']) {
    t.notOk(
      corrections(opened, word).some(found => found !== 'lots'), word
    )
  }
})

t.test('spends no time on very long words', async t => {
  const long = 'x'.repeat(5000)
  const opened = await file(t, { [long]: 1 })
  t.same(corrections(opened, `${long}x`), [])
  t.equal(opened.sql('SELECT count(*) AS n FROM deletes').get()!.n, 0)
})

t.test('finds the intended documents of a question with a typo, and reports the corrected word', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('tent', 'A light tent for two'), document('stove', 'A stove that burns alcohol')])
  const result = await ask(engine, 'alchol stove')
  t.same(ids(result), ['products/stove'])
  const term = result.terms.find(({ word }) => word === 'alchol')!
  t.ok(term.known)
  t.same(term.corrections, ['alcohol'])
  t.ok(result.passages[0]!.matched.length === 2)
})

t.test('does not correct a word that a document contains', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'boots boots'), document('b', 'roots'), document('c', 'roots'), document('d', 'roots')])
  const result = await ask(engine, 'boots')
  t.same(ids(result), ['products/a'])
  t.same(result.terms[0]!.corrections, [])
})

t.test('no longer offers words of removed and replaced documents', async t => {
  const { store, engine } = await sqliteEngine(t)
  for (let i = 0; i < 5; i++) {
    await put(store, 'shop', [document('a', `latte natte patte version ${i}`), document('b', `latte natte patte version ${i}`)])
  }
  await put(store, 'shop', [document('a', 'nothing of it'), document('b', 'nothing of it either'), document('c', 'matter')])
  const result = await ask(engine, 'matte')
  t.same(result.terms[0]!.corrections, ['matter'])
  t.same(ids(result), ['products/c'])
})

t.test('counts the documents as they are, however often they were replaced', async t => {
  const { store, engine } = await sqliteEngine(t)
  for (let i = 0; i < 5; i++) await put(store, 'shop', [document('a', `natte ${i}`)])
  await put(store, 'shop', [document('b', 'patte'), document('c', 'patte')])
  t.same((await ask(engine, 'matte')).terms[0]!.corrections, ['patt', 'natt'])
  await remove(store, 'shop', ['b', 'c'])
  t.same((await ask(engine, 'matte')).terms[0]!.corrections, ['natt'])
})
