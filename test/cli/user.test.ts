// `causerie user`: exports and erases what a running service keeps of a user.
import t from 'tap'
import { userCommand } from '../../cli/user.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

t.test('exports and erases', async t => {
  const { app, url } = await startTestApp(t)
  const user = (...args: string[]) => run(t, userCommand, [...args, '--url', url], { env: {} })
  const owner = { company: 'shop', user: 'anna / 1' }
  const turn = { question: 'Why?', answer: 'So.', cited: [], answerId: 'a', at: 1, finishReason: 'stop' as const }
  for (let n = 0; n < 300; n++) app.conversations.append(owner, `c${n}`, turn)
  const exported = await user('export', owner.user, '--company', 'shop')
  t.equal(exported.code, 0)
  t.equal(exported.out.trim().split('\n').length, 300)
  t.match(await user('erase', owner.user, '--company', 'shop'), { code: 2, err: /--yes/ })
  const erased = await user('erase', owner.user, '--company', 'shop', '--yes')
  t.equal(erased.code, 0)
  t.match(JSON.parse(erased.out), { user_id: owner.user, company_id: 'shop' })
  t.match(JSON.parse(erased.out).erased.find(({ what }: { what: string }) => what === 'conversations'), { where: 'SQLite', count: 300 })
  t.match(await user('export', owner.user, '--company', 'shop'), { code: 0, out: '' })
  t.match(await user('export', 'x', '--company', 'nobody'), { code: 1, err: /Unknown company/ })
  t.match(await user('export', 'x'), { code: 2, err: /--company/ })
})
