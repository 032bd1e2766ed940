// Documents are kept within a bound, those used last for longer.
import t from 'tap'
import { createKeptDocuments } from '../../../../src/backends/meilisearch/search/kept-documents.ts'

t.test('finds what was kept of a group, and nothing of another one', async t => {
  const kept = createKeptDocuments<string>(1_000_000)
  kept.keep('shop', 'a', 'tent', 10)
  kept.keep('shop', 'b', 'stove', 10)
  kept.keep('other', 'a', 'chair', 10)
  t.same(kept.read('shop', ['b', 'none', 'a']), ['stove', undefined, 'tent'])
  t.same(kept.read('other', ['a', 'b']), ['chair', undefined])
  t.same(kept.read('none', ['a']), [undefined])
  kept.keep('shop', 'a', 'tent again', 10)
  t.same(kept.read('shop', ['a']), ['tent again'])
  t.equal(kept.size().kept, 3)
})

t.test('stays within its bound, and keeps what is used', async t => {
  const kept = createKeptDocuments<number>(100_000)
  for (let i = 0; i < 1000; i++) {
    kept.keep(`group ${i % 3}`, `${i}`, i, 1000)
    kept.read('group 0', ['0'])
    t.ok(kept.size().kept_bytes <= 102_000)
  }
  t.same(kept.read('group 0', ['0', '3', '999']), [0, undefined, 999])
  t.ok(kept.size().kept > 40)
})

t.test('counts a document once that is kept again, and after it was read', async t => {
  const kept = createKeptDocuments<number>(10_000)
  for (let i = 0; i < 100; i++) kept.keep('group', 'a', i, 1000)
  const once = kept.size()
  t.equal(once.kept, 1)
  t.ok(once.kept_bytes < 1500)
  for (let i = 0; i < 4; i++) kept.keep('group', `${i}`, i, 1000)
  for (let i = 0; i < 10; i++) kept.read('group', ['a'])
  t.equal(kept.size().kept, 5)
  t.ok(kept.size().kept_bytes < 6500)
})
