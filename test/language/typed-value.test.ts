// Values are compared as numbers and dates where they are some.
import t from 'tap'
import { readDate, typedValue } from '../../src/language/typed-value.ts'

t.test('reads numbers as people write them', async t => {
  for (const [written, number] of [
    ['49,90 €', 49.9], ['1 299,00', 1299], ['1,299.00', 1299], ['1.299,00', 1299], ['€ 5', 5], ['12 kg', 12], ['-3', -3], ['7 %', 7],
    ['1,000,000', 1_000_000], ['0.5', 0.5], ["1'299", 1299], ['12 m²', 12],
  ] as const) t.equal(typedValue(written).number, number, written)
  for (const written of ['0123', '4x4', 'CN-137/1', '12-14', '1.2.3', 'lot de 150', '1,23,4', '', '12 €/kg', '2026-11-29']) {
    t.equal(typedValue(written).number, null, written)
  }
})

t.test('reads dates, and refuses those that do not exist', async t => {
  t.equal(readDate('2026-11-29'), Date.UTC(2026, 10, 29))
  t.equal(readDate('29.11.2026'), Date.UTC(2026, 10, 29))
  t.equal(readDate('2026-11-29T10:30:00+02:00'), Date.UTC(2026, 10, 29, 8, 30))
  t.equal(readDate('2026-11-29 10:30'), Date.UTC(2026, 10, 29, 10, 30))
  for (const written of ['2026-02-31', '2026-13-01', '31.02.2026', '29/11/2026', 'today', '2026-11-29T25:00']) {
    t.equal(readDate(written), null, written)
  }
})

t.test('compares texts without regard to capitals', async t => {
  t.equal(typedValue(' Été ').text, typedValue('ÉTÉ').text)
  t.same(typedValue(true), { text: 'true', number: null, date: null })
  t.same(typedValue(49.9), { text: '49.9', number: 49.9, date: null })
})
