// The content of the pipeline's answers, and of the model's request: citations, chunks, snippets, stop sequences.
import t from 'tap'
import type { ModelEvent } from '../fixtures/model-events.ts'
import type { SourcesEvent } from '../../src/types.ts'
import { fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'
import { all, question } from '../fixtures/pipeline.ts'

t.test('citations', async t => {
  t.test('drops citations of unknown sources', async t => {
    const { text, last } = await all({
      deps: {
        model: fakeModel(['Two days [', '1][7', '], or [2, 9].']),
        engine: fakeEngine(async () => found([passage(), passage({ id: 'faq/2', text: 'On islands it takes four.' })])),
      },
    })
    t.equal(text, 'Two days [1], or [2].')
    t.same(last.citations, [1, 2])
  })

  t.test('counts only sources that the model was shown', async t => {
    const long = (id: string) => passage({ id, text: 'x'.repeat(1000) })
    const { list, text } = await all({
      settings: { maxDocsChars: 1050 },
      deps: { model: fakeModel(['a [1] b [2]']), engine: fakeEngine(async () => found([long('faq/1'), long('faq/2')])) },
    })
    t.equal((list[1] as SourcesEvent).sources.length, 1)
    t.equal(text, 'a [1] b ')
  })

  t.test('has no citations in an answer that found nothing', async t => {
    const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
      yield { type: 'text', text: 'Not there.' }
      yield { type: 'finish', reason: 'no_answer' }
    })
    t.match((await all({ deps: { model } })).last, { finish_reason: 'no_answer', citations: [] })
  })

  t.test('reports what was cited before a stop', async t => {
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

t.test('merges neighbouring chunks for a language model', async t => {
  const model = () => fakeModel(['ab', 'cd', 'ef', 'g'])
  const texts = async (streamChunkChars: number) =>
    (await all({ deps: { model: model() }, settings: { streamChunkChars } })).list.flatMap(event =>
      event.type === 'delta' ? [event.text] : []
    )
  t.same(await texts(0), ['ab', 'cd', 'ef', 'g'])
  t.same(await texts(3), ['abcd', 'efg'])
  t.same(await texts(100), ['abcdefg'])
})

t.test('records the time of the first token, even if it comes with the last', async t => {
  for (const streamChunkChars of [0, 100]) {
    const { last } = await all({ settings: { streamChunkChars } })
    t.ok(last.timings_ms.first_token > 0, `chunks of ${streamChunkChars}`)
    t.ok(last.timings_ms.first_token <= last.timings_ms.total)
  }
})

t.test('shortens snippets', async t => {
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

t.test('passes on the page, and the company\'s own model', async t => {
  const model = fakeModel(['ok'])
  const { list } = await all({ deps: { model }, question: { page: { title: 'Tents' }, profile: profile({ model: 'big' }) } })
  t.match(model.calls[0], { model: 'big', maxTokens: 64, temperature: 0, question: question.text })
  t.match(model.calls[0]!.messages.at(-1)!.content, '<page>\nTents\n</page>')
  t.match(list[0], { model: 'big' })
})

t.test('ends the text before a stop sequence, and the model with it', async t => {
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

t.test('fails when nothing of an answer can be shown', async t => {
  const { last } = await all({ deps: { model: fakeModel(['[9]', ' [8]']) } })
  t.match(last, { type: 'error', code: 'LLM_BROKEN' })
})

t.test('leaves out an address that does something when it is opened', async t => {
  const engine = fakeEngine(async () =>
    found([passage({ url: 'java\nscript:alert(1)' }), passage({ id: 'faq/2', text: 'On islands it takes four.', url: '/faq/2' })])
  )
  const { list } = await all({ deps: { engine } })
  t.match(list[1], { sources: [{ url: '' }, { url: '/faq/2' }] })
})

t.test('sends the model the earlier turns and the client\'s instructions', async t => {
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
