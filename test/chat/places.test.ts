// The other places of a passage: in the prompt, and as the client sees them.
import t from 'tap'
import { answer } from '../../src/chat/answer.ts'
import { placesLine } from '../../src/chat/places.ts'
import { createExtractiveModel } from '../../src/llm/extractive.ts'
import type { LanguageModel } from '../../src/llm/model.ts'
import type { AnswerEvent, SourcesEvent } from '../../src/types.ts'
import { fakeEmbedder, fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'

const places = [
  { title: 'Guide', url: 'https://shop.example/guide', heading: 'Care › Wool', page: 3 }, { title: '', url: 'https://shop.example/b' },
  { title: 'C', url: '' }, { title: 'D', url: '' },
]

t.test('names three places, in the language of the documents', async t => {
  t.equal(placesLine(passage(), 'en'), '')
  t.equal(placesLine(passage({ places: [] }), 'en'), '')
  t.equal(placesLine(passage({ places }), 'en'), 'Also in: Guide (Care › Wool); https://shop.example/b; C')
  t.equal(placesLine(passage({ places: [{ title: 'C', url: '' }] }), 'fr'), 'Aussi dans: C')
})

const piece = (n: number, text: string) =>
  passage({
    id: `faq/wool#${n}`, document: 'wool', n, title: 'Wool', text,
    places: [{ title: `Guide ${n}`, url: n === 0 ? 'javascript:alert(1)' : 'https://shop.example/b', page: n + 1 }],
  })

async function sourcesFor (model: LanguageModel) {
  const events: AnswerEvent[] = []
  await answer(
    {
      embedder: fakeEmbedder(), model, now: () => 0, onProblem: (_, error) => t.error(error),
      engine: fakeEngine(async () =>
        found([
          piece(1, 'On islands it takes four.'), passage({ text: 'It takes longer in winter.' }), piece(0, 'Delivery takes two days.'),
        ])
      ),
    },
    {
      passages: 6, webResults: 5, compression: 'off', ngramMax: 20, maxDocsChars: 6000, maxHintsChars: 800, maxHistoryChars: 4000,
      streamChunkChars: 0, faqAnswers: false,
    },
    {
      user: 'u', conversationId: 'c', text: 'How long does delivery take?', profile: profile(), promptMs: 1, askedAt: 0, language: 'en',
      maxTokens: 64, temperature: 0,
    },
    { answerId: 'a', signal: new AbortController().signal, emit: event => events.push(event) }
  )
  return (events.find(event => event.type === 'sources') as SourcesEvent).sources
}

t.test('makes one source of neighbours for a language model, with the places of both', async t => {
  const model = fakeModel(['Two days [1].'])
  const sources = await sourcesFor(model)
  t.match(sources, [{ n: 1, id: 'faq/wool#1', snippet: 'Delivery takes two days. On islands it takes four.' }, { n: 2, id: 'faq/1' }])
  t.strictSame(sources[0]!.places, [{ title: 'Guide 0', url: '', page: 1 }, { title: 'Guide 1', url: 'https://shop.example/b', page: 2 }])
  t.notOk('places' in sources[1]!)
  t.match(model.calls[0]!.passages, [{ text: 'Delivery takes two days.\nOn islands it takes four.' }, {}])
})

t.test('gives a model that picks single sentences each chunk separately', async t => {
  t.strictSame((await sourcesFor(createExtractiveModel())).map(({ id }) => id), ['faq/wool#1', 'faq/1', 'faq/wool#0'])
})
