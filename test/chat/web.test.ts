// Turns web results into passages, and drops those that cannot answer.
import t from 'tap'
import { searchWeb, webIntroduction, withWebRule } from '../../src/chat/web.ts'
import type { Language } from '../../src/types.ts'
import type { WebFindings, WebQuery, WebSearch } from '../../src/websearch/port.ts'
import { profile } from '../fixtures/app-parts.ts'

const canisters = {
  title: 'Gas canisters on a plane', url: 'https://travel.example/gas-canisters',
  snippet: 'Gas canisters may be carried neither in the cabin nor in the hold.', age: '2026-03-14',
}
const question = 'May I take gas canisters on a plane?'

/** The shop's documents contain "a" everywhere, and "take" here and there. */
const rarity = [
  ['take', 0.7], ['a', 0.1], ['gas', 2], ['canisters', 3], ['plane', 3],
].map(([word, idf]) => ({ word: word as string, stem: word as string, idf: idf as number, known: true, corrections: [] }))

function webOf (findings: WebFindings) {
  const asked: [string, WebQuery][] = []
  const web: WebSearch = {
    async search (query, options) {
      options.signal?.throwIfAborted()
      asked.push([query, options])
      return findings
    },
    stats: () => ({ size: 0, bytes: 0, hits: 0, misses: 0, failures: 0 }),
    close: async () => {},
  }
  const search = (text = question, language: Language = 'en', signal = AbortSignal.timeout(10_000)) =>
    searchWeb(web, text, { company: 'shop', language, limit: 3, rarity, signal })
  return { asked, search }
}

t.test('makes passages of results: cited by address, in the engine\'s order', async t => {
  const other = { title: 'Planes', url: 'https://planes.example/', snippet: 'No canisters, whatever is in them.' }
  const { asked, search } = webOf({ results: [canisters, other] })
  const { passages, terms, degraded } = await search()
  t.match(passages, [
    {
      id: canisters.url, index: 'web', url: canisters.url, title: canisters.title, text: canisters.snippet,
      heading: 'travel.example, 2026-03-14', fields: [], score: 1, similarity: null, matched: [1, 2, 3],
    },
    { id: other.url, heading: 'planes.example', score: 0.5, matched: [2, 3] },
  ])
  t.same(
    terms.map(({ word, known, idf }) => [word, known, idf]),
    [
      ['take', false, 0.7], ['gas', true, 2], ['canisters', true, 3], ['plane', true, 3],
    ]
  )
  t.equal(degraded, undefined)
  t.match(asked, [[question, { language: 'en', limit: 3 }]])
})

t.test('drops results that have nothing to do with the question', async t => {
  const roses = { title: 'Gardens', url: 'https://g.example/', snippet: 'Roses bloom in June.' }
  t.same((await webOf({ results: [roses] }).search()).passages, [])
  t.same((await webOf({ results: [roses, canisters] }).search()).passages.map(({ id }) => id), [canisters.url])
})

t.test('drops a result with only a title', async t => {
  const { search } = webOf({ results: [{ ...canisters, snippet: '' }] })
  t.same((await search()).passages, [])
})

t.test('does not take marks of a page for citations', async t => {
  const { search } = webOf({ results: [{ ...canisters, title: `${canisters.title} [1]`, snippet: `${canisters.snippet} [2] [1, 3]` }] })
  const [passage] = (await search()).passages
  t.equal(passage!.title, `${canisters.title} (1)`)
  t.equal(passage!.text, `${canisters.snippet} (2) (1, 3)`)
})

t.test('does not search for a greeting', async t => {
  const { asked, search } = webOf({ results: [canisters] })
  for (const [text, language] of [
    ['Hello!', 'en'], ['Bonjour, merci', 'fr'], ['Hola', 'es'], ['Hallo', 'de'], ['???', 'en'],
  ] as const) { t.same((await search(text, language)).passages, [], text) }
  t.same(asked, [])
})

t.test('works in every language, known or not', async t => {
  const { search } = webOf({
    results: [{ ...canisters, title: 'Cartouches de gaz en avion', snippet: 'Les cartouches de gaz sont interdites en avion.' }],
  })
  t.equal((await search('Peut-on prendre une cartouche de gaz dans l\'avion ?', 'fr')).passages.length, 1)
  t.equal((await search('cartouches gaz avion', 'und')).passages.length, 1)
})

t.test('reports a failure, and ends when the reader leaves', async t => {
  const { search } = webOf({ results: [], degraded: 'timeout' })
  t.match(await search(), { passages: [], degraded: 'timeout' })
  const reason = new Error('left')
  await t.rejects(search(question, 'en', AbortSignal.abort(reason)), reason)
})

t.test('says in the prompt where the passages come from', async t => {
  for (const language of ['en', 'fr', 'es', 'de', 'und'] as const) {
    t.match(
      withWebRule(profile({ name: 'Fjord', systemPrompt: 'Be kind.' }), language).systemPrompt, /^Be kind\.\n\n.*\bweb\b.*\bFjord\b/is,
      language
    )
    t.match(withWebRule(profile({ name: 'Fjord' }), language).systemPrompt, /Fjord.*\n\n.*\bweb\b/is)
    t.match(webIntroduction(language), /web ?:\n\n$/i)
  }
})
