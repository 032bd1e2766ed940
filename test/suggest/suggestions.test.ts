// What a company can suggest: read once for each version, bounded, and of this company alone.
import t from 'tap'
import { createSuggestions } from '../../src/suggest/suggestions.ts'
import { profile } from '../fixtures/app-parts.ts'

function make (titles: Record<string, string[]>) {
  const reads: string[] = []
  const suggestions = createSuggestions({
    async questions (company) {
      reads.push(company)
      return titles[company] ?? []
    },
  })
  return { suggestions, reads }
}
const shop = profile({ language: 'en', commonQuestions: ['Is delivery free?'] })

t.test('common questions come first, and the same question once', async t => {
  const { suggestions } = make({ shop: ['is delivery free ?', 'Can I return it?'] })
  t.same(await suggestions.find(shop, '1', '', 10), ['Is delivery free?', 'Can I return it?'])
})

t.test('reads again when the documents or the profile have changed, once for all who wait', async t => {
  const { suggestions, reads } = make({ shop: ['Can I return it?'] })
  await Promise.all([1, 2, 3].map(() => suggestions.find(shop, '1', 'ret', 5)))
  await suggestions.find(shop, '1', 'return', 5)
  t.equal(reads.length, 1)
  await suggestions.find(shop, '2', 'ret', 5)
  t.equal(reads.length, 2)
  const changed = { ...shop, commonQuestions: ['Where are you?'] }
  t.same(await suggestions.find(changed, '2', 'where', 5), ['Where are you?'])
})

t.test('companies see their own', async t => {
  const { suggestions } = make({ shop: ['Can I return it?'], other: ['Can I rent it?'] })
  t.same(await suggestions.find(shop, '1', 'can', 5), ['Can I return it?'])
  t.same(await suggestions.find(profile({ id: 'other', language: 'en' }), '1', 'can', 5), ['Can I rent it?'])
})

t.test('leaves out pages of text and what has no word, and needs no documents', async t => {
  const { suggestions } = make({ shop: [`${'long '.repeat(100)}?`, '???', 'Why\n so?'] })
  t.same(await suggestions.find(profile(), '1', '', 10), ['Why so?'])
  t.same(await createSuggestions(null).find(shop, '1', '', 10), ['Is delivery free?'])
})

t.test('a failure is not kept', async t => {
  let isAway = true
  const suggestions = createSuggestions({
    async questions () {
      if (isAway) throw new Error('away')
      return ['Can I return it?']
    },
  })
  await t.rejects(suggestions.find(shop, '1', '', 5), /away/)
  isAway = false
  t.equal((await suggestions.find(shop, '1', '', 5)).length, 2)
})
