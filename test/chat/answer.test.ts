// The pipeline with scripted parts: order of events, failures, aborts.
import { once } from 'node:events'
import t from 'tap'
import type { Question } from '../../src/chat/question.ts'
import { coded } from '../../src/errors.ts'
import type { ModelEvent } from '../fixtures/model-events.ts'
import type { AnswerEvent, CompanyProfile, Language, SourcesEvent } from '../../src/types.ts'
import { fakeEmbedder, fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'
import { all, make } from '../fixtures/pipeline.ts'

t.test('yields start, sources, deltas, finish', async t => {
  const { list, text, last } = await all()
  t.match(list[0], { type: 'start', answer_id: 'a', conversation_id: 'c', company_id: 'shop', model: 'fake-llm', cache: 'miss' })
  t.match(list[1], { type: 'sources', sources: [{ n: 1, id: 'faq/1', title: 'Delivery', snippet: 'Delivery takes two days.' }] })
  t.equal(text, 'It takes two days [1].')
  t.match(last, {
    type: 'finish', finish_reason: 'stop', answered_by: 'llm', citations: [1], degraded: false,
    usage: { input_tokens: 5, output_tokens: 2 },
  })
  t.notOk('degraded_reason' in last)
})

t.test('emits start before it waits for anything else', async t => {
  const never = new Promise<never>(() => {})
  const { list } = make({ deps: { engine: fakeEngine(() => never), embedder: fakeEmbedder({ embedQuestion: () => never }) } })
  t.match(list, [{ type: 'start' }])
})

t.test('starts search and embedding together', async t => {
  const order: string[] = []
  await all({
    deps: {
      embedder: fakeEmbedder({ embedQuestion: async () => { order.push('embed'); return null } }),
      engine: fakeEngine(async ({ vectors }) => {
        order.push('search')
        t.ok(vectors[0]!.vector instanceof Promise)
        return found()
      }),
    },
  })
  t.same(order, ['embed', 'search'])
})

t.test('passes on a vector from the cache as it is', async t => {
  const vector = new Float32Array([1])
  await all({
    deps: {
      embedder: fakeEmbedder({ cachedQuestion: () => vector, embedQuestion: () => { throw new Error('not asked') } }),
      engine: fakeEngine(async ({ vectors }) => {
        t.equal(vectors[0]!.vector, vector)
        return found()
      }),
    },
  })
})

t.test('each model that the engine searches with embeds the question once', async t => {
  const asked: string[] = []
  const embedder = fakeEmbedder({ embedQuestion: async (_, model) => { asked.push(model!); return null } })
  const engine = { ...fakeEngine(), models: (_: unknown, indexes?: string[]) => indexes ? ['e5'] : ['fake', 'e5'] }
  await all({ deps: { embedder, engine } })
  t.same(asked.splice(0), ['fake', 'e5'])
  await all({ deps: { embedder, engine: { ...engine, models: async () => ['e5'] } }, question: { indexes: ['news'] } })
  t.same(asked, ['e5'], 'also when the engine has to look')
})

t.test('a question in another language is judged by its vector, and refused in its own language', async t => {
  const terms = [{ word: 'lieferung', stem: 'lieferung', idf: 3, known: false, corrections: [] }]
  const asked = (similarity: number) => all({
    deps: {
      model: { ...fakeModel(['Two days [1].']), kind: 'extractive' },
      engine: fakeEngine(async () => found([passage({ similarity, matched: [] }), passage({ similarity, matched: [] })], { terms })),
    },
    question: { text: 'Wie lange dauert die Lieferung?', language: 'de' },
  })
  t.match((await asked(0.4)).last, { finish_reason: 'stop', citations: [1] })
  const refused = await asked(0.05)
  t.match(refused.last, { finish_reason: 'no_answer' })
  t.match(refused.text, /^Die Antwort darauf/)
})

t.test('a language model that fails', async t => {
  t.test('ends with its coded error', async t => {
    const failing = fakeModel(async function * () {
      yield { type: 'text', text: 'It takes ' }
      throw coded('LLM_TIMEOUT')
    })
    const { types, last, problems } = await all({ deps: { model: failing } })
    t.equal(types, 'start sources delta error')
    t.match(last, { code: 'LLM_TIMEOUT', status: 504, retryable: true })
    t.match(problems, [['LLM_TIMEOUT', { code: 'LLM_TIMEOUT' }]])
  })

  t.test('ends with INTERNAL after a bug, whose message stays inside', async t => {
    const { last, problems } = await all({ deps: { model: fakeModel(() => { throw new Error('secret') }) } })
    t.match(last, { type: 'error', code: 'INTERNAL', status: 500 })
    t.notMatch(JSON.stringify(last), 'secret')
    t.match(problems, [['unexpected error', { message: 'secret' }]])
  })
})

t.test('ends the answer when the search fails', async t => {
  const { types, last } = await all({ deps: { engine: fakeEngine(async () => { throw coded('SEARCH_UNAVAILABLE') }) } })
  t.equal(types, 'start error')
  t.match(last, { code: 'SEARCH_UNAVAILABLE', status: 503 })
})

t.test('reports a degraded search', async t => {
  const { last, problems } = await all({ deps: { engine: fakeEngine(async () => found([passage()], { degraded: 'embedding' })) } })
  t.match(last, { finish_reason: 'stop', degraded: true, degraded_reason: 'embedding' })
  t.match(problems, [['degraded search', 'embedding']])
})

t.test('a language model judges the passages itself', async t => {
  const weak = fakeEngine(async () => found([passage({ matched: [], stems: ' tent ', similarity: 0, score: 0.1 })]))
  const refusal = 'I could not find the answer to that in the documents I have.'
  const deltas = (list: AnswerEvent[]) => list.flatMap(event => event.type === 'delta' ? [event.text] : [])

  t.test('it is asked whenever anything was found', async t => {
    const model = fakeModel(['Two days [1].'])
    t.match((await all({ deps: { model, engine: weak } })).last, { finish_reason: 'stop', answered_by: 'llm', citations: [1] })
    t.match(model.calls[0]!.messages[0]!.content, /write NO_ANSWER and nothing else/)
    const extractive = { ...fakeModel(['never']), kind: 'extractive' as const }
    const { last } = await all({ deps: { model: extractive, engine: weak } })
    t.match(last, { finish_reason: 'no_answer' }, 'without one the service is sure')
    t.same(extractive.calls, [])
  })

  t.test('its marker becomes the refusal in the question\'s language', async t => {
    const model = fakeModel(['**NO', '_AN', 'SWER** [1', '] because', ' of the passages, which say nothing of it', ' and so on'])
    const { list, last, problems } = await all({ deps: { model, engine: weak }, question: { language: 'de' } })
    t.same(deltas(list), ['Die Antwort darauf habe ich in den mir vorliegenden Dokumenten nicht gefunden.'])
    t.match(last, { finish_reason: 'no_answer', answered_by: 'llm', citations: [], degraded: false })
    t.same(problems, [])
  })

  t.test('the tokens of a refusal are counted', async t => {
    const { last } = await all({ deps: { model: fakeModel(['NO_ANSWER', '.']) } })
    t.match(last, { finish_reason: 'no_answer', usage: { input_tokens: 5, output_tokens: 2 } })
  })

  t.test('one that breaks off after the marker has refused all the same', async t => {
    const breaking = fakeModel(async function * () {
      yield { type: 'text', text: 'NO_ANSWER' }
      throw coded('LLM_TIMEOUT')
    })
    const { list, last, problems } = await all({ deps: { model: breaking } })
    t.same(deltas(list), [refusal])
    t.match(last, { finish_reason: 'no_answer', citations: [] })
    t.equal(problems.length, 1)
  })

  t.test('text that was shown before stays, and so does an answer that cites', async t => {
    const { list } = await all({ deps: { model: fakeModel(['It is ', 'red. ', 'no_ans', 'wer']) } })
    t.same(deltas(list), ['It is ', 'red. ', `\n\n${refusal}`])
    const { text, last } = await all({ deps: { model: fakeModel(['Two days [1]. ', 'NO_ANSWER']) } })
    t.equal(text, 'Two days [1]. ')
    t.match(last, { finish_reason: 'stop', citations: [1] })
  })

  t.test('a company that wants an answer in any case gives it no marker', async t => {
    const model = fakeModel(['Good day!'])
    await all({ deps: { model }, question: { profile: profile({ refuseWithoutPassages: false }) } })
    t.notMatch(JSON.stringify(model.calls[0]!.messages), 'NO_ANSWER')
  })
})

t.test('without a passage', async t => {
  t.test('does not ask the model', async t => {
    const model = fakeModel(['never'])
    const { types, text, last, list } = await all({
      deps: { model, engine: fakeEngine(async () => found([])) }, question: { language: 'fr' },
    })
    t.equal(types, 'start sources delta finish')
    t.same((list[1] as SourcesEvent).sources, [])
    t.match(text, /^Je n'ai pas trouvé/)
    t.match(last, { finish_reason: 'no_answer', answered_by: 'extractive', citations: [] })
    t.same(model.calls, [])
  })

  t.test('asks the model if the company wants that', async t => {
    const model = fakeModel(['Good day! [1]'])
    const { text, last } = await all({
      deps: { model, engine: fakeEngine(async () => found([])) }, question: { profile: profile({ refuseWithoutPassages: false }) },
    })
    t.equal(text, 'Good day! ')
    t.match(last, { finish_reason: 'stop', citations: [] })
    t.equal(model.calls.length, 1)
  })
})

t.test('a courtesy is replied to without a search and without the model', async t => {
  const model = fakeModel(['never'])
  const engine = fakeEngine(async () => { throw new Error('searched') })
  const reply = (courtesy: Question['courtesy'], own: Partial<CompanyProfile> = {}) =>
    all({ deps: { model, engine }, question: { courtesy: courtesy!, profile: profile(own) } })
  const { list, types, text, last } = await reply({ kind: 'thanks', language: 'fr' })
  t.equal(types, 'start sources delta finish')
  t.same((list[1] as SourcesEvent).sources, [])
  t.match(text, /^Avec plaisir/)
  t.match(last, { finish_reason: 'stop', answered_by: 'smalltalk', citations: [], degraded: false, usage: { output_tokens: 0 } })
  t.same(model.calls, [])

  const who = { kind: 'identity', language: 'en' } as const
  t.match((await reply(who, { name: 'Shop $& Co' })).text, "I am Shop $& Co's assistant")
  t.equal((await reply(who, { texts: { identity: 'I am Nils.' } })).text, 'I am Nils.', 'in the words of the company')
  t.match((await reply({ ...who, language: 'it' }, { texts: { identity: 'I am Nils.' } })).text, /^Sono/, 'a plain text is in its language')
  t.equal((await reply({ ...who, language: 'it' }, { texts: { identity: { it: 'Sono Nils.' } } })).text, 'Sono Nils.')
  t.equal((await reply({ ...who, language: 'it' }, { language: 'und', texts: { identity: 'Sono Nils.' } })).text, 'Sono Nils.')
  t.match((await reply(who, { texts: { identity: { it: 'Sono Nils.' }, thanks: 'x' } })).text, /^I am Shop/)
})

t.test('a refusal is in the words of the company', async t => {
  const texts = { not_found: { en: 'Ask us by telephone.', fr: 'Appelez-nous.' } }
  const refused = async (own: Partial<CompanyProfile>, language: Language = 'en') =>
    (await all({ deps: { model: fakeModel(['NO_ANSWER']) }, question: { language, profile: profile(own) } })).text
  t.equal(await refused({ texts }), 'Ask us by telephone.')
  t.equal(await refused({ texts }, 'fr'), 'Appelez-nous.')
  t.match(await refused({ texts }, 'de'), /^Die Antwort/)
  t.match(await refused({ texts: { not_found: 'Ask us.' } }, 'und'), /^I could not find/)
})

t.test('a question without words', async t => {
  t.test('is not searched', async t => {
    const { types, last } = await all({
      question: { text: '👶👶' },
      deps: {
        engine: fakeEngine(async () => {
          throw new Error('searched')
        }),
      },
    })
    t.equal(types, 'start sources delta finish')
    t.match(last, { finish_reason: 'no_answer' })
  })

  t.test('does no harm when the embedder fails', async t => {
    const unhandled: unknown[] = []
    const listen = (error: unknown) => { unhandled.push(error) }
    process.on('unhandledRejection', listen)
    t.teardown(() => process.off('unhandledRejection', listen))
    const failing = fakeEmbedder({ embedQuestion: async () => { throw coded('EMBEDDING_FAILED') } })
    t.match((await all({ question: { text: '👶👶' }, deps: { embedder: failing } })).last, { finish_reason: 'no_answer' })
    t.match(
      (
        await all({
          deps: {
            embedder: failing,
            engine: fakeEngine(async () => {
              throw coded('SEARCH_UNAVAILABLE')
            }),
          },
        })
      ).last,
      { code: 'SEARCH_UNAVAILABLE' }, 'nor when the search fails before it looks at the vectors'
    )
    await new Promise(resolve => { setImmediate(resolve) })
    await new Promise(resolve => { setImmediate(resolve) })
    t.same(unhandled, [])
  })
})

t.test('an aborted answer', async t => {
  t.test('ends while searching', async t => {
    for (const [cause, expected] of [
      ['stopped', { type: 'finish', finish_reason: 'stopped' }], ['shutdown', { type: 'error', code: 'SHUTTING_DOWN', retryable: true }],
    ] as const) {
      const controller = new AbortController()
      const engine = fakeEngine(async ({ signal }) => {
        setImmediate(() => controller.abort(cause))
        await once(signal, 'abort')
        throw signal.reason
      })
      const { last, problems } = await all({ deps: { engine }, signal: controller.signal })
      t.match(last, expected)
      t.same(problems, [], 'nothing is wrong')
    }
  })

  t.test('lets a model finish that ends in time', async t => {
    const controller = new AbortController()
    const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
      yield { type: 'text', text: 'Two days.' }
      controller.abort('stopped')
      yield { type: 'finish', reason: 'stop' }
    })
    t.match((await all({ deps: { model }, signal: controller.signal })).last, { finish_reason: 'stop' })
  })
})
