// The marker for "no answer": never shown, however it is written or split; all other text comes through as it is.
import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import { createNoAnswerFilter, noAnswerMarker } from '../../src/chat/no-answer.ts'
import { createShownText, type ShownTextOptions } from '../../src/chat/shown-text.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const refusal = 'Nothing found.'

interface Options extends Partial<ShownTextOptions> { reason?: 'stop' | 'length' | 'no_answer' }

function shown (pieces: string[], { reason = 'stop', ...options }: Options = {}) {
  const filter = createShownText({ sources: 3, mayRefuse: true, refusal, lead: '', ...options })
  const deltas = pieces.map(piece => filter.push(piece))
  return { text: deltas.join('') + filter.end(reason), deltas, refused: filter.isRefused, filter }
}

/** Checks a text whole, letter by letter, and in pieces of three. */
function same (t: Test, text: string, expected: string, refused: boolean, options = {}) {
  for (const pieces of [[text], [...text], text.match(/.{1,3}/gs)!]) {
    const got = shown(pieces, options)
    t.equal(got.text, expected, `${text} in ${pieces.length}`)
    t.equal(got.refused, refused, text)
  }
}

t.test('an answer that is only the marker becomes the refusal', async t => {
  const forms = [
    'NO_ANSWER', 'no_answer', 'No_Answer', ' \nNO_ANSWER\n', '**NO_ANSWER**', '"NO_ANSWER"', '« NO_ANSWER »', '`NO_ANSWER`.',
    '[NO_ANSWER]', '<NO_ANSWER>',
    'NO\\_ANSWER', '**no\\_answer.**', '> NO_ANSWER', '- NO_ANSWER', 'NO_ANSWER_FOUND', 'NO ANSWER', 'No answer.',
    'NO_ ANSWER', 'NO _ANSWER', 'NO_\nANSWER', 'NO\u200b_ANSWER', 'NO\u2010ANSWER',
    'NO-ANSWER!', '_NO_ANSWER_',
    'Answer: NO_ANSWER', '**Réponse :** NO_ANSWER', 'Antwort: "NO_ANSWER"',
    'NO_ANSWER. The passages do not say what the tent costs [1].',
    'NO_ANSWER\n\nThe passages speak of delivery only, so that I cannot say.',
    "I'm sorry, but I could not find that in the passages. NO_ANSWER",
    'I’m sorry: **NO_ANSWER**', 'Désolé, les passages ne le disent pas. NO_ANSWER', 'Leider nein. NO_ANSWER.', 'Lo siento. NO_ANSWER',
  ]
  for (const form of forms) {
    same(t, form, refusal, true)
    same(t, form, refusal, true, { lead: 'From the web:\n\n' })
  }
})

t.test('text that was shown before the marker stays, and ends in the refusal unless it cites', async t => {
  same(t, 'The tent is not in the list. NO_ANSWER And more of it.', `The tent is not in the list. \n\n${refusal}`, true)
  same(t, 'Let me see. "no\\_answer"', `Let me see. \n\n${refusal}`, true)
  same(t, 'It costs 5 € [9]. NO_ANSWER', `It costs 5 € . \n\n${refusal}`, true)
  same(t, 'It costs 5 € [1]. NO_ANSWER', 'It costs 5 € [1]. ', false)
  same(t, 'It costs 5 € [1]. **NO_ANSWER**. It is red [2].', 'It costs 5 € [1]. It is red [2].', false)
  same(t, "I'm sorry, it costs 5 € [1].\nNO_ANSWER\nIt is red.", "I'm sorry, it costs 5 € [1].\n\nIt is red.", false)
  same(t, '[1] NO_NO_ANSWERANSWER NO_ANSWER.', '[1] NO_ ANSWER ', false)
})

t.test('a marker that the token limit cuts off is one', async t => {
  for (const form of ['NO_ANS', 'NO_', 'NO\\', '**NO_ANSWE', 'no_an', 'NO', 'N']) same(t, form, refusal, true, { reason: 'length' })
  same(t, 'It is red [1]. NO_ANSW', 'It is red [1]. ', false, { reason: 'length' })
  same(t, 'It is red. NO_ANSW', `It is red. \n\n${refusal}`, true, { reason: 'length' })
  same(t, 'It is red. N', 'It is red. N', false, { reason: 'length' })
})

t.test('what only looks like it is text', async t => {
  const texts = [
    'No', 'NO', 'No, it is not.', 'There is no answer to that question.', 'Casino answers', 'No_one answers',
    'NO ANSWERING MACHINE here', 'not_answered',
    'I could not say it better: two days.', 'Answer: two days.', 'A tent.', 'Sorry, no.',
    '**Two** days', '[', '_', '"', 'Non.', 'Nein, leider nicht.',
    'I', "I'm sorry", '* one\n* two', `${'_'.repeat(60)} ${'* '.repeat(60)}`, 'x'.repeat(500), ' \n ', `Sorry ${'x'.repeat(500)}`,
  ]
  for (const text of texts) same(t, text, text, false)
  same(t, 'NO_ANSWER', 'NO_ANSWER', false, { mayRefuse: false })
})

t.test('nothing is held back but what may become the marker, and an opening that would mean nothing without an answer', async t => {
  const deltas = (...pieces: string[]) => shown(pieces).deltas
  t.same(deltas('It takes ', 'two ', 'days ', 'in ', 'town [1].'), ['It takes ', 'two ', 'days ', 'in ', 'town [1].'])
  t.same(deltas('It', ' can', ' cont', 'ain'), ['It', ' can', ' cont', 'ain'])
  t.same(deltas('It is n', 'ot', ' No', ' NO_', 'ONE', ' **', 'red**'), ['It is ', 'not', ' ', 'No ', 'NO_ONE', ' ', '**red**'])
  t.same(deltas('I', "'m", ' sorry', ', but it costs', ' 5 € [', '1].'), ['', '', '', '', "I'm sorry, but it costs 5 € ", '[1].'])
  t.same(deltas('I', ' like', ' it'), ['', 'I like', ' it'])
  t.same(deltas('Two', ' NO_ANSWER', ' because'), ['Two', ` \n\n${refusal}`, ''])
})

t.test('the model is read to its end, unless it goes on to explain', async t => {
  const { filter } = shown(['NO_ANSWER', '.\n'])
  t.notOk(filter.isOver())
  t.equal(filter.push('The passages do not say anything about the price.'), '')
  t.ok(filter.isOver())
})

t.test('a stop sequence cannot cut the marker in two, and the lead comes before text only', async t => {
  same(t, 'NO_ANSWER', refusal, true, { stop: ['_', 'ANSWER', 'NO'] })
  same(t, 'Two days. END NO_ANSWER', 'Two days. ', false, { stop: ['END'] })
  same(t, 'Two days.', 'From the web: Two days.', false, { lead: 'From the web: ' })
  same(t, ' ', refusal, true, { reason: 'no_answer' })
  t.ok(shown(['[9]']).filter.isEmpty())
  t.notOk(shown(['NO_ANSWER']).filter.isEmpty())
})

t.test('in small letters, within a word, it is no marker, however the word is cut', async t => {
  for (const pieces of [['A casino_answer.'], ['A casin', 'o_answer.'], ['A casino', '_answer.']]) {
    t.same([shown(pieces).text, shown(pieces).refused], ['A casino_answer.', false])
  }
})

const bits = fc.constantFrom(
  'no', 'No', 'NO', '_', 'answer', 'ANSWER', 'sorry', 'an', 'n', ' ', '\n', '[1]', '[2', ']', '**', '"', '\\', '.', 'Answer:', '…', '👶', 'É'
)
const words = fc.array(fc.oneof(bits, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 20 }).map(list => list.join(''))
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }))
const split = (text: string, stream: Iterator<number>) => {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) pieces.push(text.slice(at, at += stream.next().value))
  return pieces
}
const markerForms = fc.tuple(
  fc.constantFrom('', '**', '"', '`', '« '),
  fc.constantFrom(noAnswerMarker, 'no_answer', 'NO\\_ANSWER', 'No_Answer'),
  fc.constantFrom('', '**', '."', '`', ' »', ': ')
)
/** A marker that ends early, and an answer that is the marker in other words. */
const isMarkerAtEnd = (text: string) =>
  /no(?:\\|(?:\\?_)+[answer\\]*)$|^[^\p{L}\p{N}]*no[\s_-]*answer[^\p{L}\p{N}]*$/iu.test(text)
/** In small letters, within a word, it is no marker. */
const isMarked = (text: string) => /(?<![\p{L}\p{N}])no(?:\\?_)+answer/iu.test(text) || /N[oO](?:\\?_)+[aA][nN][sS][wW][eE][rR]/.test(text)

const withoutSpaces = (text: string) => text.replace(/\s/g, '')

t.test('however a text is cut, no piece of the marker is shown', async () => {
  fc.assert(fc.property(words, words, markerForms, sizes, (before, after, [open, marker, close], cuts) => {
    const text = `${before}${/[\p{L}\p{N}]$/u.test(before) ? noAnswerMarker : open + marker + close}${after}`
    const whole = shown([text])
    const cut = shown(split(text, cuts))
    assert.deepEqual([cut.text, cut.refused], [whole.text, whole.refused])
    assert.ok(!isMarked(whole.text))
    if (!whole.refused) return
    assert.ok(whole.text.endsWith(refusal))
    const seen = whole.text.slice(0, -refusal.length).trimEnd()
    // Links and what could be HTML are parted by a space; citations may be dropped.
    assert.ok(withoutSpaces(text).startsWith(withoutSpaces(seen)) || before.includes('['), 'text before the refusal came before the marker')
  }), propertyRuns(3000))
})

t.test('however it is cut, a text without the marker comes through unchanged', async () => {
  fc.assert(fc.property(words.filter(text => !isMarked(text) && !isMarkerAtEnd(text)), sizes, (text, cuts) => {
    const filter = createNoAnswerFilter()
    let seen = ''
    for (const piece of split(text, cuts)) {
      seen += filter.push(piece)
      assert.ok(text.startsWith(seen))
    }
    assert.equal(seen + filter.end(false), text)
  }), propertyRuns(3000))
})
