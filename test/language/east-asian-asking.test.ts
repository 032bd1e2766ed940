// East Asian questions: the phrases that ask are no topic, and say which type of fact is asked for.
import t from 'tap'
import { answerType } from '../../src/language/answer-types.ts'
import { withoutAsking } from '../../src/language/east-asian.ts'
import { quantities } from '../../src/language/quantities.ts'
import { topicWeights } from '../../src/language/topic.ts'
import { contentWords } from '../../src/language/words.ts'

t.test('the type of fact that is asked for is known', async t => {
  for (const [question, type] of [
    ['门票多少钱？', 'price'], ['入館料はいくらですか', 'price'], ['입장료가 얼마예요?', 'price'], ['博物馆几点关门？', 'time'], ['いつ開きますか', 'time'],
    ['수영장은 몇 시에 여나요?', 'time'], ['지금 열려 있나요?', 'time'], ['修理需要多久', 'duration'], ['どこにありますか', 'place'], ['전화번호 알려주세요', 'phone'],
  ] as const) t.equal(answerType(question, 'und'), type, question)
})

t.test('what is left is the topic', async t => {
  for (const [question, words] of [
    ['门票多少钱？', ['门票']], ['入館料はいくらですか', ['入館', '館料']], ['입장료가 얼마예요?', ['입장', '장료']],
  ] as const) {
    t.same([...topicWeights(question, 'und', 'und', []).keys()], words.map(word => word.normalize('NFD').replace(/\p{M}/gu, '')), question)
    t.same(contentWords(question, 'und').filter(word => words.includes(word as never)), words)
  }
})

t.test('a particle behind a number and its unit is no topic', async t => {
  for (const question of ['저녁 8시에 열려 있나요?', '12세인데 가능한가요?']) {
    const topics = [...topicWeights(question, 'und', 'und', quantities(question, 'und')).keys()].map(word => word.normalize('NFC'))
    t.notOk(topics.some(word => /시에|세인|인데|열려/.test(word)), `${question}: ${topics.join(' ')}`)
  }
})

t.test('the name of a fact is searched, but is no topic', async t => {
  t.same(contentWords('营业时间是几点？', 'und'), ['营业', '业时', '时间'])
  t.equal(topicWeights('营业时间？', 'und', 'und', []).size, 0)
})

t.test('a question that only asks stays, and so does any other language', async t => {
  t.equal(withoutAsking('多少钱？'), '多少钱？')
  t.equal(withoutAsking('Combien coûte le vélo ?', true), 'Combien coûte le vélo ?')
})
