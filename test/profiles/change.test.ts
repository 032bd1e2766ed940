// Changes of a profile: what a merge patch gives, and what a company may not change by itself.
import t from 'tap'
import { checkProfile, patchProfile } from '../../src/profiles/change.ts'
import type { WrittenProfile } from '../../src/profiles/profile.ts'
import { fc } from '../fixtures/property.ts'

const shop: WrittenProfile = {
  id: 'shop', name: 'Shop', language: 'en', model: 'large',
  indexes: { faq: { title: 'question', fields: { price: 'Price', size: 'Size' } }, pages: { uid: 'shop_pages' } },
}

t.test('merges objects, removes what is null, and replaces lists', async t => {
  const indexes = { faq: { fields: { size: null, colour: 'Colour' } }, pages: null }
  const patch = { name: 'Store', model: null, indexes, common_questions: ['Why?'] }
  t.same(patchProfile(shop, patch, true), {
    id: 'shop', name: 'Store', language: 'en', common_questions: ['Why?'],
    indexes: { faq: { title: 'question', fields: { price: 'Price', colour: 'Colour' } } },
  })
  t.same(patchProfile(shop, {}, false), shop)
})

t.test('lets a company change its own words, but not what is the operator\'s', async t => {
  const words = { system_prompt: 'Be brief.', indexes: { products: { text: ['body'] } } }
  t.match(patchProfile(shop, words, false), words)
  for (const [patch, field] of [
    [{ model: 'dear' }, 'model'], [{ model: null }, 'model'], [{ language: 'fr' }, 'language'],
    [{ indexes: { faq: { uid: 'other__faq' } } }, 'indexes.faq.uid'], [{ indexes: { faq: { model: 'x' } } }, 'indexes.faq.model'],
    [{ indexes: { fresh: { uid: 'other' } } }, 'indexes.fresh.uid'], [{ indexes: { pages: null } }, 'indexes.pages.uid'],
  ] as const) {
    t.throws(() => patchProfile(shop, patch, false), { code: 'SCOPE_MISSING', message: new RegExp(field.replaceAll('.', '\\.')) }, field)
    t.doesNotThrow(() => patchProfile({ ...shop }, patch, true))
  }
})

t.test('refuses what is no profile, with the name of the field', async t => {
  for (const [patch, message] of [
    [{ name: '' }, /\/name/], [{ language: 'xx' }, /\/language/], [{ name: null }, /name/], [{ indexes: { a__b: {} } }, /\/indexes/],
    [{ id: 'other' }, /cannot be changed/], [{ color: 'red' }, /not known/],
    [{ indexes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`i${n}`, {}])) }, /at most 100/],
  ] as const) t.throws(() => patchProfile(shop, patch, true), { code: 'INVALID_BODY', message })
  t.throws(() => patchProfile(shop, { name: 'a\0b' }, true), { code: 'INVALID_TEXT' })
  t.throws(() => patchProfile(shop, { system_prompt: '\ud800' }, true), { code: 'INVALID_TEXT' })
  t.throws(() => patchProfile(shop, JSON.parse('{"indexes":'.repeat(50_000) + '{}' + '}'.repeat(50_000)), true), { code: 'INVALID_BODY' })
  const polluted = '{"id":"a","name":"A","language":"en","indexes":{},"__proto__":{"x":1}}'
  t.throws(() => checkProfile(JSON.parse(polluted)), { code: 'INVALID_BODY' })
})

t.test('never changes the profile that it was given, and gives a valid one or an error', async t => {
  const before = structuredClone(shop)
  const key = fc.constantFrom('name', 'indexes', 'faq', 'title', 'fields', 'model', 'id', 'texts', '__proto__')
  fc.assert(fc.property(fc.object({ key }), patch => {
    try {
      checkProfile(patchProfile(shop, patch, false))
    } catch (error) {
      t.match((error as { code: string }).code, /^(INVALID_BODY|INVALID_TEXT|SCOPE_MISSING)$/)
    }
  }))
  t.same(shop, before)
})
