// Changed sample files: removes missing documents, and keeps the others, above all uploaded ones.
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { failing, shop } from '../../fixtures/sample-shop.ts'
import { document, searchProfile } from '../../fixtures/search-store.ts'

/** Writes documents as uploads do: cut, with the hash of that; a row has facts, a text may have headings. */
async function upload (store: Store) {
  const documents = createSqliteDocuments({ store, maxTokens: 1e6, onChanged: () => {} })
  const cut = (id: string, text: string, more: object = {}) =>
    document(id, '', { hash: `hash of ${text}`, chunks: [{ n: 0, text, headings: [], tokens: 3 }], ...more })
  await documents.put(searchProfile(), 'faq', [
    cut('row', 'beryl', { fields: [['Colour', 'green']] }), cut('text', 'quartz'), cut('pinned', 'topaz'),
  ])
  await documents.put(searchProfile(), 'old', [cut('old', 'opal')])
  await documents.pin('shop', 'faq', 'pinned', true)
  return { cut, documents }
}
const uploaded = ['faq: beryl', 'faq: quartz', 'faq: topaz', 'old: opal']

t.test('keeps uploaded documents when the files change, and when their index leaves the profile', async t => {
  const { write, load, company, texts, store } = await shop(t)
  await write('company.json', company({ faq: { text: ['text'] }, old: { text: ['text'] } }))
  await write('faq.json', [{ id: 1, text: 'azurite' }, { id: 2, text: 'malachite' }])
  await write('old.json', [{ id: 1, text: 'agate' }])
  await load()
  await upload(store)
  await write('faq.json', [{ id: 2, text: 'malachite' }])
  await load()
  t.same(await texts(), ['faq: malachite', 'old: agate', ...uploaded].sort())
  await write('company.json', company())
  await load()
  t.same(await texts(), ['faq: malachite', ...uploaded].sort())
  await write('company.json', company({}))
  await load()
  t.same(await texts(), uploaded)
})

t.test('treats an upload with the id of a sample as an upload', async t => {
  const { write, load, texts, store } = await shop(t)
  await write('faq.json', [{ id: 'a', text: 'azurite' }, { id: 'b', text: 'malachite' }])
  await load()
  const { cut, documents } = await upload(store)
  await documents.put(searchProfile(), 'faq', [cut('a', 'obsidian')])
  await write('faq.json', [])
  await load()
  t.same(await texts(), ['faq: obsidian', ...uploaded].sort())
})

t.test('removes samples of an older release, which kept no list, and nothing else', async t => {
  const { write, load, texts, store, path } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }, { id: 2, text: 'malachite' }, { id: 3, text: 'agate' }])
  await load()
  await upload(store)
  await store.run('pinDocument', 'shop', { index: 'faq', id: '3', pinned: true })
  const file = new DatabaseSync(path('shop'))
  file.exec('DELETE FROM meta WHERE key LIKE \'samples:%\'')
  file.close()
  await write('faq.json', [{ id: 2, text: 'malachite' }])
  await load()
  t.same(await texts(), ['faq: agate', 'faq: malachite', ...uploaded].sort(), 'a pinned document stays')
})

t.test('takes nothing from a company that existed before its folder', async t => {
  const { write, load, texts, store } = await shop(t)
  await upload(store)
  await store.run('putDocuments', 'shop', { index: 'faq', language: 'en', documents: [document('whole', 'garnet')] })
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await load()
  t.same(await texts(), ['faq: azurite', 'faq: garnet', ...uploaded].sort())
})

t.test('removes missing documents in slices, with their words', async t => {
  const { write, load, texts, store, path } = await shop(t)
  await write('faq.json', Array.from({ length: 500 }, (_, i) => ({ id: i, text: `azurite${i} of the many` })))
  await load()
  let slices = 0
  await write('faq.json', [{ id: 0, text: 'azurite0 of the many' }])
  const run = (task: string, ...rest: [never, never]) => {
    if (task === 'removeHidden') slices++
    return store.run(task as never, ...rest)
  }
  await load({ ...store, run: run as Store['run'] })
  t.ok(slices >= 10, `${slices}`)
  t.same(await texts(), ['faq: azurite0 of the many'])
  await store.close()
  const file = new DatabaseSync(path('shop'))
  t.same(
    file
      .prepare(
        'SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM word_changes) AS changes, (SELECT max(n) FROM ' +
        'words) AS most'
      )
      .get(),
    { documents: 1, changes: 0, most: 1 }
  )
  file.close()
})

t.test('repeats an interrupted removal, even when the file has changed again', async t => {
  const { write, load, texts, store } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }, { id: 2, text: 'malachite' }])
  await load()
  await upload(store)
  await write('faq.json', [{ id: 2, text: 'malachite changed' }, { id: 3, text: 'agate' }])
  for (const task of ['putDocuments', 'hideDocuments', 'removeHidden']) {
    t.match(await load(failing(store, task, 1)), [{ problem: 'cut short' }])
  }
  await write('faq.json', [{ id: 4, text: 'obsidian' }])
  await load()
  t.same(await texts(), ['faq: obsidian', ...uploaded].sort())
})
