// Filters as clients write them.
import t from 'tap'
import { readFilter } from '../../src/search/filter.ts'

t.test('reads every operator', async t => {
  t.same(readFilter({ Brand: 'Doucelin' }), { field: 'brand', texts: ['doucelin'], numbers: [] })
  t.same(readFilter({ price: { gte: 10, lt: 50 } }), {
    all: [{ field: 'price', than: 'gte', kind: 'number', value: 10 }, { field: 'price', than: 'lt', kind: 'number', value: 50 }],
  })
  t.same(readFilter({ tags: ['a', 2, true] }), { field: 'tags', texts: ['a', 'true'], numbers: [2] })
  t.same(readFilter({ since: { lte: '2026-11-29' } }), { field: 'since', than: 'lte', kind: 'date', value: Date.UTC(2026, 10, 29) })
  t.same(readFilter({ or: [{ a: null }, { not: { b: { exists: true } } }] }), {
    any: [{ not: { field: 'a', exists: true } }, { not: { field: 'b', exists: true } }],
  })
  t.same(readFilter({}), { all: [] }, 'no condition accepts everything')
})

t.test('refuses what it cannot read, with what to do', async t => {
  let deep: object = { a: 1 }
  for (let i = 0; i < 9; i++) deep = { not: deep }
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, i]))
  for (const [given, message] of [
    [[], /object of fields/], ['a = 1', /object of fields/], [{ and: { a: 1 } }, /"and" takes a list/], [{ a: {} }, /no condition/],
    [{ a: { like: 'x' } }, /not one of eq, ne/], [{ a: { lt: 'x' } }, /number, or with a date/], [{ a: { in: 'x' } }, /takes a list/],
    [{ a: { eq: { b: 1 } } }, /A value is a text/], [{ a: 'x'.repeat(201) }, /200 characters/], [{ a: 'x\0' }, /A value is a text/],
    [{ ['x'.repeat(101)]: 1 }, /name of a field/], [{ '': 1 }, /name of a field/], [{ a: { exists: 'yes' } }, /true or false/],
    [deep, /levels deep/], [many, /more than 32/], [{ a: { in: Array.from({ length: 101 }, (_, i) => i) } }, /at most 100/],
    [{ a: Number.NaN }, /A value/], [{ a: { lt: Infinity } }, /number/],
  ] as const) t.throws(() => readFilter(given), { code: 'INVALID_FILTER', message }, JSON.stringify(given).slice(0, 60))
})
