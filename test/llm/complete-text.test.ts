// A short text from a language model: its end and its limits.
import t from 'tap'
import { completeText, dropCutSentence, type TextRequest } from '../../src/llm/complete-text.ts'
import type { ModelEvent } from '../fixtures/model-events.ts'
import { coded } from '../../src/errors.ts'
import { fakeModel } from '../fixtures/app-parts.ts'

const request = (changes: Partial<TextRequest> = {}): TextRequest => ({
  messages: [{ role: 'user', content: 'Summarize.' }], language: 'en', maxTokens: 50, maxChars: 100, timeoutMs: 60_000,
  signal: new AbortController().signal, ...changes,
})

t.test('returns the whole text, and how it ended', async t => {
  t.same(await completeText(fakeModel(['One. ', 'Two.']), request()), {
    text: 'One. Two.', end: 'stop', usage: { input_tokens: 5, output_tokens: 2 },
  })
  for (const reason of ['length', 'no_answer'] as const) {
    const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
      yield { type: 'text', text: 'One. Tw' }
      yield { type: 'finish', reason }
    })
    t.same(await completeText(model, request()), { text: 'One. Tw', end: reason })
  }
})

t.test('asks the model for the text', async t => {
  const model = fakeModel(['x'])
  await completeText(model, request({ modelName: 'own' }))
  t.match(model.calls[0], { messages: [{ content: 'Summarize.' }], model: 'own', maxTokens: 50, temperature: 0, passages: [] })
  await completeText(model, request())
  t.notOk('model' in model.calls[1]!)
})

t.test('stops reading a model that does not stop', async t => {
  let left = false
  const model = fakeModel(async function * (): AsyncGenerator<ModelEvent> {
    try {
      for (;;) yield { type: 'text', text: 'x'.repeat(60) }
    } finally {
      left = true
    }
  })
  t.match(await completeText(model, request()), { text: 'x'.repeat(120), end: 'too_long' })
  t.ok(left)
})

t.test('ends when the model is silent or fails, and when the caller leaves', async t => {
  const silent = fakeModel(async function * () { await new Promise(() => {}) })
  await t.rejects(completeText(silent, request({ timeoutMs: 10 })), { code: 'LLM_TIMEOUT', cause: { name: 'TimeoutError' } })
  const failure = coded('LLM_REJECTED')
  await t.rejects(completeText(fakeModel(async function * () { throw failure }), request()), failure)
  const leaving = new AbortController()
  const asked = completeText(silent, request({ signal: leaving.signal }))
  leaving.abort(new Error('gone'))
  await t.rejects(asked, { message: 'gone' })
})

t.test('ends a text that was cut off with its last whole sentence', async t => {
  t.equal(dropCutSentence('One is here. Two is there. Thr'), 'One is here. Two is there.')
  t.equal(dropCutSentence('Only ha'), '')
})
