// Sample companies: loaded once, again when their files change, and whole or not at all.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { loadSamples } from '../../../src/backends/sqlite/samples.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { ask, document, ids, searchFolder, searchProfile, searchStore, type Ending } from '../../fixtures/search-store.ts'

const data = fileURLToPath(new URL('../../../data', import.meta.url))

async function shop (t: Ending) {
  const { store, path } = await searchStore(t)
  const dir = await searchFolder(t)
  const changed: [string, string][] = []
  const write = async (file: string, content: unknown, company = 'shop') => {
    await mkdir(join(dir, company), { recursive: true })
    await writeFile(join(dir, company, file), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const load = (through: Store = store) =>
    loadSamples({
      dir, store: through,
      onChanged: (company, version) => {
        changed.push([company, version])
      },
    })
  const company = (indexes: object = { faq: { text: ['text'] } }, more: object = {}) => ({
    id: 'shop', name: 'Shop', language: 'en', indexes, ...more,
  })
  const texts = async (id = 'shop') =>
    (await store.run('pendingPassages', id, { after: 0, limit: 1000 })).map(({ index, text }) => `${index}: ${text}`).sort()
  await write('company.json', company())
  return { store, path, dir, changed, write, load, company, texts, engine: createSqliteEngine({ store, timeoutMs: 20_000 }) }
}

t.test('both sample companies, and nothing the second time', async t => {
  const { store } = await searchStore(t)
  const changed: string[] = []
  const load = () => loadSamples({ dir: data, store, onChanged: company => { changed.push(company) } })
  const first = await load()
  t.same(first.map(({ company, changed, rejected }) => ({ company, changed, rejected })), [
    { company: 'fjord-outdoor', changed: true, rejected: 0 }, { company: 'petit-nid', changed: true, rejected: 0 },
  ])
  for (const { company, documents } of first) {
    t.ok(documents >= 60, `${company}: ${documents}`)
    t.equal(
      (await store.run('pendingPassages', company, { after: 0, limit: 10_000 })).length, documents, 'each is a passage: no id comes twice'
    )
  }
  t.same(changed, ['fjord-outdoor', 'petit-nid'])
  const again = await load()
  t.same(again, first.map(loaded => ({ ...loaded, changed: false })))
  t.equal(changed.length, 2)
  const engine = createSqliteEngine({ store, timeoutMs: 20_000 })
  const { passages } = await ask(engine, 'Prix lot 300 couches taille 4?', { company: searchProfile({ id: 'petit-nid', language: 'fr' }) })
  t.match(passages[0]!.title, /taille 4, lot de 300/)
})

t.test('a changed file is loaded again: new, changed and removed documents', async t => {
  const { write, load, texts, changed, engine } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }, { id: 2, text: 'malachite' }])
  await load()
  await write('faq.json', [{ id: 2, text: 'malachite changed' }, { id: 3, text: 'obsidian' }])
  t.match(await load(), [{ documents: 2, changed: true }])
  t.same(await texts(), ['faq: malachite changed', 'faq: obsidian'])
  t.same(ids(await ask(engine, 'azurite')), [])
  t.equal(changed.length, 2)
  t.not(changed[0]![1], changed[1]![1], 'another version')
})

t.test('a changed profile is stored, and its documents stay', async t => {
  const { write, load, company, store, changed } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await load()
  await write('company.json', company(undefined, { name: 'Renamed' }))
  t.match(await load(), [{ changed: true }])
  t.equal((await store.run('getProfile', 'shop', null)).profile!.name, 'Renamed')
  t.equal(changed[0]![1], changed[1]![1], 'the version of the documents is the same')
})

t.test('an index that the profile no longer names is gone', async t => {
  const { write, load, company, texts } = await shop(t)
  await write('company.json', company({ faq: { text: ['text'] }, old: { text: ['text'] } }))
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await write('old.json', [{ id: 1, text: 'malachite' }])
  await load()
  await write('company.json', company())
  await load()
  t.same(await texts(), ['faq: azurite'])
})

/** As uploads put them in: cut, with the hash of that; a row has facts, a text may have headings. */
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

t.test('what was uploaded stays when the files change, and when its index leaves the profile', async t => {
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

t.test('what was uploaded under the id of a sample is not a sample any more', async t => {
  const { write, load, texts, store } = await shop(t)
  await write('faq.json', [{ id: 'a', text: 'azurite' }, { id: 'b', text: 'malachite' }])
  await load()
  const { cut, documents } = await upload(store)
  await documents.put(searchProfile(), 'faq', [cut('a', 'obsidian')])
  await write('faq.json', [])
  await load()
  t.same(await texts(), ['faq: obsidian', ...uploaded].sort())
})

t.test('samples that an older release loaded, of which there is no list, go as well, and nothing else', async t => {
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
  t.same(await texts(), ['faq: agate', 'faq: malachite', ...uploaded].sort(), 'a pinned one stays: somebody wants it')
})

t.test('a folder for a company that was there before takes nothing of it', async t => {
  const { write, load, texts, store } = await shop(t)
  await upload(store)
  await store.run('putDocuments', 'shop', { index: 'faq', language: 'en', documents: [document('whole', 'garnet')] })
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await load()
  t.same(await texts(), ['faq: azurite', 'faq: garnet', ...uploaded].sort())
})

t.test('what is gone is removed in slices, with its words', async t => {
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

t.test('a removal that was cut short is done over, also when the file has changed again', async t => {
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

t.test('items that are no documents are counted, and the rest is loaded', async t => {
  const { write, load, texts } = await shop(t)
  await write('faq.json', [
    { id: 1, text: 'azurite' }, { text: 'no id' }, { id: 2 }, { id: '', text: 'empty id' }, { id: {}, text: 'odd id' }, null, 'text', 5,
    [], { id: 3, text: 'malachite' },
  ])
  t.match(await load(), [{ documents: 2, rejected: 8 }])
  t.same(await texts(), ['faq: azurite', 'faq: malachite'])
})

const broken: [name: string, file: string, content: unknown][] = [
  ['broken JSON', 'faq.json', '[{"id": 1, '],
  ['no list', 'faq.json', { id: 1 }],
  ['nothing', 'faq.json', ''],
  ['null', 'faq.json', 'null'],
  ['a profile of broken JSON', 'company.json', '{'],
  ['a profile with a wrong field', 'company.json', { id: 'shop', name: 'Shop', language: 'xx', indexes: {} }],
]
for (const [name, file, content] of broken) {
  t.test(`the file is named: ${name}`, async t => {
    const { write, load, texts } = await shop(t)
    await write('faq.json', [{ id: 1, text: 'azurite' }])
    await load()
    await write(file, content)
    t.match(await load(), [{ company: 'shop', changed: false, problem: new RegExp(`shop/${file}: `) }])
    t.same(await texts(), ['faq: azurite'], 'what was loaded before is still there')
  })
}

t.test('the file is named: an index without its file', async t => {
  const { load } = await shop(t)
  t.match(await load(), [{ problem: /shop\/faq\.json/ }])
})

t.test('a folder without a company.json is no company', async t => {
  const { write, load, dir } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await mkdir(join(dir, 'drafts'))
  await writeFile(join(dir, 'README.md'), 'not a folder')
  t.same((await load()).map(({ company }) => company), ['shop'])
})

t.test('one broken company does not keep the others from being loaded', async t => {
  const { write, load, texts } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await write('company.json', '{', 'broken')
  t.match(await load(), [{ company: 'broken', problem: /broken\/company\.json/ }, { company: 'shop', changed: true }])
  t.same(await texts(), ['faq: azurite'])
})

t.test('a company whose file is damaged does not keep the others from being loaded', async t => {
  const { write, load, texts, path, company } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await write('company.json', { ...company(), id: 'a-damaged' }, 'a-damaged')
  await write('faq.json', [{ id: 1, text: 'azurite' }], 'a-damaged')
  await writeFile(path('a-damaged'), 'no database at all\n'.repeat(100))
  t.match(await load(), [{ company: 'a-damaged', problem: /damaged/ }, { company: 'shop', changed: true }])
  t.same(await texts(), ['faq: azurite'])
  await rm(path('a-damaged'))
  t.match(await load(), [{ company: 'a-damaged', changed: true }, { company: 'shop', changed: false }])
})

/** The store, with a task that fails at its n-th call. */
function failing (store: Store, task: string, nth: number): Store {
  let calls = 0
  return {
    ...store,
    run: ((name: string, ...rest: [never, never]) =>
      name === task && ++calls === nth ? Promise.reject(new Error('cut short')) : store.run(name as never, ...rest)) as Store['run'],
  }
}

t.test('a load that was cut short is done over', async t => {
  const { store, write, load, texts } = await shop(t)
  const documents = Array.from({ length: 120 }, (_, i) => ({ id: i, text: `azurite ${i}` }))
  await write('faq.json', documents)
  for (const [task, nth] of [
    ['putDocuments', 2], ['setMeta', 1], ['setMeta', 2], ['setMeta', 3],
  ] as const) { t.match(await load(failing(store, task, nth)), [{ problem: 'cut short' }]) }
  t.match(await load(), [{ documents: 120, changed: true }])
  t.equal((await texts()).length, 120)
  t.match(await load(), [{ changed: false }])
})

t.test('a reload that was cut short, and whose files were then put back, is done over too', async t => {
  const { store, write, load, texts } = await shop(t)
  const documents = (text: string) => Array.from({ length: 120 }, (_, i) => ({ id: i, text: `${text} ${i}` }))
  await write('faq.json', documents('azurite'))
  await load()
  await write('faq.json', documents('malachite'))
  t.match(await load(failing(store, 'putDocuments', 2)), [{ problem: 'cut short' }])
  await write('faq.json', documents('azurite'))
  await load()
  t.same((await texts()).filter(text => text.includes('malachite')), [])
})

t.test('a copy of the samples elsewhere is the same company', async t => {
  const { store } = await searchStore(t)
  const dir = await searchFolder(t)
  await cp(data, dir, { recursive: true })
  const quiet = () => {}
  await loadSamples({ dir: data, store, onChanged: quiet })
  t.ok((await loadSamples({ dir, store, onChanged: quiet })).every(({ changed }) => !changed))
  const file = join(dir, 'petit-nid', 'faq.json')
  const items = JSON.parse(await readFile(file, 'utf8')) as object[]
  await writeFile(file, JSON.stringify(items.slice(1)))
  t.match(await loadSamples({ dir, store, onChanged: quiet }), [
    { company: 'fjord-outdoor', changed: false }, { company: 'petit-nid', changed: true },
  ])
})
