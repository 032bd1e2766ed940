// The companies that have metrics of their own.
import t from 'tap'
import { Registry } from 'prom-client'
import { createAnswerMetrics } from '../../src/metrics/answers.ts'
import { createCompanyCounts, otherCompanies } from '../../src/metrics/companies.ts'
import { openMetricsType } from '../../src/metrics/format.ts'
import type { FinishEvent } from '../../src/types.ts'
import { fc } from '../fixtures/property.ts'

const minute = 60_001

function counting (most: number) {
  let time = 0
  const counts = createCompanyCounts(most, () => time)
  const ask = (company: string, times = 1): void => {
    for (let n = 0; n < times; n++) {
      counts.asked(company)
      counts.of(company).answered++
    }
  }
  const read = () => Object.fromEntries(counts.read().map(([company, { answered }]) => [company, answered]))
  return { ask, read, pass: (ms = minute) => { time += ms } }
}

t.test('counts each company while there is room, and all others as one', async t => {
  const { ask, read } = counting(2)
  ask('a', 3)
  ask('b')
  ask('c', 2)
  t.same(read(), { a: 3, b: 1, [otherCompanies]: 2 })
})

t.test('gives the place of a company that no longer asks to one that asks more', async t => {
  const { ask, read, pass } = counting(1)
  ask('early')
  for (const company of ['x', 'y', 'z']) ask(company, 10)
  pass()
  const others = read()[otherCompanies]
  t.equal(others, 30)
  ask('x', 5)
  const later = read()
  t.equal(Object.keys(later).length, 2)
  t.notOk('early' in later)
  t.ok(later[otherCompanies]! >= 30, 'the figures of all others never fall')
})

t.test('counts nothing apart when told so', async t => {
  const { ask, read } = counting(0)
  ask('a', 2)
  t.same(read(), { [otherCompanies]: 2 })
})

t.test('never has more companies than places, and no series that stays falls', async () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 5 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { maxLength: 200 }),
    (most, steps) => {
      const { ask, read, pass } = counting(most)
      let before: Record<string, number> = {}
      for (const [company, isLater] of steps) {
        ask(`c${company}`)
        if (!isLater) continue
        pass()
        const now = read()
        if (Object.keys(now).length > most + 1) return false
        for (const [name, value] of Object.entries(now)) if (name in before && value < before[name]!) return false
        before = now
      }
      return true
    }
  ))
})

t.test('counts answers that were made without the language model since a budget was used up', async t => {
  const register = new Registry()
  register.setContentType(openMetricsType as unknown as typeof register.contentType)
  const { answered } = createAnswerMetrics(register, createCompanyCounts(1))
  const finish: FinishEvent = {
    type: 'finish', finish_reason: 'stop', answered_by: 'extractive', citations: [], degraded: true, degraded_reason: 'budget',
    usage: { input_tokens: 0, output_tokens: 0 }, timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 },
  }
  answered('shop', [finish], { cache: 'miss' })
  answered('shop', [{ ...finish, degraded_reason: 'search: 1 of 2 searches: timeout' }], { cache: 'miss' })
  answered('other', [finish], { cache: 'hit' })
  const metrics = await register.metrics()
  t.match(metrics, 'causerie_company_budget_answers_total{company="shop"} 1')
  t.match(metrics, 'causerie_company_budget_answers_total{company="_other"} 1')
})
