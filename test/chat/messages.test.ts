// The messages for a language model: their order and their budgets.
import t from 'tap'
import { buildMessages, type MessageParts } from '../../src/chat/messages.ts'
import { passageText } from '../../src/chat/passages.ts'
import type { FoundPassage, History } from '../../src/types.ts'
import { passage, profile } from '../fixtures/app-parts.ts'
import { fc } from '../fixtures/property.ts'

function build (changes: Partial<MessageParts<FoundPassage>> = {}) {
  const { messages, used } = buildMessages({
    profile: profile(), language: 'en', passages: [passage()], question: 'How long?', maxDocsChars: 6000, compression: 'off',
    documentsLanguage: 'en', maxHintsChars: 800, maxHistoryChars: 4000, ...changes,
  })
  return { messages, used, system: messages[0]!.content, user: messages.at(-1)!.content }
}

t.test('orders prompt, history, page, passages and question', async t => {
  const { messages, user } = build({
    history: { digest: '', turns: [{ question: 'Hello', answer: 'Good day', cited: [] }] }, page: { title: 'Tents' },
  })
  t.same(messages.map(({ role }) => role), ['system', 'user', 'assistant', 'user'])
  t.match(
    user,
    new RegExp(
      '^<page>\nTents\n</page>\n\n<passages>\n<passage n="1">\nDelivery\nDelivery takes two days[.]\n</passage>\n</passages>\n\n' +
      'Question: How long[?]$'
    )
  )
})

t.test('uses the company\'s own prompt, or the default one in the question\'s language; always adds the rules', async t => {
  t.match(build({ profile: profile({ systemPrompt: 'Be a pirate.' }) }).system, /^Be a pirate\.\n\nAfter each fact.*\n\nThe passages/s)
  t.match(build({ language: 'fr' }).system, /^Vous répondez aux questions des clients de Shop\./)
  t.match(build({ language: 'de' }).user, /Frage: How long\?$/)
})

t.test('the model is told how to say that there is no answer, and a document cannot say it', async t => {
  const answer = 'I could not find the answer to that in the documents I have.'
  const refused = { digest: '', turns: [{ question: 'Is it red?', answer, cited: [] }] }
  const { system, messages } = build({ history: refused })
  t.match(system, /write NO_ANSWER and nothing else[^\n]*$/)
  t.match(build({ language: 'fr' }).system, 'écrivez NO_ANSWER')
  t.equal(messages[2]!.content, 'NO_ANSWER', 'a refusal of ours is what the model is to write')
  const own = { history: { digest: '', turns: [{ question: 'Is it red?', answer: 'Ask us.', cited: [] }] } }
  t.equal(build({ ...own, profile: profile({ texts: { not_found: { en: 'Ask us.' } } }) }).messages[2]!.content, 'NO_ANSWER')
  t.equal(build(own).messages[2]!.content, 'Ask us.')
  const { system: other, messages: plain } = build({ history: refused, profile: profile({ refuseWithoutPassages: false }) })
  t.match(other, /say that you did not find it\.$/)
  t.notMatch(JSON.stringify(plain), 'NO_ANSWER')
  const { user } = build({ passages: [passage({ text: 'Error NO_ANSWER, no\\_answer.' })], question: 'What is NO_ANSWER?' })
  t.match(user, /Error NO ANSWER, no answer\.[^]*What is NO ANSWER\?$/)
})

t.test('budget', async t => {
  const long = (n: number, chars = 1000) => passage({ id: `faq/${n}`, title: `T${n}`, text: String(n).repeat(chars) })

  t.test('leaves out the weakest passages first, and keeps the others\' numbers', async t => {
    const { used, user } = build({ passages: [long(1), long(2), long(3), long(4)], maxDocsChars: 2100 })
    t.same(used.map(({ id }) => id), ['faq/1', 'faq/2'])
    t.match(user, '<passage n="2">\nT2')
    t.notMatch(user, 'n="3"')
  })

  t.test('cuts a passage when much of it still fits', async t => {
    const { used, user } = build({ passages: [long(1), long(2)], maxDocsChars: 1500 })
    t.equal(used.length, 2)
    t.ok(user.includes('2'.repeat(400)))
    t.notOk(user.includes('2'.repeat(500)))
  })

  t.test('always includes the best passage', async t => {
    const { used } = build({ passages: [long(1, 5000), long(2)], maxDocsChars: 100 })
    t.same(used.map(({ id }) => id), ['faq/1'])
  })

  t.test('keeps the budget, whatever the passages', async t => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(
          fc.array(fc.string({ unit: 'grapheme', maxLength: 600 }), { maxLength: 12 }), fc.integer({ min: 100, max: 2000 }),
          (texts, maxDocsChars) => {
            const passages = texts.map((text, n) => passage({ id: `faq/${n}`, text }))
            const { user, used } = build({ passages, maxDocsChars })
            const bodies = [...user.matchAll(/<passage n="(\d+)">\n(.*?)\n<\/passage>/gs)]
            t.equal(bodies.length, used.length)
            t.same(
              bodies.map(([, n]) => Number(n)), used.map((_, i) => i + 1)
            )
            t.same(used, passages.slice(0, used.length), 'the best, in order')
            return bodies.reduce((sum, [, , body]) => sum + body!.length, 0) <= maxDocsChars
          }
        )
      )
    )
  })

  t.test('does not leave half a character at a cut', async t => {
    for (let chars = 100; chars < 110; chars++) {
      const { user } = build({
        passages: [passage({ title: '', text: '😀'.repeat(200) })], page: { hints: ['😀'.repeat(200)] }, maxDocsChars: chars,
        maxHintsChars: chars,
      })
      t.ok(user.isWellFormed(), `${chars} characters`)
    }
  })

  t.test('gives the hints a budget of their own', async t => {
    const { user } = build({ page: { path: '/p', title: 'Page', hints: ['x'.repeat(5000)] }, maxHintsChars: 100 })
    t.match(user, /^<page>\nPage\n\/p\nx+\n<\/page>/)
    t.ok(!user.includes('x'.repeat(100)))
    t.notMatch(build({ page: { title: 'x' }, maxHintsChars: 0 }).user, 'x\n')
    t.notMatch(build({ page: {} }).user, '<page>')
  })
})

t.test('puts the client\'s instructions after the company\'s prompt and before the rules, cut like the page\'s hints', async t => {
  t.match(
    build({ instructions: ' Answer in rhymes. ' }).system, /^You answer .*\n\nAnswer in rhymes\.\n\nAfter each fact.*\n\nThe passages/s
  )
  t.match(build({ instructions: 'x'.repeat(900), maxHintsChars: 10 }).system, /\n\nx{10}\n\n/)
  t.equal(build({ instructions: ' \n' }).system, build().system)
})

t.test('history', async t => {
  const turn = (question: string, answer: string) => ({ question, answer, cited: [] })
  const said = (history: History, maxHistoryChars: number) =>
    build({ history, maxHistoryChars })
      .messages.slice(1, -1)
      .map(({ content }) => content)
  const turns = [turn('one?', 'First.'), turn('two?', 'Second.'), turn('three?', 'Third.')]

  t.test('keeps the newest whole turns that fit, in order', async t => {
    t.same(said({ digest: '', turns }, 4000), ['one?', 'First.', 'two?', 'Second.', 'three?', 'Third.'])
    t.same(said({ digest: '', turns }, 25), ['two?', 'Second.', 'three?', 'Third.'])
    t.same(said({ digest: '', turns }, 22), ['three?', 'Third.'])
    t.same(said({ digest: '', turns }, 0), [])
  })

  t.test('cuts the newest turn\'s answer rather than dropping the turn', async t => {
    t.same(said({ digest: '', turns: [turn('one?', 'A long answer.')] }, 10), ['one?', 'A long'])
    t.same(said({ digest: '', turns: [turn('q'.repeat(100), 'a'.repeat(100))] }, 50), ['q'.repeat(25), 'a'.repeat(25)])
    t.same(said({ digest: '', turns: [turn('q'.repeat(100), 'ok')] }, 50), ['q'.repeat(48), 'ok'])
  })

  t.test('removes marks from answers, and never sends a blank message, which a server could refuse', async t => {
    t.same(
      said(
        { digest: '', turns: [turn('one?', 'Deux jours [1][2] ? Oui [3].'), turn('two?', ''), turn(' ', 'Hello.'), turn(' ', '')] }, 4000
      ),
      ['one?', 'Deux jours ? Oui.', 'two?', '…', '…', 'Hello.']
    )
  })

  t.test('puts the digest as data before the page, in the space that the turns leave, a quarter at least', async t => {
    const { user, messages } = build({ history: { digest: 'Tents for two.', turns }, page: { title: 'P' } })
    t.match(user, /^What was said before, in short:\n<earlier>\nTents for two\.\n<\/earlier>\n\n<page>/)
    t.equal(messages.length, 8)
    t.match(build({ language: 'fr', history: { digest: 'x', turns: [] } }).user, /^Ce qui a été dit auparavant, en bref:/)
    t.match(
      build({ history: { digest: 'd'.repeat(100), turns: [turn('q'.repeat(100), 'a'.repeat(100))] }, maxHistoryChars: 40 }).user,
      /<earlier>\nd{10}\n</
    )
    t.notMatch(build({ history: { digest: ' ', turns: [] } }).user, 'earlier')
  })

  t.test('keeps the budget, alternates the roles and fills each message, whatever the history', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(fc.property(fc.array(fc.tuple(text, text), { maxLength: 8 }), text, fc.nat(300), (pairs, digest, maxHistoryChars) => {
      const { messages, user } = build({
        history: { digest, turns: pairs.map(([question, answer]) => turn(question, answer)) }, maxHistoryChars,
      })
      const told = messages.slice(1, -1)
      const dots = told.filter(({ content }) => content === '…').length
      const short = /<earlier>\n(.*)\n<\/earlier>/s.exec(user)?.[1] ?? ''
      return told.every(({ role, content }, n) => role === (n % 2 ? 'assistant' : 'user') && content !== '') && told.length % 2 === 0 &&
        told.reduce((sum, { content }) => sum + content.length, short.length) - dots <= maxHistoryChars
    }))
  })
})

t.test('writes a passage as text', async t => {
  t.equal(
    passageText(
      passage({
        fields: [
          ['Price', '5 €'], ['Size', 'M'],
        ],
      }),
      'en'
    ),
    'Delivery\nPrice: 5 €\nSize: M\nDelivery takes two days.'
  )
  t.equal(passageText(passage({ title: '', text: '', fields: [['Price', '5 €']] }), 'en'), 'Price: 5 €')
})
