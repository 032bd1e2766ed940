// A cached answer does not outlive what it was made from: the company's prompt, its model, its documents.
import t, { type Test } from 'tap'
import type { ProfileStore } from '../../src/profiles/store.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, profile } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

/** Starts a service whose profiles are in a store that another program changes. */
async function elsewhere (t: Test) {
  let kept = profile()
  let seen = ''
  let documents = '1'
  const store: ProfileStore = {
    async get () {
      seen = kept.version
      return kept
    },
    companies: async () => ['shop'],
    changed: async companies => seen === kept.version ? [] : companies,
    unavailable: async () => null,
  }
  const model = fakeModel(['Yes [1].'])
  const { app } = await startTestApp(t, {
    profileStore: store, engine: { ...fakeEngine(), version: () => documents }, model, config: { PROMPT_CHECK_SECONDS: 1 },
  })
  return {
    model,
    ask: async () => (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, stream: false } })).json().cache as string,
    change (changes: Partial<CompanyProfile>) { kept = { ...kept, ...changes, version: `${Number(kept.version) + 1}` } },
    changeDocuments () { documents += '1' },
  }
}

t.test('applies a prompt changed in the store after the next check, although it is cached for an hour', async t => {
  const { ask, change, model } = await elsewhere(t)
  t.same([await ask(), await ask()], ['miss', 'hit'])
  change({ systemPrompt: 'Answer like a pirate.' })
  await until(async () => await ask() === 'miss')
  t.match(model.calls.at(-1)!.messages[0], { content: /pirate/ })
  t.equal(await ask(), 'hit')
})

t.test('applies another model in the same way', async t => {
  const { ask, change, model } = await elsewhere(t)
  t.same([await ask(), await ask()], ['miss', 'hit'])
  change({ model: 'another' })
  await until(async () => await ask() === 'miss')
  t.equal(model.calls.at(-1)!.model, 'another')
})

t.test('applies changed documents with the search engine\'s version', async t => {
  const { ask, changeDocuments } = await elsewhere(t)
  t.same([await ask(), await ask()], ['miss', 'hit'])
  changeDocuments()
  t.same([await ask(), await ask()], ['miss', 'hit'])
})

t.test('applies documents written here at once', async t => {
  const model = fakeModel(['Yes [1].'])
  const { app } = await startTestApp(t, { model })
  const ask = async () => (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, stream: false } })).json()
  t.match([await ask(), await ask()], [{ cache: 'miss' }, { cache: 'hit' }])
  await app.store.run('putDocuments', 'shop', {
    index: 'faq', language: 'en',
    documents: [{ id: 'delivery', title: 'How long does delivery take?', text: 'Delivery takes nine days.', url: '', fields: [] }],
  })
  app.documentsChanged('shop', (await app.store.run('getMeta', 'shop', 'version'))!)
  const { cache, sources } = await ask()
  t.equal(cache, 'miss')
  t.match(JSON.stringify(sources), 'nine days')
})
