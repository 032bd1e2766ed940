// The pipeline with parts that do as they are told: order of events, failures, citations, aborts.
import { once } from 'node:events'
import t from 'tap'
import { answer, type AnswerDeps, type AnswerSettings, type Question } from '../../src/chat/answer.ts'
import { coded } from '../../src/errors.ts'
import type { ModelEvent } from '../../src/llm/model.ts'
import type { AnswerEvent, FinishEvent, SourcesEvent } from '../../src/types.ts'
import { fakeEmbedder, fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'

const settings: AnswerSettings = {
  passages: 6, webResults: 5, ngramMax: 20, maxDocsChars: 6000, compression: 'adaptive', maxHintsChars: 800, maxHistoryChars: 4000,
  streamChunkChars: 0, faqAnswers: true,
}
const question: Question = {
  user: 'u', conversationId: 'c', text: 'How long does delivery take?', profile: profile(), promptMs: 1, askedAt: 0, language: 'en',
  maxTokens: 64, temperature: 0,
}

interface Setup { deps?: Partial<AnswerDeps>, settings?: Partial<AnswerSettings>, question?: Partial<Question>, signal?: AbortSignal }

function make ({ deps = {}, settings: own = {}, question: asked = {}, signal = new AbortController().signal }: Setup = {}) {
  const problems: [string, unknown][] = []
  let clock = 0
  const events = answer(
    {
      embedder: fakeEmbedder(), engine: fakeEngine(), model: fakeModel(['It takes ', 'two days [1].']), now: () => ++clock,
      onProblem: (problem, error) => problems.push([problem, error]), ...deps,
    },
    { ...settings, ...own }, { ...question, ...asked }, 'a', signal
  )
  return { events, problems }
}

async function all (setup: Setup = {}) {
  const { events, problems } = make(setup)
  const list: AnswerEvent[] = []
  for await (const event of events) list.push(event)
  const text = list.map(event => event.type === 'delta' ? event.text : '').join('')
  return { list, types: list.map(({ type }) => type).join(' '), text, last: list.at(-1) as FinishEvent, problems }
}

t.test('start, sources, deltas, finish', async t => {
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

t.test('start comes before anything else is awaited', async t => {
  const never = new Promise<never>(() => {})
  const { events } = make({ deps: { engine: fakeEngine(() => never), embedder: fakeEmbedder({ embedQuestion: () => never }) } })
  t.match(await events.next(), { value: { type: 'start' } })
})

t.test('search and embedding start together', async t => {
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

t.test('a vector from the cache is passed on as it is', async t => {
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

t.test('each model of the searched indexes embeds the question once', async t => {
  const asked: string[] = []
  const embedder = fakeEmbedder({ embedQuestion: async (_, model) => { asked.push(model!); return null } })
  const indexes = { faq: { text: [] }, pages: { text: [], model: 'e5' }, news: { text: [], model: 'e5' } }
  await all({ deps: { embedder }, question: { profile: profile({ indexes }) } })
  t.same(asked.splice(0), ['fake', 'e5'])
  await all({ deps: { embedder }, question: { profile: profile({ indexes }), indexes: ['news'] } })
  t.same(asked, ['e5'])
})

t.test('a language model that fails', async t => {
  t.test('with a coded error', async t => {
    const failing = fakeModel(async function * () {
      yield { type: 'text', text: 'It takes ' }
      throw coded('LLM_TIMEOUT')
    })
    const { types, last, problems } = await all({ deps: { model: failing } })
    t.equal(types, 'start sources delta error')
    t.match(last, { code: 'LLM_TIMEOUT', status: 504, retryable: true })
    t.match(problems, [['LLM_TIMEOUT', { code: 'LLM_TIMEOUT' }]])
  })

  t.test('with a bug, whose message stays inside', async t => {
    const { last, problems } = await all({ deps: { model: fakeModel(() => { throw new Error('secret') }) } })
    t.match(last, { type: 'error', code: 'INTERNAL', status: 500 })
    t.notMatch(JSON.stringify(last), 'secret')
    t.match(problems, [['unexpected error', { message: 'secret' }]])
  })
})

t.test('a search that fails ends the answer', async t => {
  const { types, last } = await all({ deps: { engine: fakeEngine(async () => { throw coded('SEARCH_UNAVAILABLE') }) } })
  t.equal(types, 'start error')
  t.match(last, { code: 'SEARCH_UNAVAILABLE', status: 503 })
})

t.test('a degraded search is told', async t => {
  const { last, problems } = await all({ deps: { engine: fakeEngine(async () => found([passage()], { degraded: 'embedding' })) } })
  t.match(last, { finish_reason: 'stop', degraded: true, degraded_reason: 'embedding' })
  t.match(problems, [['degraded search', 'embedding']])
})

t.test('without a relevant passage', async t => {
  t.test('the model is not asked', async t => {
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

  t.test('it is, when the company wants that', async t => {
    const model = fakeModel(['Good day! [1]'])
    const { text, last } = await all({
      deps: { model, engine: fakeEngine(async () => found([])) }, question: { profile: profile({ refuseWithoutPassages: false }) },
    })
    t.equal(text, 'Good day! ')
    t.match(last, { finish_reason: 'stop', citations: [] })
    t.equal(model.calls.length, 1)
  })
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

t.test('citations', async t => {
  t.test('of unknown sources are dropped', async t => {
    const { text, last } = await all({
      deps: {
        model: fakeModel(['Two days [', '1][7', '], or [2, 9].']),
        engine: fakeEngine(async () => found([passage(), passage({ id: 'faq/2', text: 'On islands it takes four.' })])),
      },
    })
    t.equal(text, 'Two days [1], or [2].')
    t.same(last.citations, [1, 2])
  })

  t.test('count for what the model was shown only', async t => {
    const long = (id: string) => passage({ id, text: 'x'.repeat(1000) })
    const { list, text } = await all({
      settings: { maxDocsChars: 1050 },
      deps: { model: fakeModel(['a [1] b [2]']), engine: fakeEngine(async () => found([long('faq/1'), long('faq/2')])) },
    })
    t.equal((list[1] as SourcesEvent).sources.length, 1)
    t.equal(text, 'a [1] b ')
  })

  t.test('there are none in an answer that says that it found nothing', async t => {
    const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
      yield { type: 'text', text: 'Not there.' }
      yield { type: 'finish', reason: 'no_answer' }
    })
    t.match((await all({ deps: { model } })).last, { finish_reason: 'no_answer', citations: [] })
  })

  t.test('what was cited before a stop is told', async t => {
    for (const [cause, reason] of [['stopped', 'stopped'], ['length', 'length'], ['abandoned', 'stopped']] as const) {
      const controller = new AbortController()
      const model = fakeModel(async function * ({ signal }): AsyncGenerator<ModelEvent> {
        yield { type: 'text', text: 'Two days [1]. ' }
        controller.abort(cause)
        signal.throwIfAborted()
      })
      const { last, text } = await all({ deps: { model }, signal: controller.signal })
      t.equal(text, 'Two days [1]. ')
      t.match(last, { type: 'finish', finish_reason: reason, citations: [1] }, cause)
    }
  })
})

t.test('aborted', async t => {
  t.test('while searching', async t => {
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

  t.test('a model that ends in time all the same has its say', async t => {
    const controller = new AbortController()
    const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
      yield { type: 'text', text: 'Two days.' }
      controller.abort('stopped')
      yield { type: 'finish', reason: 'stop' }
    })
    t.match((await all({ deps: { model }, signal: controller.signal })).last, { finish_reason: 'stop' })
  })
})

t.test('chunks', async t => {
  const model = () => fakeModel(['ab', 'cd', 'ef', 'g'])
  const texts = async (streamChunkChars: number) =>
    (await all({ deps: { model: model() }, settings: { streamChunkChars } })).list.flatMap(event =>
      event.type === 'delta' ? [event.text] : []
    )
  t.same(await texts(0), ['ab', 'cd', 'ef', 'g'])
  t.same(await texts(3), ['abcd', 'efg'])
  t.same(await texts(100), ['abcdefg'])
})

t.test('the first token has its time, also when it comes with the last', async t => {
  for (const streamChunkChars of [0, 100]) {
    const { last } = await all({ settings: { streamChunkChars } })
    t.ok(last.timings_ms.first_token > 0, `chunks of ${streamChunkChars}`)
    t.ok(last.timings_ms.first_token <= last.timings_ms.total)
  }
})

t.test('snippets are short', async t => {
  const snippetOf = async (text: string, more = {}) => {
    const { list } = await all({ deps: { engine: fakeEngine(async () => found([passage({ text, ...more })])) } })
    return (list[1] as SourcesEvent).sources[0]!.snippet
  }
  t.equal(await snippetOf('short\n\n text'), 'short text')
  t.equal(await snippetOf('', { fields: [['Price', '5 €'], ['Size', 'M']] }), 'Price: 5 €; Size: M')
  for (const text of [
    'word '.repeat(200), '你好，世界。'.repeat(200), `${'x'.repeat(239)}😀${'x'.repeat(300)}`, '😀'.repeat(300), `a ${'x'.repeat(5000)}`,
  ]) {
    const snippet = await snippetOf(text)
    t.ok(snippet.length <= 241 && snippet.length > 100, `${snippet.length} characters of ${text.slice(0, 10)}…`)
    t.ok(snippet.endsWith('…'))
    t.ok(snippet.isWellFormed())
  }
})

t.test('the page reaches the model, and the company\'s own model is asked for', async t => {
  const model = fakeModel(['ok'])
  const { list } = await all({ deps: { model }, question: { page: { title: 'Tents' }, profile: profile({ model: 'big' }) } })
  t.match(model.calls[0], { model: 'big', maxTokens: 64, temperature: 0, question: question.text })
  t.match(model.calls[0]!.messages.at(-1)!.content, '<page>\nTents\n</page>')
  t.match(list[0], { model: 'big' })
})

t.test('a stop sequence ends the text before it, and the model with it', async t => {
  let closed = false
  const model = fakeModel(async function * () {
    try {
      for (const text of ['It takes ', 'two days [1]. E', 'ND and more', ' and more']) yield { type: 'text', text }
    } finally {
      closed = true
    }
  })
  const { text, last } = await all({ deps: { model }, question: { stop: ['END', '###'] } })
  t.equal(text, 'It takes two days [1]. ')
  t.match(last, { finish_reason: 'stop', citations: [1] })
  t.ok(closed)
  const { text: whole } = await all({ question: { stop: ['days [1]. And'] } })
  t.equal(whole, 'It takes two days [1].', 'what only began like one is shown')
  const { text: none, last: end } = await all({ question: { stop: ['It'] } })
  t.equal(none, '')
  t.match(end, { finish_reason: 'stop' }, 'an answer may be stopped at once')
})

t.test('an answer of which nothing can be shown is broken', async t => {
  const { last } = await all({ deps: { model: fakeModel(['[9]', ' [8]']) } })
  t.match(last, { type: 'error', code: 'LLM_BROKEN' })
})

t.test('an address that does something when it is opened is left out', async t => {
  const engine = fakeEngine(async () =>
    found([passage({ url: 'java\nscript:alert(1)' }), passage({ id: 'faq/2', text: 'On islands it takes four.', url: '/faq/2' })])
  )
  const { list } = await all({ deps: { engine } })
  t.match(list[1], { sources: [{ url: '' }, { url: '/faq/2' }] })
})

t.test('the model is sent what was said before, and what the client tells it', async t => {
  const model = fakeModel(['Yes [1].'])
  await all({
    deps: { model },
    question: {
      instructions: 'Be brief.', history: { digest: 'Tents.', turns: [{ question: 'Is it light?', answer: 'It is.', cited: [] }] },
      text: 'How long does delivery take?',
    },
  })
  const [system, asked, answered, last] = model.calls[0]!.messages
  t.match(system, { role: 'system', content: 'Be brief.' })
  t.match([asked, answered], [{ role: 'user', content: 'Is it light?' }, { role: 'assistant', content: 'It is.' }])
  t.match(last, { role: 'user', content: 'Tents.' })
})
