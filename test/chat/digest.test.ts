// Digests of turns: the parts that they keep, and those that they leave out.
import t from 'tap'
import { digestOf, longestDigest } from '../../src/chat/digest.ts'
import { turnOf } from '../contracts/conversations.ts'
import { fc } from '../fixtures/property.ts'

t.test('writes one line per turn: the question, and the sentence of the answer with a figure', async t => {
  t.equal(
    digestOf('', [
      turnOf('Et en taille 3 ?', {
        standalone: 'Quel est le prix du lot de couches taille 3 ?',
        answer: 'Nous avons ce lot en stock. Le lot de 300 coûte 49,90 € [2][^3]. La livraison est offerte.',
      }),
      turnOf('Can I return it?', { answer: 'Yes, unused. You need the receipt.' }),
    ]),
    'Quel est le prix du lot de couches taille 3 ? — Le lot de 300 coûte 49,90 €.\nCan I return it? — Yes, unused.'
  )
})

t.test('takes no fact from an answer that found nothing', async t => {
  t.equal(digestOf('', [
    turnOf('Do you sell 2 horses?', { answer: 'I could not find the answer to that in the 3 documents.', finishReason: 'no_answer' }),
    turnOf('And cows?', { answer: '', finishReason: 'stopped' }),
  ]), 'Do you sell 2 horses?\nAnd cows?')
})

t.test('drops list marks and citations, and does not count an item\'s number as a figure', async t => {
  t.equal(
    digestOf('', [turnOf('How?', { answer: '1. Open the **box** [1, 2].\n2. Screw four legs on.\n- It weighs 12 kg [n3].' })]),
    'How? — It weighs 12 kg.'
  )
  t.equal(digestOf('', [turnOf('Why?', { answer: '## **Because**\n\n[1] of rain' })]), 'Why? — Because')
})

t.test('drops the oldest lines first when space runs out, starting with the earlier digest', async t => {
  const turns = Array.from({ length: 30 }, (_, n) => turnOf(`Question ${n}?`, { answer: `It costs ${n} euros and ${'so on '.repeat(8)}.` }))
  const digest = digestOf('An old sentence. Another one.', turns)
  t.ok(digest.length <= longestDigest && digest.length > longestDigest - 100, `${digest.length} characters`)
  t.notMatch(digest, /old sentence/)
  t.match(digest, /Question 29\? — It costs 29 euros/)
  t.equal(digestOf('An old sentence. Another one.', turns.slice(0, 1)).split('\n')[0], 'An old sentence.')
  t.equal(digestOf('An old sentence. Another one.', [turnOf('New?', { answer: '' })], 20), 'Another one.\nNew?')
})

t.test('keeps what fits of an earlier digest, and cuts long lines at a word', async t => {
  let digest = ''
  for (let n = 0; n < 50; n++) digest = digestOf(digest, [turnOf(`What is ${n}?`, { answer: `It is ${n}.` })])
  t.same(digest.split('\n').slice(-2), ['What is 48? — It is 48.', 'What is 49? — It is 49.'])
  t.ok(digest.length > longestDigest - 60)
  t.match(digestOf('', [turnOf('word '.repeat(100), { answer: 'Word '.repeat(100) })]), /^(word )+word… — (Word )+Word…$/)
})

t.test('makes a well-formed digest within its limit from any turns', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.lorem({ maxCount: 30 }), fc.constant('🎉'.repeat(200)))
  fc.assert(
    fc.property(
      text, fc.array(fc.record({ question: text, answer: text }), { maxLength: 10 }), fc.integer({ min: 1, max: 400 }),
      (earlier, turns, maxChars) => {
        const digest = digestOf(
          earlier, turns.map(({ question, answer }) => turnOf(question, { answer })), maxChars
        )
        return digest.length <= maxChars && digest.isWellFormed()
      }
    )
  )
})
