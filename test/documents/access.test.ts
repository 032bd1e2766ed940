// Access lists as companies write them.
import t from 'tap'
import { accessOf, readAccess } from '../../src/documents/access.ts'

t.test('reads lists and texts; nothing is everyone, an empty list is nobody', async t => {
  t.same(readAccess(['user:42', 'group:staff', 'user:42']), ['group:staff', 'user:42'])
  t.same(readAccess('group:staff, "user:a b"; user:42'), ['group:staff', 'user:42', 'user:a b'])
  t.same(readAccess('[]'), [])
  t.same(readAccess([]), [])
  for (const none of [undefined, null, '', '  ']) t.equal(readAccess(none), undefined)
})

t.test('refuses anything else', async t => {
  for (const bad of ['staff', 'group:', 'Group:staff', ['group: x'], ['group:x '], ['user:\0'], [7], 7, {}, true, ['group:\ud800'],
    Array.from({ length: 101 }, (_, i) => `user:${i}`), [`user:${'x'.repeat(400)}`]]) t.equal(readAccess(bad), null, JSON.stringify(bad))
  t.equal(accessOf({ access: 'group:a', Access: 'group:b' }), null, 'two keys')
  t.same(accessOf({ ' ACCESS ': ['group:a'] }), ['group:a'])
})
