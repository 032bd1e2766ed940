// Timings of the parts of an answer, by a clock that the test advances.
import t from 'tap'
import { createTimings } from '../../src/chat/timings.ts'

function make () {
  const clock = { now: 100 }
  return { clock, timings: createTimings({ askedAt: 90, promptMs: 1.26 }, () => clock.now) }
}

t.test('reports no time for a part that never ran', async t => {
  const { timings } = make()
  t.same(timings.read(), { prompt: 1.3, embed: 0, search: 0, first_token: 0, total: 10 })
})

t.test('lets parts overlap, and counts the last run of a part', async t => {
  const { clock, timings } = make()
  const searched = timings.start('search')
  const [one, two] = [timings.start('embed'), timings.start('embed')]
  clock.now += 2
  one()
  clock.now += 3
  two()
  searched()
  t.match(timings.read(), { embed: 5, search: 5, total: 15 })
})

t.test('counts the first token from the question, once', async t => {
  const { clock, timings } = make()
  timings.firstToken()
  clock.now += 50
  timings.firstToken()
  t.match(timings.read(), { first_token: 10, total: 60 })
})
