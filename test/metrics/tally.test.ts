// Counts by labels that a metric takes over when it is read.
import t from 'tap'
import { createTally } from '../../src/metrics/tally.ts'

t.test('adds what was counted since the last time, by labels', async t => {
  const tally = createTally(['route', 'status'] as const)
  const added = () => {
    const list: unknown[] = []
    tally.flush((labels, n) => { list.push({ ...labels, n }) })
    return list
  }
  t.same(added(), [])
  for (const [route, status] of [['/a', '200'], ['/b', '200'], ['/a', '200'], ['/a', '404']] as const) tally.count(route, status)
  t.same(added(), [{ route: '/a', status: '200', n: 2 }, { route: '/b', status: '200', n: 1 }, { route: '/a', status: '404', n: 1 }])
  tally.count('/b', '200')
  t.same(added(), [{ route: '/b', status: '200', n: 1 }])
})
