// Sample companies: loaded once, again when their files change, and whole or not at all.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { loadSamples } from '../../../src/backends/sqlite/samples.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { failing, shop } from '../../fixtures/sample-shop.ts'
import { ask, ids, searchFolder, searchProfile, searchStore } from '../../fixtures/search-store.ts'
import { samples as data } from '../../helper.ts'

t.test('loads both sample companies, and does nothing the second time', async t => {
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

t.test('loads new and changed documents of a changed file, and removes missing ones', async t => {
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

t.test('stores a changed profile, and keeps its documents', async t => {
  const { write, load, company, store, changed } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await load()
  await write('company.json', company(undefined, { name: 'Renamed' }))
  t.match(await load(), [{ changed: true }])
  t.equal((await store.run('getProfile', 'shop', null)).profile!.name, 'Renamed')
  t.equal(changed[0]![1], changed[1]![1], 'the version of the documents is the same')
})

t.test('removes an index that the profile no longer names', async t => {
  const { write, load, company, texts } = await shop(t)
  await write('company.json', company({ faq: { text: ['text'] }, old: { text: ['text'] } }))
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await write('old.json', [{ id: 1, text: 'malachite' }])
  await load()
  await write('company.json', company())
  await load()
  t.same(await texts(), ['faq: azurite'])
})

t.test('counts items that are not documents, and loads the rest', async t => {
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
  t.test(`names the file: ${name}`, async t => {
    const { write, load, texts } = await shop(t)
    await write('faq.json', [{ id: 1, text: 'azurite' }])
    await load()
    await write(file, content)
    t.match(await load(), [{ company: 'shop', changed: false, problem: new RegExp(`shop/${file}: `) }])
    t.same(await texts(), ['faq: azurite'], 'earlier documents are still there')
  })
}

t.test('takes a missing file for an empty index', async t => {
  const { write, load, texts, dir } = await shop(t)
  t.match(await load(), [{ company: 'shop', documents: 0, changed: true, problem: undefined }])
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  t.match(await load(), [{ documents: 1, changed: true }])
  await rm(join(dir, 'shop', 'faq.json'))
  t.match(await load(), [{ documents: 0, changed: true }])
  t.same(await texts(), [])
})

t.test('ignores a folder without a company.json', async t => {
  const { write, load, dir } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await mkdir(join(dir, 'drafts'))
  await writeFile(join(dir, 'README.md'), 'not a folder')
  t.same((await load()).map(({ company }) => company), ['shop'])
})

t.test('loads the others when one company is broken', async t => {
  const { write, load, texts } = await shop(t)
  await write('faq.json', [{ id: 1, text: 'azurite' }])
  await write('company.json', '{', 'broken')
  t.match(await load(), [{ company: 'broken', problem: /broken\/company\.json/ }, { company: 'shop', changed: true }])
  t.same(await texts(), ['faq: azurite'])
})

t.test('loads the others when a company\'s file is damaged', async t => {
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

t.test('repeats an interrupted load', async t => {
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

t.test('repeats an interrupted reload whose files were then put back', async t => {
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

t.test('recognises a copy of the samples elsewhere as the same company', async t => {
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
