// Conversations keep their end, questions, answers with figures, and sentences that match the question.
import t from 'tap'
import { compress } from '../../src/compress/compress.ts'

const asTalk = { kind: 'conversation', language: 'en' } as const
const exchange = (asked: string, replied: string) =>
  `Customer: ${asked}\nAgent: Hello, thank you for your message. ${replied} Is there anything else that I can do for you?\n` +
  'Customer: no thanks'
const talk = [
  exchange('how much is the lamp?', 'The lamp costs 35 € and comes with a bulb. It is made by hand in a small village near the sea.'),
  exchange('can I wash the rug?', 'Please have it cleaned by a shop that knows wool. The colours would run in a machine.'),
  exchange('do you open on Sundays?', 'We do not, but the café next door does. It has the keys to our garden.'),
  exchange('what about Monday?', 'On Mondays we open at 10 am. The first hour is quiet.'),
].join('\n')

t.test('the last messages stay whole, greetings and fillers go', async t => {
  const { text, kind, ratio } = compress(talk, { mode: 'adaptive', language: 'en' })
  t.equal(kind, 'conversation')
  t.ok(text.endsWith('Customer: no thanks'))
  t.match(text, 'On Mondays we open at 10 am. The first hour is quiet.')
  t.match(text, 'The lamp costs 35 € and comes with a bulb.')
  t.notMatch(text, 'made by hand')
  t.ok(ratio > 1.5)
})

t.test('sentences that match the question stay, and so do the replies to them', async t => {
  const { text } = compress(talk, { ...asTalk, mode: 'aggressive', question: 'so how can I get the rug washed?' })
  t.match(text, 'Customer: can I wash the rug?')
  t.match(text, 'have it cleaned by a shop that knows wool')
})

t.test('every sentence stays with the name of its speaker', async t => {
  for (const mode of ['adaptive', 'aggressive', 'conservative'] as const) {
    for (const question of ['how much is the lamp?', 'is there a garden?', undefined]) {
      const { text } = compress(talk, { ...asTalk, mode, ...(question === undefined ? {} : { question }) })
      let speaker = ''
      for (const line of text.split('\n')) {
        speaker = /^(Customer|Agent):/.exec(line)?.[1] ?? speaker
        if (line.includes('35 €') || line.includes('garden')) t.equal(speaker, 'Agent')
        if (line.includes('wash the rug')) t.equal(speaker, 'Customer')
      }
    }
  }
})

t.test('a time before the name is not part of the name', async t => {
  const timed = talk.split('\n').map((line, i) => `[10:${10 + i}] ${line}`).join('\n')
  t.match(
    compress(timed, { ...asTalk, mode: 'aggressive', question: 'price of the lamp?' }).text,
    /\[10:11\] Agent: …\s+The lamp costs 35 €|\[10:11\] Agent:\n?.*The lamp costs 35 €/
  )
})
