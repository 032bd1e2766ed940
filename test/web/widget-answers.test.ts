// The last answers that the widget gives again: how many, how long, and to which questions.
import t from 'tap'
import { createAnswers, type KeptAnswer } from '../../web/widget/answers.ts'

const answer = (text: string, changes: Partial<KeptAnswer['finish']> = {}): KeptAnswer => ({
  answerId: text, text, sources: [],
  finish: {
    finish_reason: 'stop', answered_by: 'llm', citations: [], degraded: false, usage: { input_tokens: 0, output_tokens: 0 },
    timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 }, ...changes,
  },
})

t.test('keeps the 50 that were used last', async t => {
  const answers = createAnswers(() => '/')
  for (let i = 0; i < 50; i++) answers.keep(`question ${i}`, '', answer(String(i)))
  t.equal(answers.get('question 0', '')?.text, '0')
  answers.keep('one more', '', answer('more'))
  t.equal(answers.get('question 1', ''), undefined)
  for (const question of ['question 0', 'question 2', 'question 49', 'one more']) t.ok(answers.get(question, ''), question)
})

t.test('a question that continues another one is answered again after that one alone', async t => {
  const answers = createAnswers(() => '/')
  answers.keep('And in blue?', 'Which tents?', answer('blue tents', { standalone_question: 'Which tents are blue?' }))
  t.equal(answers.get('and in  BLUE?', 'which tents?')?.text, 'blue tents')
  t.equal(answers.get('And in blue?', 'Which stoves?'), undefined)
  t.equal(answers.get('And in blue?', ''), undefined)
  answers.keep('Delivery?', 'Which tents?', answer('two days'))
  t.equal(answers.get('Delivery?', 'Which stoves?')?.text, 'two days', 'it stood alone within a conversation')
  answers.keep('Returns?', '', answer('thirty days'))
  t.equal(answers.get('Returns?', 'Returns?')?.text, 'thirty days', 'asked twice')
})

t.test('keeps nothing that was cut, degraded, of another page, or older than an hour', async t => {
  let now = 0
  let path = '/tents'
  const answers = createAnswers(() => path, () => now)
  for (const changes of [{ finish_reason: 'stopped' as const }, { finish_reason: 'length' as const }, { degraded: true }]) {
    answers.keep('Delivery?', '', answer('half', changes))
    t.equal(answers.get('Delivery?', ''), undefined)
  }
  answers.keep('Delivery?', '', answer('two days'))
  path = '/stoves'
  t.equal(answers.get('Delivery?', ''), undefined)
  path = '/tents'
  now = 3_600_000
  t.ok(answers.get('Delivery?', ''))
  now++
  t.equal(answers.get('Delivery?', ''), undefined)
})
