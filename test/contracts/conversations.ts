// The contract of all conversations, wherever they are stored.
import type { Test } from 'tap'
import type { Conversation, ConversationLimits, Conversations, NewTurn, Owner } from '../../src/conversations/store.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { until } from '../fixtures/until.ts'
import { erasingConversations } from './conversations-erasing.ts'

export interface ConversationsParts {
  conversations: Conversations
  /** The errors given to `onError`. */
  errors: unknown[]
  /** Lets so many milliseconds pass. */
  pass? (ms: number): void | Promise<void>
}

export type Limits = Pick<ConversationLimits, 'ttlMs' | 'maxTurns'>

export const limits: Limits = { ttlMs: 600_000, maxTurns: 20 }
export const anna: Owner = { company: 'shop', user: 'anna' }
export const bert: Owner = { company: 'shop', user: 'bert' }
export const elsewhere: Owner = { company: 'other', user: 'anna' }

export function turnOf (question: string, changes: Partial<NewTurn> = {}): NewTurn {
  return {
    question, answer: `About ${question}.`, cited: [], answerId: `a-${question}`, at: 1_700_000_000_000, finishReason: 'stop', ...changes,
  }
}

export const questions = (conversation: Conversation | null) => conversation?.turns.map(({ question }) => question)

/** Runs the cases; `parts` gives each its own empty conversations, and closes them after the test. */
export function conversationsContract (t: Test, parts: (t: Test, limits: Limits) => Promise<ConversationsParts>): void {
  const make = async (t: Test, changes: Partial<Limits> = {}) => {
    const made = await parts(t, { ...limits, ...changes })
    t.teardown(() => { if (made.errors.length > 0) throw made.errors[0] })
    return made
  }

  t.test('returns a turn as soon as it is added, unchanged', async t => {
    const { conversations } = await make(t)
    const began = Date.now()
    t.equal(await conversations.get(anna, 'c'), null)
    const first = turnOf('Prix ?', {
      standalone: 'Prix de la tente ?', answer: '49,90 €\n« été » 🎉 \0 \u2028', cited: ['Tente', 'Réchaud'], finishReason: 'length',
    })
    conversations.append(anna, 'c', first)
    conversations.append(anna, 'c', turnOf('two', { finishReason: 'no_answer' }))
    const found = (await conversations.get(anna, 'c'))!
    t.strictSame(found.turns, [{ n: 0, ...first }, { n: 1, ...turnOf('two', { finishReason: 'no_answer' }) }])
    t.match(found, { id: 'c', digest: '', summarizedTurns: 0 })
    t.ok(began <= found.createdAt && found.createdAt <= found.updatedAt && found.updatedAt <= Date.now())
    await until(() => conversations.stats().unwritten === 0)
    t.match(conversations.stats(), { written: 2, lost: 0, unwritten: 0 })
    t.equal(await conversations.unavailable(), null)
  })

  t.test('treats the same id of another user or company as another conversation', async t => {
    const { conversations } = await make(t)
    conversations.append(anna, 'c', turnOf('anna'))
    t.equal(await conversations.get(bert, 'c'), null)
    t.equal(await conversations.get(elsewhere, 'c'), null)
    t.equal(await conversations.delete(bert, 'c'), false)
    t.equal(await conversations.delete(elsewhere, 'c'), false)
    conversations.append(bert, 'c', turnOf('bert'))
    conversations.append(elsewhere, 'c', turnOf('elsewhere'))
    await conversations.storeDigest(bert, (await conversations.get(bert, 'c'))!, 0, 'of bert')
    t.same(questions(await conversations.get(anna, 'c')), ['anna'])
    t.match(await conversations.get(bert, 'c'), { digest: 'of bert', turns: [] })
    t.equal(await conversations.delete(anna, 'c'), true)
    t.same(questions(await conversations.get(elsewhere, 'c')), ['elsewhere'])
  })

  t.test('never confuses user and id', async t => {
    const { conversations } = await make(t)
    const owners: [string, string][] = [
      ['a', 'bc'], ['ab', 'c'], ['1 a', 'bc'], ['a\nb', 'c'], ['', 'abc'], ['é"%_\'; DROP TABLE turns; --', 'c'],
      ['x'.repeat(256), 'y'.repeat(64)],
    ]
    for (const [user, id] of owners) conversations.append({ company: 'shop', user }, id, turnOf(`${user}|${id}`))
    for (const [user, id] of owners) t.same(questions(await conversations.get({ company: 'shop', user }, id)), [`${user}|${id}`])
  })

  t.test('deletes a conversation, whose id can then start a new one', async t => {
    const { conversations } = await make(t)
    conversations.append(anna, 'c', turnOf('one'))
    const old = (await conversations.get(anna, 'c'))!
    t.equal(await conversations.delete(anna, 'c'), true)
    t.equal(await conversations.get(anna, 'c'), null)
    t.equal(await conversations.delete(anna, 'c'), false)
    await until(() => Date.now() > old.createdAt)
    conversations.append(anna, 'c', turnOf('two'))
    await conversations.storeDigest(anna, old, 0, 'what was deleted')
    t.match(await conversations.get(anna, 'c'), { digest: '', summarizedTurns: 0, turns: [{ n: 0, question: 'two' }] })
  })

  t.test('a turn of a question that was asked before the deletion is not added', async t => {
    const { conversations } = await make(t)
    const before = performance.now()
    t.equal(await conversations.delete(anna, 'c'), false, 'its first answer is still running')
    conversations.append(anna, 'c', turnOf('one'), before)
    t.equal(await conversations.get(anna, 'c'), null)
    const between = performance.now()
    conversations.append(anna, 'c', turnOf('two'), between)
    conversations.append(anna, 'd', turnOf('three'), before)
    conversations.append(bert, 'c', turnOf('four'), before)
    t.same(questions(await conversations.get(anna, 'c')), ['two'])
    t.same(questions(await conversations.get(anna, 'd')), ['three'])
    t.same(questions(await conversations.get(bert, 'c')), ['four'])
    const deleting = conversations.delete(anna, 'c')
    conversations.append(anna, 'c', turnOf('five'), between)
    t.equal(await deleting, true)
    conversations.append(anna, 'c', turnOf('six'), between)
    t.equal(await conversations.get(anna, 'c'), null)
    conversations.append(anna, 'c', turnOf('seven'), performance.now())
    t.match(await conversations.get(anna, 'c'), { turns: [{ n: 0, question: 'seven' }] })
  })

  t.test('a request that was sent twice makes one turn', async t => {
    const { conversations } = await make(t)
    const turns = async (id: string) =>
      (await conversations.get(anna, id))?.turns.map(({ n, answer, finishReason }) => [n, answer, finishReason])
    const add = (id: string, changes: Partial<NewTurn>) => conversations.append(anna, id, turnOf('Prix ?', { at: Date.now(), ...changes }))
    const later = () => Date.now() + 60_000

    add('joined', { answerId: 'a1', answer: 'one' })
    add('joined', { answerId: 'a1', answer: 'one' })
    t.same(await turns('joined'), [[0, 'one', 'stop']])
    add('joined', { answerId: 'a2', answer: 'other', question: 'Et en rouge ?' })
    add('joined', { answerId: 'a1', answer: 'one' })
    t.same(await turns('joined'), [[0, 'one', 'stop'], [1, 'other', 'stop']], 'also when another turn came between')
    add('joined', { answerId: 'a1', answer: 'one', at: later() })
    t.equal((await turns('joined'))!.length, 3, 'the same answer to a later question is another turn')

    add('again', { answerId: 'a1', answer: 'one' })
    add('again', { answerId: 'a2', answer: 'two' })
    t.same(await turns('again'), [[0, 'two', 'stop']])
    add('again', { answerId: 'a3', answer: 'three', at: later() })
    t.same(await turns('again'), [[0, 'two', 'stop'], [1, 'three', 'stop']])

    add('stopped', { answerId: 'a1', answer: 'on', finishReason: 'stopped' })
    add('stopped', { answerId: 'a2', answer: 'one', at: later() })
    t.same(await turns('stopped'), [[0, 'one', 'stop']])
    add('stopped', { answerId: 'a1', answer: 'on', finishReason: 'stopped' })
    t.same(await turns('stopped'), [[0, 'one', 'stop']], 'whichever ends first')

    add('named', { answerId: 'a1', answer: 'one', requestKey: 'k1' })
    add('named', { answerId: 'a2', answer: 'two', requestKey: 'k2' })
    add('named', { answerId: 'a3', answer: 'three', requestKey: 'k1', at: later() })
    add('named', { answerId: 'a4', answer: 'four', requestKey: 'k2', question: 'Et en rouge ?' })
    t.same(await turns('named'), [[0, 'three', 'stop'], [1, 'two', 'stop'], [2, 'four', 'stop']], 'the client\'s name for it decides')
  })

  t.test('replaces the oldest turns with a digest, once', async t => {
    const { conversations } = await make(t)
    for (const name of ['a', 'b', 'c', 'd']) conversations.append(anna, 'c', turnOf(name))
    const read = (await conversations.get(anna, 'c'))!
    await conversations.storeDigest(anna, read, 1, 'a and b')
    t.match(await conversations.get(anna, 'c'), {
      digest: 'a and b', summarizedTurns: 2,
      turns: [
        { n: 2, question: 'c' }, { n: 3, question: 'd' },
      ],
      createdAt: read.createdAt, updatedAt: read.updatedAt,
    })
    await conversations.storeDigest(anna, read, 1, 'too late')
    await conversations.storeDigest(anna, read, 0, 'too late')
    t.match(await conversations.get(anna, 'c'), { digest: 'a and b', summarizedTurns: 2 })
    await conversations.storeDigest(anna, read, 99, 'all « é » \0 🎉\n of it')
    conversations.append(anna, 'c', turnOf('e'))
    t.match(
      await conversations.get(anna, 'c'), { digest: 'all « é » \0 🎉\n of it', summarizedTurns: 4, turns: [{ n: 4, question: 'e' }] },
      'numbers go on'
    )
    await conversations.storeDigest(anna, { id: 'none', createdAt: 0 }, 3, 'of nothing')
    t.equal(await conversations.get(anna, 'none'), null)
  })

  t.test('keeps at most twice as many turns, each within its limit', async t => {
    const { conversations } = await make(t, { maxTurns: 3 })
    for (let n = 0; n < 10; n++) conversations.append(anna, 'c', turnOf(`${n}`))
    t.same(
      (await conversations.get(anna, 'c'))!.turns.map(({ n, question }) => [n, question]),
      [
        [4, '4'], [5, '5'], [6, '6'], [7, '7'], [8, '8'], [9, '9'],
      ]
    )
    conversations.append(
      anna, 'long',
      turnOf('🎉'.repeat(9000), {
        standalone: 'x'.repeat(9000), answer: `x${'🎉'.repeat(20_000)}`, cited: Array(100).fill('t'.repeat(1000)),
      })
    )
    const long = (await conversations.get(anna, 'long'))!.turns[0]!
    t.same(
      [long.question.length, long.standalone!.length, long.answer.length, long.cited.length, long.cited[0]!.length],
      [8000, 8000, 19_999, 20, 200]
    )
    t.ok(long.answer.isWellFormed())
    await conversations.storeDigest(anna, (await conversations.get(anna, 'long'))!, 0, 'd'.repeat(10_000))
    t.equal((await conversations.get(anna, 'long'))!.digest.length, 4000)
  })

  t.test('expires, and lives longer with each turn', async t => {
    const { conversations, pass } = await make(t, { ttlMs: 10_000_000 })
    conversations.append(anna, 'old', turnOf('one'))
    conversations.append(anna, 'used', turnOf('one'))
    await pass!(9_900_000)
    t.same(questions(await conversations.get(anna, 'old')), ['one'])
    conversations.append(anna, 'used', turnOf('two'))
    await pass!(100_001)
    t.equal(await conversations.get(anna, 'old'), null)
    t.equal(await conversations.delete(anna, 'old'), false)
    const used = (await conversations.get(anna, 'used'))!
    t.same(questions(used), ['one', 'two'])
    t.ok(used.updatedAt - used.createdAt >= 9_900_000)
    conversations.append(anna, 'old', turnOf('anew'))
    t.match(await conversations.get(anna, 'old'), { turns: [{ n: 0, question: 'anew' }] })
    await pass!(9_900_000)
    await conversations.storeDigest(anna, used, 1, 'too late')
    t.equal(await conversations.get(anna, 'used'), null, 'neither reading nor a digest keeps it')
  })

  t.test('behaves like a plain list under any sequence of operations', async t => {
    const maxTurns = 2
    const { conversations } = await make(t, { maxTurns })
    const owner = fc.constantFrom(anna, bert, elsewhere)
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('append' as const), owner, id: fc.constantFrom('c', 'd'), text: fc.string({ unit: 'binary', maxLength: 20 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('storeDigest' as const), owner, id: fc.constantFrom('c', 'd'), through: fc.nat({ max: 8 }),
          text: fc.string({ unit: 'binary', maxLength: 20 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), owner, id: fc.constantFrom('c', 'd') }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), owner, id: fc.constantFrom('c', 'd') }) }
    )
    interface Model { digest: string, summarizedTurns: number, next: number, turns: { n: number, question: string }[] }
    let run = 0
    let added = 0
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
      const model = new Map<string, Model>()
      const prefix = `run-${run++}-`
      const nameOf = ({ company, user }: Owner, id: string) => `${company} ${user} ${id}`
      for (const one of steps) {
        const name = nameOf(one.owner, one.id)
        const id = prefix + one.id
        const expected = model.get(name)
        if (one.do === 'append') {
          conversations.append(one.owner, id, turnOf(one.text, { answerId: `a-${added++}`, requestKey: `r-${added}` }))
          const kept = expected ?? { digest: '', summarizedTurns: 0, next: 0, turns: [] }
          kept.turns = [...kept.turns, { n: kept.next++, question: one.text }].slice(-2 * maxTurns)
          model.set(name, kept)
        } else if (one.do === 'delete') {
          t.equal(await conversations.delete(one.owner, id), expected !== undefined)
          model.delete(name)
        } else {
          const found = await conversations.get(one.owner, id)
          t.same(
            found && {
              digest: found.digest, summarizedTurns: found.summarizedTurns, next: expected?.next,
              turns: found.turns.map(({ n, question }) => ({ n, question })),
            },
            expected ?? null
          )
          if (one.do === 'get' || !found) continue
          await conversations.storeDigest(one.owner, found, one.through, one.text)
          const summarizedTurns = Math.min(one.through + 1, expected!.next)
          if (summarizedTurns <= expected!.summarizedTurns) continue
          Object.assign(expected!, { digest: one.text, summarizedTurns, turns: expected!.turns.filter(({ n }) => n >= summarizedTurns) })
        }
      }
      for (const [name, { digest, turns }] of model) {
        const [company, user, id] = name.split(' ') as [string, string, string]
        const found = (await conversations.get({ company, user }, prefix + id))!
        t.same([found.digest, questions(found)], [digest, turns.map(({ question }) => question)])
      }
    }), propertyRuns(40))
  })

  erasingConversations(t, make)
}
