// Asking with scripted parts: sharing answers, and the steps after an answer's end.
import t from 'tap'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import { createSimilarAnswers } from '../../src/answers/similar.ts'
import { createAsk, type AskDeps, type MadeAnswer } from '../../src/chat/ask.ts'
import type { Asked } from '../../src/chat/question.ts'
import type { Conversation, NewTurn } from '../../src/conversations/store.ts'
import { createExtractiveModel } from '../../src/llm/extractive.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { fakeEmbedder, fakeEngine, fakeModel, found, profile, vectorOf } from '../fixtures/app-parts.ts'

const limits = { maxHistoryChars: 4000, maxHintsChars: 800 }
const settings = {
  question: { ...limits, maxMessageChars: 4000, maxTokens: 64, temperature: 0, web: false },
  answer: {
    ...limits, passages: 6, webResults: 5, ngramMax: 20, maxDocsChars: 6000, compression: 'adaptive' as const, streamChunkChars: 0,
    faqAnswers: false,
  },
}
const earlier: Conversation = {
  id: 'c',
  createdAt: 1,
  updatedAt: 1,
  digest: '',
  summarizedTurns: 0,
  turns: [
    {
      n: 0, question: 'How long does delivery take?', answer: 'Two days.', cited: ['Delivery'], answerId: 'a', at: 1,
      finishReason: 'stop',
    },
  ],
}

function make (changes: Partial<AskDeps> = {}) {
  const log = {
    made: [] as MadeAnswer[], answered: [] as string[], counted: [] as string[], appended: [] as NewTurn[], summarized: [] as string[],
    problems: [] as string[], hits: 0,
  }
  const { ask, askKept } = createAsk(
    {
      embedder: fakeEmbedder(), engine: fakeEngine(), model: fakeModel(['Two days [1].']), web: null, now: () => performance.now(),
      profiles: {
        get: async id => (id === 'shop' ? profile() : null),
        known: id => (id === 'shop' ? profile() : null),
        countHit: () => { log.hits++ },
      },
      answers: createMemoryAnswers({
        cacheTtlMs: 60_000, cacheMaxBytes: 1_000_000, keptFormat: sseEncoder, graceMs: 0, logMaxBytes: 1_000_000, maxLive: 10,
        onError: error => {
          throw error
        },
      }),
      conversations: {
        get: async () => earlier,
        append: (_, __, turn) => {
          log.appended.push(turn)
        },
      },
      turnSummarizer: {
        summarize: async (_, { id }) => {
          log.summarized.push(id)
        },
      },
      commonQuestions: {
        count: (_, { text }) => {
          log.counted.push(text)
        },
      },
      similar: null,
      onMade: made => {
        log.made.push(made)
      },
      onAnswered: company => {
        log.answered.push(company)
      },
      onProblem: problem => {
        log.problems.push(problem)
      },
      ...changes,
    },
    settings
  )
  /** Asks, and waits for the end of the answer. */
  async function answerTo (changes: Partial<Asked> = {}) {
    const reader = await ask({ company: 'shop', user: 'u', message: 'How long does delivery take?', ...changes })
    const events = await reader.all()
    reader.close()
    return { cache: reader.cache, last: events.at(-1)! }
  }
  return { answerTo, askKept, log }
}

t.test('gives an equal question the same answer, unless it wants a fresh one', async t => {
  const { answerTo, log } = make()
  t.equal((await answerTo()).cache, 'miss')
  t.equal((await answerTo({ user: 'another' })).cache, 'hit')
  t.equal((await answerTo({ fresh: true })).cache, 'miss')
  t.equal(log.made.length, 2, 'one that was there already was not made')
  t.same(log.answered, ['shop', 'shop', 'shop'])
  t.equal(log.counted.length, 2, 'a fresh answer is asked for by one person')
  t.equal(log.appended.length, 3)
})

t.test('gives a plain question its kept answer at once; otherwise nothing has happened', async t => {
  const { answerTo, askKept, log } = make()
  const plain = { company: 'shop', user: 'u', message: 'How long does delivery take?' }
  t.equal(askKept(plain), null)
  t.match(log, { answered: [], counted: [], appended: [], hits: 0 })
  await answerTo()
  const kept = askKept(plain)!
  t.match(kept.events, [{ type: 'start', answer_id: kept.answerId }, {}, {}, { type: 'finish' }])
  t.equal(kept.read().cache, 'hit')
  t.match(log, {
    answered: ['shop', 'shop'], counted: [plain.message, plain.message], appended: [{}, { answerId: kept.answerId }], hits: 1,
  })
  for (const change of [{ company: 'other' }, { message: 'Thank you!' }, { message: ' ' }, { message: 'x'.repeat(5000) }, { user: '\0' }]) {
    t.equal(askKept({ ...plain, ...change }), null)
  }
  t.equal(log.hits, 1)
})

t.test('makes an answer for a warm-up, and nothing follows from it', async t => {
  const { answerTo, log } = make()
  t.equal((await answerTo({ isWarmUp: true })).cache, 'miss')
  t.match(log, { made: [{ isWarmUp: true, last: { type: 'finish' } }], answered: [], counted: [], appended: [], summarized: [] })
  t.equal((await answerTo()).cache, 'hit')
})

t.test('a courtesy is replied to, and is no part of the conversation', async t => {
  const turn = (question: string, answer: string) => ({ question, answer, cited: [] })
  const delivery = turn('How long does delivery take?', 'Two days.')

  t.test('it is neither kept nor counted, and asks nobody', async t => {
    const model = fakeModel(['never'])
    const { answerTo, log } = make({ model, engine: fakeEngine(async () => { throw new Error('searched') }) })
    for (let n = 0; n < 2; n++) {
      const answer = await answerTo({ conversation: 'c', message: 'Thank you!' })
      t.match(answer, { cache: 'miss', last: { finish_reason: 'stop', answered_by: 'smalltalk' } })
    }
    t.match(log, { made: [{}, {}], answered: ['shop', 'shop'], counted: [], appended: [], summarized: [] })
    t.same(model.calls, [])
  })

  t.test('a follow-up goes on with what was asked before it', async t => {
    const model = fakeModel(async function * ({ messages }) {
      const isRewrite = messages[0]!.content.startsWith('Rewrite')
      yield { type: 'text', text: isRewrite ? 'How long does delivery to Corsica take?' : 'Four days [1].' }
      const [input_tokens, output_tokens] = isRewrite ? [20, 8] : [300, 4]
      yield { type: 'finish', reason: 'stop', usage: { input_tokens, output_tokens } }
    })
    const { answerTo } = make({ model })
    const turns = [delivery, turn('Thanks a lot!', "You're welcome!"), turn('👍', 'Very well!')]
    const { last } = await answerTo({ history: { digest: '', turns }, message: 'And to Corsica?' })
    t.match(last, {
      answered_by: 'llm', standalone_question: /delivery to Corsica/, usage: { input_tokens: 320, output_tokens: 12 },
    })
    t.notMatch(JSON.stringify(model.calls.map(({ messages }) => messages)), /Thanks a lot|👍/)
  })

  t.test('the greeting before a question is not searched, and stays in the conversation', async t => {
    const searched: string[] = []
    const engine = fakeEngine(async ({ query }) => {
      searched.push(...query.words.map(({ surface }) => surface))
      return found()
    })
    const { answerTo, log } = make({ engine, model: createExtractiveModel() })
    await answerTo({ message: 'Hello! How long does delivery take?' })
    t.ok(searched.includes('delivery') && !searched.includes('hello'), 'the question is searched')
    t.match(log.appended, [{ question: 'Hello! How long does delivery take?' }])
    t.equal((await answerTo()).cache, 'hit', 'and answered as it would be without')
  })

  t.test('it answers a question of the model, if it can', async t => {
    const history = { digest: '', turns: [turn('Do you deliver?', 'To which island?')] }
    const model = fakeModel(['Four days [1].'])
    t.match((await make({ model }).answerTo({ history, message: 'Yes, please' })).last, { answered_by: 'llm' })
    t.match((await make({ model }).answerTo({ history, message: 'Thank you' })).last, { answered_by: 'smalltalk' })
    const { answerTo } = make({ model: createExtractiveModel() })
    t.match((await answerTo({ history, message: 'Yes, please' })).last, { answered_by: 'smalltalk' })
    const asked = [...history.turns, turn('yes', 'Four days.')]
    await make({ model }).answerTo({ history: { digest: '', turns: asked }, message: 'How long does delivery take?' })
    t.match(model.calls.at(-1)!.messages.map(({ content }) => content).join(), /,yes,Four days/, 'and so it stays')
  })
})

t.test('an answer that continues a conversation', async t => {
  t.test('belongs to this conversation, and is not counted as a common question', async t => {
    const { answerTo, log } = make()
    t.equal((await answerTo()).cache, 'miss')
    t.equal((await answerTo({ conversation: 'c' })).cache, 'miss')
    t.equal(log.counted.length, 1)
    t.same(log.summarized, ['c'])
    t.match(log.appended.at(-1), { question: 'How long does delivery take?', answer: 'Two days.', cited: ['Delivery'] })
  })

  t.test('is shared when the model does not read the conversation and the question stands alone', async t => {
    const { answerTo } = make({ model: createExtractiveModel() })
    t.equal((await answerTo()).cache, 'miss')
    t.equal((await answerTo({ conversation: 'c' })).cache, 'hit')
    t.equal((await answerTo({ conversation: 'c', message: 'And to Corsica?' })).cache, 'miss')
  })

  t.test('is degraded and not shared when the conversation cannot be read', async t => {
    const { answerTo, log } = make({ conversations: { get: async () => { throw new Error('no') }, append () {} } })
    for (let n = 0; n < 2; n++) t.match(await answerTo({ conversation: 'c' }), { cache: 'miss', last: { degraded: true } })
    t.same([...new Set(log.problems)], ['a conversation was not read'])
    t.same(log.summarized, [])
  })

  t.test('is not stored here when the client sends the history', async t => {
    const { answerTo, log } = make()
    await answerTo({ conversation: 'c', history: { digest: '', turns: [] } })
    t.same(log.appended, [])
  })
})

t.test('gives a similar question only the answer of a language model', async t => {
  const similar = () => createSimilarAnswers({ maxBytes: 1_000_000, ttlMs: 60_000 })
  const embedder = fakeEmbedder({ cachedQuestion: text => vectorOf(text) })
  const again = 'How long does the delivery take?'
  const written = make({ similar: similar(), embedder })
  await written.answerTo()
  t.match(await written.answerTo({ message: again }), { cache: 'miss', last: { answered_by: 'similar', citations: [1] } })
  t.match(
    await written.answerTo({ message: `${again}!`, page: { title: 'Tents' } }), { last: { answered_by: 'llm' } },
    'a page makes it another question'
  )
  const chosen = make({ similar: similar(), embedder, model: createExtractiveModel() })
  await chosen.answerTo()
  t.match(await chosen.answerTo({ message: again }), { last: { answered_by: 'extractive' } })
})

t.test('throws the error in a question', async t => {
  const { answerTo, log } = make()
  await t.rejects(answerTo({ company: 'nobody' }), { code: 'UNKNOWN_COMPANY' })
  await t.rejects(answerTo({ message: ' ' }), { code: 'MESSAGE_EMPTY' })
  t.same(log.made, [])
})
