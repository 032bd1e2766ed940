// The progress of a command: a bar on a terminal, a line now and then elsewhere.
import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { createProgress } from '../../cli/progress.ts'

function progress ({ isTTY = false, total = 200 as number | null } = {}) {
  const clock = { now: 0 }
  const written: string[] = []
  const output = { isTTY, columns: 120, write: (text: string) => written.push(text) }
  return { clock, written, ...createProgress({ output, label: 'shop faq', total, unit: 'documents', now: () => clock.now }) }
}

/** Removes the codes that move the cursor. */
const shown = (written: string[]) => written.map(stripVTControlCharacters).filter(Boolean)

t.test('draws a bar over itself on a terminal, and removes it', async t => {
  const { clock, written, update, end } = progress({ isTTY: true })
  clock.now = 2000
  update(100, '1 rejected')
  update(101)
  clock.now = 4000
  update(200)
  end()
  t.same(shown(written), [
    `shop faq ${'█'.repeat(15)}${'░'.repeat(15)}  50 % 100/200 documents, 50/s, 1 rejected`,
    `shop faq ${'█'.repeat(30)} 100 % 200/200 documents, 50/s`,
  ])
  t.notMatch(written.join(''), '\n')
  t.equal(written.at(-1), '\x1b[2K', 'the bar is gone')
})

t.test('writes a line every five seconds to a log', async t => {
  const { clock, written, update, end } = progress()
  update(1)
  clock.now = 5000
  update(100)
  clock.now = 9999
  update(150)
  end()
  t.same(written, ['shop faq: 100/200 documents, 20/s\n'])
})

t.test('shows only the count without a total', async t => {
  const { clock, written, update, end } = progress({ isTTY: true, total: null })
  clock.now = 4000
  update(10)
  end()
  t.same(shown(written), ['shop faq 10 documents, 2.5/s'])
})
