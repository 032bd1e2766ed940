// What a list of suggestions shows while one types, without a page.
import t from 'tap'
import { createSuggesting, type Suggested } from '../../web/shared/suggesting.ts'

t.test('keeps the question that was gone to when a newer list has it too', async t => {
  const all = ['How long is the way?', 'How long does delivery take?', 'Do you deliver?']
  const answers = new Map<string, (found: string[]) => void>()
  const seen: Suggested[] = []
  const { type, key } = createSuggesting(text => new Promise(resolve => answers.set(text, resolve)), shown => seen.push(shown), 0)
  const find = async (text: string, found: string[]) => {
    type(text)
    await t.resolves(until(() => answers.has(text)))
    return async () => {
      const before = seen.length
      answers.get(text)!(found)
      await until(() => seen.length > before)
    }
  }
  await (await find('how long', all))()
  const arrive = await find('how long d', all.slice(1))
  key({ key: 'ArrowDown', isComposing: false, shiftKey: false })
  key({ key: 'ArrowDown', isComposing: false, shiftKey: false })
  await arrive()
  t.same(seen.at(-1), { list: all.slice(1), chosen: 0 })
  t.equal(key({ key: 'Enter', isComposing: false, shiftKey: false }), all[1])

  await (await find('how', all))()
  key({ key: 'ArrowDown', isComposing: false, shiftKey: false })
  await (await find('how long does', all.slice(1)))()
  t.same(seen.at(-1), { list: all.slice(1), chosen: -1 }, 'a question that fits no more is not chosen')
})

async function until (holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve))
}
