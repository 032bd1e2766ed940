// The golden conversations: follow-up questions completed without a language model, through the real engine and embedding model.
import t from 'tap'
import { measureConversations, readConversations } from '../bench/conversations.ts'
import { sampleCorpus } from './fixtures/sample-corpus.ts'

t.test('golden conversations', async t => {
  const corpus = await sampleCorpus()
  const conversations = readConversations('test/golden/conversations.json')
  const heldOut = conversations.filter(conversation => conversation.held_out)
  t.ok(conversations.length >= 40 && heldOut.length >= 0.3 * conversations.length, 'there are enough conversations')
  t.ok(conversations.every(({ turns }) => turns.length >= 2 && turns.length <= 3 && !turns[0]!.follow_up), 'they have two or three turns')

  const { followUps, standAlone } = await measureConversations(corpus, conversations)
  const apart = await measureConversations(corpus, heldOut)
  t.comment(JSON.stringify({ followUps, standAlone, heldOut: apart.followUps }))
  t.ok(followUps.completed.cited / followUps.n >= 0.85, 'follow-ups cite the right document')
  t.ok(apart.followUps.completed.cited / apart.followUps.n >= 0.8, 'those of conversations written after the code as well')
  t.ok(followUps.completed.cited - followUps.asTyped.cited >= 0.3 * followUps.n, 'many more than as they were typed')
  t.equal(standAlone.changed, 0, 'no question that stands alone is changed')
})
