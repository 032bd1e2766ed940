// The contract of every profile store.
import type { Test } from 'tap'
import type { WrittenProfile } from '../../src/profiles/profile.ts'
import type { ProfileStore } from '../../src/profiles/store.ts'

export interface PromptParts {
  store: ProfileStore
  /** Writes a company's profile, in place of the one it had. */
  write (profile: WrittenProfile): Promise<void>
  /** Makes the profiles unreadable until the test ends. */
  breakDown (): Promise<void>
}

export const writtenProfile: WrittenProfile = {
  id: 'shop',
  name: "L'Échoppe « été »",
  language: 'fr',
  system_prompt: 'Répondez brièvement.\nCitez [1].',
  indexes: {
    products: { title: 'name', text: ['description', 'care'], url: 'url', fields: { price: 'Prix' }, model: 'other-model' },
    faq: { text: ['answer'] },
  },
  model: 'some-llm',
  refuse_without_passages: false,
  texts: { thanks: "Avec « plaisir » ! L'été arrive.", not_found: { fr: 'Rien trouvé.', nl: 'Niets gevonden.' } },
}

/** Runs the cases; `make` gives each its own empty store. */
export function promptStoreContract (t: Test, make: (t: Test) => Promise<PromptParts>): void {
  t.test('returns what was written', async t => {
    const { store, write } = await make(t)
    await write(writtenProfile)
    const { version, ...profile } = (await store.get('shop'))!
    t.same(profile, {
      id: 'shop',
      name: writtenProfile.name,
      language: 'fr',
      systemPrompt: writtenProfile.system_prompt,
      indexes: writtenProfile.indexes,
      model: 'some-llm',
      refuseWithoutPassages: false,
      commonQuestions: [],
      texts: writtenProfile.texts,
    })
    t.match(version, /./)
  })

  t.test('writes, replaces, reads back and deletes profiles', async t => {
    const { store } = await make(t)
    const writer = store.writer!
    t.equal(await writer.read('shop'), null)
    await writer.put(writtenProfile)
    t.match(await writer.read('shop'), writtenProfile)
    const { version, ...profile } = (await store.get('shop'))!
    t.match(profile, { name: writtenProfile.name, indexes: writtenProfile.indexes })
    const indexes = { zoo: { fields: { zz: 'First', a: 'Second' } }, faq: { text: ['answer'] } }
    await writer.put({ id: 'shop', name: 'Shop', language: 'en', indexes })
    const after = (await store.get('shop'))!
    t.strictSame(Object.keys(after.indexes), ['zoo', 'faq'], 'in the order in which they were given')
    t.strictSame(Object.keys(after.indexes.zoo!.fields!), ['zz', 'a'])
    t.match(after, { name: 'Shop', systemPrompt: '', refuseWithoutPassages: true })
    t.not(after.version, version)
    await writer.put({ id: 'other', name: 'Other', language: 'en', indexes: {} })
    t.same(await store.companies(), ['other', 'shop'])
    await writer.delete('shop')
    t.same(await store.companies(), ['other'])
    t.equal(await store.get('shop'), null)
    await writer.delete('shop')
    await writer.put(writtenProfile)
    t.match(await writer.read('shop'), writtenProfile, 'it can be created again')
  })

  t.test('fills in the defaults', async t => {
    const { store, write } = await make(t)
    await write({ id: 'shop', name: 'Shop', language: 'en', indexes: {} })
    const profile = (await store.get('shop'))!
    t.match(profile, { systemPrompt: '', refuseWithoutPassages: true, indexes: {} })
    t.notOk('model' in profile && profile.model !== undefined)
  })

  t.test('returns null for an unknown company', async t => {
    const { store, write } = await make(t)
    t.equal(await store.get('nobody'), null)
    await write(writtenProfile)
    for (const id of ['nobody', 'SHOP2', 'sho', 'shop-', 'shop%', 'shop\' or 1=1']) t.equal(await store.get(id), null, id)
  })

  t.test('keeps companies apart', async t => {
    const { store, write } = await make(t)
    await write({ ...writtenProfile, id: 'a', name: 'A' })
    await write({ ...writtenProfile, id: 'b', name: 'B', system_prompt: 'secret of b' })
    t.equal((await store.get('a'))!.name, 'A')
    t.equal((await store.get('b'))!.name, 'B')
    t.notMatch(JSON.stringify(await store.get('a')), 'secret of b')
  })

  t.test('changes the version exactly with the profile', async t => {
    const { store, write } = await make(t)
    const version = async () => (await store.get('shop'))!.version
    await write(writtenProfile)
    const first = await version()
    await write(structuredClone(writtenProfile))
    t.equal(await version(), first)
    await write({ ...writtenProfile, system_prompt: 'Répondez longuement.' })
    t.not(await version(), first)
  })

  t.test('lists every company', async t => {
    const { store, write } = await make(t)
    t.same(await store.companies(), [])
    for (const id of ['b', 'shop', 'a']) await write({ ...writtenProfile, id, indexes: { faq: {} } })
    t.same(await store.companies(), ['a', 'b', 'shop'])
  })

  t.test('stores common questions without changing the version', async t => {
    const { store, write } = await make(t)
    await write(writtenProfile)
    const before = (await store.get('shop'))!
    t.same(before.commonQuestions, [])
    await write({ ...writtenProfile, common_questions: ['Où est mon colis ?', 'Livrez-vous le samedi ?'] })
    const after = (await store.get('shop'))!
    t.same(after.commonQuestions, ['Où est mon colis ?', 'Livrez-vous le samedi ?'])
    t.equal(after.version, before.version)
  })

  t.test('tells which profiles other programs have changed, if they can', async t => {
    const { store, write } = await make(t)
    if (!store.changed) return t.pass('nobody else can')
    await write({ ...writtenProfile, id: 'a', indexes: { faq: {} } })
    await write({ ...writtenProfile, id: 'b', indexes: { faq: {} } })
    for (const id of ['a', 'b', 'nobody']) await store.get(id)
    t.same(await store.changed(['a', 'b', 'nobody', 'never-read']), [])
    await write({ ...writtenProfile, id: 'b', indexes: { faq: { title: 'question' } } })
    await write({ ...writtenProfile, id: 'nobody', indexes: { pages: {} } })
    t.same(await store.changed(['a', 'b', 'nobody', 'never-read']), ['b', 'nobody'], 'until they are read again')
    for (const id of ['a', 'b', 'nobody']) await store.get(id)
    t.same(await store.changed(['a', 'b', 'nobody']), [])
  })

  t.test('ends an aborted read', async t => {
    const { store, write } = await make(t)
    await write(writtenProfile)
    await t.rejects(store.get('shop', AbortSignal.abort(new Error('left'))))
    t.equal((await store.get('shop'))!.id, 'shop')
  })

  t.test('tells if profiles can be read, and fails with a coded error', async t => {
    const { store, write, breakDown } = await make(t)
    await write(writtenProfile)
    t.equal(await store.unavailable(), null)
    await breakDown()
    t.type(await store.unavailable(), 'string')
    await t.rejects(store.get('shop'), { name: 'CodedError' })
  })
}
