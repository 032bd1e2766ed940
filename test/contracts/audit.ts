// The contract of every record of who changed what.
import type { Test } from 'tap'
import type { AuditEntry, AuditStore } from '../../src/audit/store.ts'

const entry = (more: Partial<AuditEntry> = {}): AuditEntry =>
  ({ company: 'shop', action: 'key.create', target: 'AAAAAAAAAAAA', key: 'BBBBBBBBBBBB', by: null, ...more })

export function auditContract (t: Test, open: (t: Test) => Promise<AuditStore>): void {
  const at = Date.parse('2026-03-10T12:00:00Z')

  t.test('changes are listed as they were recorded, the newest first, page by page', async t => {
    const audit = await open(t)
    await audit.add(entry({ company: null, by: 'anna', key: null }), at)
    await audit.add(entry(), at + 1)
    await audit.add(entry({ company: 'gone' }), at + 2)
    const [first, second] = await audit.list({}, { limit: 2 })
    t.match([first, second], [{ ...entry({ company: 'gone' }), at: at + 2 }, { ...entry(), at: at + 1 }])
    t.ok(first!.n > second!.n)
    t.match(await audit.list({}, { before: second!.n, limit: 2 }), { length: 1, 0: { company: null, by: 'anna', key: null, at } })
  })

  t.test('a list is limited to a company, a time, and actions or their first parts', async t => {
    const audit = await open(t)
    const actions = ['key.create', 'key.revoke', 'keys.other', 'document.delete']
    for (const [n, action] of actions.entries()) await audit.add(entry({ action }), at + n)
    await audit.add(entry({ company: 'other' }), at + 9)
    const found = async (filter: Parameters<AuditStore['list']>[0]) =>
      (await audit.list({ company: 'shop', ...filter }, { limit: 10 })).map(({ action }) => action)
    t.same(await found({}), actions.toReversed())
    t.same(await found({ since: at + 1, until: at + 3 }), ['keys.other', 'key.revoke'])
    t.same(await found({ actions: ['key'] }), ['key.revoke', 'key.create'])
    t.same(await found({ actions: ['key.create', 'document'] }), ['document.delete', 'key.create'])
    t.same(await found({ actions: ['k'] }), [])
  })

  t.test('what is older than it is kept goes', async t => {
    const audit = await open(t)
    await audit.add(entry(), at)
    await audit.add(entry(), at + 10)
    t.equal(await audit.expire(at + 10), 1)
    t.match(await audit.list({}, { limit: 10 }), { length: 1, 0: { at: at + 10 } })
  })
}
