// What only decorates a question does not change what is found for it.
import t from 'tap'
import { tidyQuestion } from '../../src/language/tidy-question.ts'

const question = 'Wann öffnet die „Alte Mühle“ am 1. Mai?'
t.test('a question is searched without what only decorates it', async t => {
  for (const [written, tidy, why] of [
    [question, question, 'an ordinary question stays as it is'],
    ['Is  the\u00a0 pool   open ? ', 'Is the pool open ?', 'blanks'],
    ['  first line\nsecond line\n', 'first line\nsecond line', 'lines stay'],
    ['Wann o\u0308ffnet ihr?', 'Wann öffnet ihr?', 'letters are composed'],
    ['Is the pool open? 🙂', 'Is the pool open?', 'emoji'],
    ['🏊🏽‍♀️ Is the pool open 👍🏽👨‍👩‍👧 today? 🇩🇪☀️', 'Is the pool open today?', 'joined emoji'],
    ['❓', '❓', 'an emoji alone'],
    ['Costs 5 € or 10 % in room #3, 2*3?', 'Costs 5 € or 10 % in room #3, 2*3?', 'figures and signs'],
    ['"Is the pool open?"', 'Is the pool open?', 'quotes'],
    ['« Est-ce ouvert ? »', 'Est-ce ouvert ?', 'quotes'],
    ['„Habt ihr offen?“', 'Habt ihr offen?', 'quotes'],
    ['"Red" or "blue"', '"Red" or "blue"', 'two quotations'],
    ['What does "open" mean?', 'What does "open" mean?', 'a quotation inside'],
    ['**Is the pool open?**', 'Is the pool open?', 'emphasis'],
    ['- Is the pool open?', 'Is the pool open?', 'an item'],
    ['## Is the pool open?', 'Is the pool open?', 'a heading'],
    ['- Is it open?\n- Is it free?', '- Is it open?\n- Is it free?', 'several items'],
    ['Room 1️⃣ or 2️⃣?', 'Room 1 or 2?', 'figures in boxes'],
    ['-10 °C', '-10 °C', 'a sign'],
    ['Is the pool open???!!', 'Is the pool open?', 'marks'],
    ['the pool, is it open ...', 'the pool, is it open', 'dots at the end'],
    ['l’heure d’ouverture', "l'heure d'ouverture", 'apostrophes'],
    ['IST DAS BAD HEUTE GEÖFFNET?', 'ist das bad heute geöffnet?', 'capitals throughout'],
    ['CN-137/1 KX', 'CN-137/1 KX', 'codes'],
    ['WO', 'WO', 'a word'],
  ] as const) t.equal(tidyQuestion(written), tidy, why)
})

t.test('a long text of nothing but marks is tidied at once', async t => {
  // A mark that is looked through again from each of its places would take minutes.
  for (const mark of ['.', '…', '"', '*', '`', '#', '>', '?', ' ', '\n', '« ', '😀', '’a']) {
    t.ok(tidyQuestion(`${mark.repeat(200_000)}b`).length > 0, mark)
  }
})
