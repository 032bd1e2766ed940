import t from 'tap'
import { checkTexts, isWholeText } from '../src/whole-text.ts'

t.test('a text with a NUL or half of a character cannot be stored', async t => {
  for (const text of ['', 'Grüße 👋', 'a\nb']) t.ok(isWholeText(text), JSON.stringify(text))
  for (const text of ['a\0b', '\ud83d', 'a\udc4b']) t.notOk(isWholeText(text), JSON.stringify(text))
  t.doesNotThrow(() => checkTexts(['a', 'b']))
  t.throws(() => checkTexts(['a', 'b\0']), { code: 'INVALID_TEXT' })
})
