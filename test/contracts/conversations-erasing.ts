// How all conversations are erased and exported, wherever they are stored.
import type { Test } from 'tap'
import type { Conversations, Owner } from '../../src/conversations/store.ts'

const [anna, bert, elsewhere] = [{ company: 'shop', user: 'anna' }, { company: 'shop', user: 'bert' }, { company: 'other', user: 'anna' }]

function turnOf (question: string) {
  return { question, answer: 'yes', cited: [], answerId: `a-${question}`, at: 1_700_000_000_000, finishReason: 'stop' as const }
}

export function erasingConversations (t: Test, make: (t: Test) => Promise<{ conversations: Conversations }>): void {
  t.test('erases and yields all conversations of a user, also turns that are on their way', async t => {
    const { conversations } = await make(t)
    const idsOf = async (owner: Owner) =>
      (await Array.fromAsync(conversations.export(owner))).map(({ id, turns }) => `${id} ${turns.length}`).sort()
    for (let n = 0; n < 130; n++) conversations.append(anna, `c${n}`, turnOf('x'))
    conversations.append(anna, 'c7', turnOf('y'))
    for (const owner of [bert, elsewhere]) conversations.append(owner, 'c', turnOf('x'))
    t.equal((await idsOf(anna)).length, 130)
    t.ok((await idsOf(anna)).includes('c7 2'))
    t.same(await idsOf(bert), ['c 1'])
    conversations.append(anna, 'late', turnOf('x'))
    const asked = performance.now()
    t.ok(await conversations.erase(anna) >= 130)
    t.same(await idsOf(anna), [])
    t.equal(await conversations.get(anna, 'c7'), null)
    conversations.append(anna, 'c7', turnOf('of an answer that ran'), asked - 1)
    t.same(await idsOf(anna), [], 'an answer that ran does not bring it back')
    t.same([await idsOf(bert), await idsOf(elsewhere)], [['c 1'], ['c 1']])
    conversations.append(anna, 'c7', turnOf('new'))
    t.same(await idsOf(anna), ['c7 1'])
    t.equal(await conversations.erase({ company: 'shop' }), 2)
    t.same([await idsOf(anna), await idsOf(bert), await idsOf(elsewhere)], [[], [], ['c 1']])
    t.equal(await conversations.erase({ company: 'shop' }), 0)
  })
}
