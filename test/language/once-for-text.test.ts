// What is remembered of a text is what would be read of it, and does not grow without bounds.
import t from 'tap'
import { onceForText, onceForTextIn } from '../../src/language/once-for-text.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

t.test('returns what the function returns, whatever was asked before', async () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 12 })), texts => {
    const lengthOf = onceForText(text => text.length, { maxChars: 500, longest: 8 })
    return texts.every(text => lengthOf(text) === text.length)
  }), propertyRuns(200))
})

t.test('reads a text once, a longer one each time, and one of long ago again', async t => {
  const read: string[] = []
  const first = onceForText(text => {
    read.push(text)
    return text[0] ?? null
  }, { maxChars: 1000, longest: 5 })
  t.same(['abc', 'abc', '', ''].map(first), ['a', 'a', null, null])
  t.same(read, ['abc', ''], 'nothing is an answer too')
  t.same(['longer', 'longer'].map(first), ['l', 'l'])
  t.same(read, ['abc', '', 'longer', 'longer'])
  for (let i = 0; i < 30; i++) first(`n${i}`)
  read.length = 0
  first('abc')
  t.same(read, ['abc'], 'it has been forgotten')
})

t.test('a text that is asked for again and again stays', async t => {
  let reads = 0
  const once = onceForText(() => ++reads, { maxChars: 1000 })
  once('usual')
  for (let i = 0; i < 100; i++) {
    once(`n${i}`)
    t.equal(once('usual'), 1)
  }
})

t.test('keeps languages apart', async t => {
  const named = onceForTextIn<string, string>((text, language) => `${language} ${text}`, { maxChars: 1000 })
  t.same(['en', 'fr', 'en'].map(language => named('a', language)), ['en a', 'fr a', 'en a'])
})
