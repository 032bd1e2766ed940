// The progress of a load: a bar on a terminal, a line now and then elsewhere.
import t from 'tap'
import { createProgress } from '../../../cli/progress.ts'

function progress ({ isTTY = false, total = 200 as number | null } = {}) {
  const clock = { now: 0 }
  const written: string[] = []
  const output = { isTTY, write: (text: string) => written.push(text) }
  return { clock, written, ...createProgress({ output, label: 'shop faq', total, unit: 'documents', now: () => clock.now }) }
}

t.test('a terminal gets a bar that is drawn over itself, and goes', async t => {
  const { clock, written, update, end } = progress({ isTTY: true })
  clock.now = 2000
  update(100, '1 rejected')
  update(101)
  clock.now = 4000
  update(200)
  end()
  t.same(written, [
    `\r\x1b[Kshop faq ${'█'.repeat(15)}${'░'.repeat(15)}  50 % 100/200 documents, 50/s, 1 rejected`,
    `\r\x1b[Kshop faq ${'█'.repeat(30)} 100 % 200/200 documents, 50/s`,
    '\r\x1b[K',
  ])
})

t.test('a log gets a line every five seconds', async t => {
  const { clock, written, update, end } = progress()
  update(1)
  clock.now = 5000
  update(100)
  clock.now = 9999
  update(150)
  end()
  t.same(written, ['shop faq: 100/200 documents, 20/s\n'])
})

t.test('without a total only what is done is shown', async t => {
  const { clock, written, update } = progress({ isTTY: true, total: null })
  clock.now = 4000
  update(10)
  t.same(written, ['\r\x1b[Kshop faq 10 documents, 2.5/s'])
})
