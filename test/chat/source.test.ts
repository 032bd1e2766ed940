// The beginning of a passage that a client is shown.
import t from 'tap'
import { toSource } from '../../src/chat/source.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const snippetOf = (text: string) => toSource({ id: 'p/1', index: 'p', title: '', text, url: '', fields: [], score: 1 }, 1).snippet

t.test('a snippet does not depend on what follows it', async t => {
  const words = fc.array(fc.tuple(fc.stringMatching(/^[a-zé😀]{1,12}$/u), fc.constantFrom(' ', '\n', ' \n\t ', '\u00a0', ' '.repeat(300))), {
    maxLength: 200,
  })
  fc.assert(fc.property(words, words, (pairs, more) => {
    const text = pairs.flat().join('')
    const flat = text.replace(/\s+/g, ' ')
    const snippet = snippetOf(text)
    const isWhole = flat.length <= 240
    if (isWhole !== (snippet === flat)) throw new Error('the whole of a short text, and a part of a long one')
    if (isWhole) return
    if (!snippet.endsWith('…') || !flat.startsWith(snippet.slice(0, -1)) || snippet.length > 241) throw new Error(snippet)
    if (snippetOf(text + more.flat().join('')) !== snippet) throw new Error('it depends on the rest')
  }), propertyRuns(100))
  t.equal(snippetOf(`one\n\n two${' '.repeat(5000)}three`), 'one two three')
})
