// Company profiles as people write them: valid ones are read, invalid ones are refused with the field's name.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { companyIdPattern } from '../../src/ids.ts'
import { parseProfile, type WrittenProfile } from '../../src/profiles/profile.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const good: WrittenProfile = { id: 'shop', name: 'Shop', language: 'en', indexes: { faq: { text: ['answer'] } } }

t.test('reads the sample companies', async t => {
  for (const company of ['petit-nid', 'fjord-outdoor']) {
    const profile = parseProfile(JSON.parse(await readFile(new URL(`../../data/${company}/company.json`, import.meta.url), 'utf8')))
    t.equal(profile.id, company)
    t.same(Object.keys(profile.indexes).sort(), ['faq', 'pages', 'products'])
  }
})

const wrong: [name: string, profile: unknown, field: RegExp][] = [
  ['no name', { ...good, name: undefined }, /name/],
  ['an empty name', { ...good, name: '' }, /name/],
  ['no id', { name: 'Shop', language: 'en', indexes: {} }, /id/],
  ['a path as id', { ...good, id: '../shop' }, /\/id/],
  ['an unknown language', { ...good, language: 'xx' }, /\/language/],
  ['no indexes', { id: 'shop', name: 'Shop', language: 'en' }, /indexes/],
  ['text that is no list', { ...good, indexes: { faq: { text: 'answer' } } }, /\/indexes\/faq\/text/],
  ['a title that is no key', { ...good, indexes: { faq: { text: [], title: 5 } } }, /\/indexes\/faq\/title/],
  ['a label that is no text', { ...good, indexes: { faq: { text: [], fields: { price: 3 } } } }, /\/indexes\/faq\/fields\/price/],
  ['an unknown field', { ...good, sytem_prompt: 'typo' }, /sytem_prompt is not known/],
  ['an unknown field of an index', { ...good, indexes: { faq: { text: [], titel: 'typo' } } }, /titel/],
  ['a path as index', { ...good, indexes: { '../../etc/passwd': { text: [] } } }, /passwd/],
  ['two underscores in an index', { ...good, indexes: { a__b: { text: [] } } }, /a__b/],
  ['a flag that is no flag', { ...good, refuse_without_passages: 'yes' }, /refuse_without_passages/],
  ['an unknown text', { ...good, texts: { hello: 'Hello' } }, /\/texts\/hello is not known/],
  ['a text in an unknown language', { ...good, texts: { thanks: { xx: 'Hello' } } }, /\/texts\/thanks/],
  ['an empty text', { ...good, texts: { thanks: '' } }, /\/texts\/thanks/],
  ['no object', 'shop', /company profile/],
  ['nothing', null, /company profile/],
  ['a list', [], /company profile/],
]

for (const [name, profile, field] of wrong) {
  t.test(`refuses, naming the field: ${name}`, async t => {
    t.throws(() => parseProfile(profile), { message: field })
  })
}

t.test('reads an index that does not describe its documents: its mapping is guessed', async t => {
  t.same(parseProfile({ ...good, indexes: { faq: {}, pages: { title: 'name' } } }).indexes, {
    faq: { text: [] }, pages: { title: 'name', text: [] },
  })
})

t.test('changes the version with any part of it', async t => {
  const versions = [
    good, { ...good, name: 'Other' }, { ...good, model: 'm' }, { ...good, refuse_without_passages: false }, { ...good, indexes: {} },
    { ...good, texts: { thanks: 'Cheers' } },
  ].map(profile => parseProfile(profile).version)
  t.equal(new Set(versions).size, versions.length)
  t.equal(parseProfile(structuredClone(good)).version, versions[0])
})

const pattern = new RegExp(companyIdPattern, 'u')

t.test('accepts valid ids', async t => {
  for (const id of ['a', 'A', '1', 'petit-nid', 'a_b', 'a-', 'x'.repeat(64), '0'.repeat(64)]) t.ok(pattern.test(id), id)
})

t.test('refuses invalid ids', async t => {
  for (const id of [
    '', '-a', '_a', 'a__b', 'a__', '__', 'a_', 'a_b_', 'a.b', 'a/b', '../a', 'a\\b', 'a b', 'a\n', 'a\0', 'é', 'ａ', 'x'.repeat(65),
    'a\u202e',
  ]) { t.notOk(pattern.test(id), JSON.stringify(id)) }
})

t.test('makes an accepted id safe as a file name and in an index name', async t => {
  const anything = fc.oneof(
    fc.string({ maxLength: 70 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.stringMatching(/^[A-Za-z0-9_./-]{0,70}$/)
  )
  fc.assert(fc.property(anything, id => {
    const expected =
      /^[A-Za-z0-9]/.test(id) &&
      id.length <= 64 &&
      [...id].every(letter => /[A-Za-z0-9_-]/.test(letter)) &&
      !id.includes('__') &&
      !id.endsWith('_')
    if (pattern.test(id) !== expected) throw new Error(JSON.stringify(id))
  }), propertyRuns(3000, { seed: 20260301 }))
  t.pass()
})
