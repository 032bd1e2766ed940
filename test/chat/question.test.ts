// A client's question: refused when invalid, completed with defaults, limited in length.
import t from 'tap'
import { readQuestion, type Asked } from '../../src/chat/question.ts'
import { createProfileCache } from '../../src/profiles/cache.ts'
import { profile } from '../fixtures/app-parts.ts'

const limits = { maxMessageChars: 4000, maxHistoryChars: 250, maxHintsChars: 100, maxTokens: 256, temperature: 0.2, web: false }
const store = {
  get: async (id: string) => (id === 'shop' ? profile() : null), companies: async () => ['shop'], unavailable: async () => null,
}
const profiles = createProfileCache({ store, ttlMs: 1000, staleMs: 0 })
const read = (changes: Partial<Asked>) =>
  readQuestion(profiles, limits, { company: 'shop', user: 'u', message: 'How long does delivery take?', ...changes })
const turn = (n: number) => ({ question: `Question ${n} ${'q'.repeat(90)}`, answer: 'a'.repeat(100), cited: [] })

t.test('completes what a question leaves out', async t => {
  const question = await read({ message: '  How long?\n' })
  t.match(question, {
    text: 'How long?', language: 'en', maxTokens: 256, temperature: 0.2, conversationId: /^[0-9a-f-]{36}$/, profile: { id: 'shop' },
  })
  for (const key of ['history', 'instructions', 'stop', 'indexes', 'page']) t.notOk(key in question, key)
  t.match(await read({ maxTokens: 1_000_000 }), { maxTokens: 256 }, 'the setting is the most')
})

t.test('refuses what cannot be asked', async t => {
  const refusals: [Partial<Asked>, string][] = [
    [{ company: 'nobody' }, 'UNKNOWN_COMPANY'], [{ message: ' \n' }, 'MESSAGE_EMPTY'],
    [{ message: 'x'.repeat(4001) }, 'MESSAGE_TOO_LONG'], [{ indexes: ['faq', 'constructor'] }, 'UNKNOWN_INDEX'],
  ]
  const nasty = 'a\0b'
  const texts: Partial<Asked>[] = [
    { message: nasty }, { user: nasty }, { instructions: nasty }, { stop: [nasty] }, { page: { path: nasty } },
    { page: { title: nasty } }, { page: { hints: ['x', '\ud800'] } },
    ...[{ question: nasty }, { answer: nasty }, { cited: [nasty] }].map(part => ({
      history: { digest: '', turns: [{ ...turn(1), ...part }] },
    })),
  ]
  for (const [asked, code] of [...refusals, ...texts.map(text => [text, 'INVALID_TEXT'] as const)]) await t.rejects(read(asked), { code })
})

t.test('keeps only the newest turns of a long conversation', async t => {
  const { turns } = (await read({ history: { digest: '', turns: Array.from({ length: 100 }, (_, n) => turn(n)) } })).history!
  t.ok(turns.length >= 5 && turns.length <= 6, `${turns.length} turns`)
  t.match(turns.at(-1), { question: 'Question 99' })
  const [only] = (
    await read({
      history: {
        digest: 'd'.repeat(5000),
        turns: [{ question: 'q'.repeat(5000), answer: 'a'.repeat(5000), cited: Array.from({ length: 50 }, () => 't'.repeat(1000)) }],
      },
    })
  ).history!.turns
  t.match([only!.question.length, only!.answer.length, only!.cited.length, only!.cited[0]!.length], [1000, 1000, 20, 300])
  t.equal((await read({ instructions: 'x'.repeat(5000) })).instructions!.length, 100)
  t.notOk((await read({ history: { digest: '', turns: [] } })).history)
})
