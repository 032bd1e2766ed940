// However much a company has, every response is small, and the pages together are all of it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { fitPage, jsonBytes } from '../../src/page-size.ts'
import { newTask } from '../../src/uploads/task.ts'
import { fakeEngine } from '../fixtures/app-parts.ts'
import { buildTestApp, startTestApp } from '../helper.ts'
import { fc } from '../fixtures/property.ts'

const megabytes = 8_000_000

/** Fetches a page and checks its size. */
async function small (url: string): Promise<any> {
  const response = await fetch(url)
  const text = await response.text()
  if (text.length > megabytes) throw new Error(`${url}: ${text.length} bytes`)
  if (response.status !== 200) throw new Error(`${url}: ${text.slice(0, 200)}`)
  return JSON.parse(text)
}

t.test('tasks with many long names of files', async t => {
  const { url, dir } = await startTestApp(t)
  const folder = join(dir, 'var', 'tasks', 'shop')
  await mkdir(folder, { recursive: true })
  const ids: string[] = []
  for (let n = 0; n < 40; n++) {
    const names = Array.from({ length: 1000 }, (_, i) => `${i} ${'é'.repeat(190)}.txt`)
    const files = names.map(name => ({ name, type: '', bytes: 1, sha256: 'a'.repeat(64) }))
    const task = { ...newTask('shop', 'faq', 1_700_000_000_000 + n), status: 'done', endedAt: 1_700_000_000_000 + n, files }
    await writeFile(join(folder, `${task.id}.json`), JSON.stringify(task))
    ids.unshift(task.id)
  }
  const found: string[] = []
  for (let after: string | null = ''; after !== null;) {
    const page = await small(`${url}/v1/tasks?company_id=shop&limit=100${after === '' ? '' : `&after=${after}`}`)
    found.push(...page.data.map(({ id }: { id: string }) => id))
    after = page.next
  }
  t.same(found, ids)
  t.equal((await small(`${url}/v1/tasks/${ids[0]}?company_id=shop`)).files.length, 1000)
  t.match(await small(`${url}/v1/tasks?company_id=shop&limit=3`), { data: { length: 3 }, next: ids[2] })
})

t.test('a document that is larger than a response, and a list of long ones', async t => {
  const { app, url } = await startTestApp(t)
  const profile = (await app.profiles.get('shop'))!
  const texts = Array.from({ length: 60 }, (_, n) => `${n} ${'azurite '.repeat(5000)}`)
  const chunks = texts.map((text, n) => ({ n, text, headings: [], tokens: 10 }))
  const common = { title: 'T', fields: [] as [string, string][], text: '' }
  await app.documents!.put(profile, 'faq', [{ ...common, id: 'large', url: '', hash: 'h', chunks }])
  const read: string[] = []
  for (let from: number | null = 0; from !== null;) {
    const page = await small(`${url}/v1/indexes/faq/documents/large?company_id=shop&from=${from}`)
    read.push(...page.pieces.map(({ text }: { text: string }) => text))
    from = page.next_piece
  }
  t.same(read, texts)

  const many = Array.from({ length: 250 }, (_, n) => ({
    ...common, id: `long-${String(n).padStart(3, '0')}`, url: `https://shop.example/${'x'.repeat(30_000)}`, hash: String(n),
    chunks: [{ n: 0, text: `Number ${n}.`, headings: [], tokens: 3 }],
  }))
  await app.documents!.put(profile, 'products', many)
  const ids: string[] = []
  for (let after: string | null = ''; after !== null;) {
    const page = await small(`${url}/v1/indexes/products/documents?company_id=shop&limit=1000&prefix=long&after=${after}`)
    ids.push(...page.data.map(({ id }: { id: string }) => id))
    after = page.next
  }
  t.same(ids, many.map(({ id }) => id))
})

t.test('a response that was built too large is an error', async t => {
  const { app } = await buildTestApp(t, { engine: { ...fakeEngine(), stats: () => ({ engine: 'x'.repeat(megabytes) }) } })
  t.match((await app.inject('/stats')).json(), { statusCode: 500, code: 'RESPONSE_TOO_LARGE' })
})

t.test('a page has at least one item, no more than fit, and none is skipped', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ maxLength: 50 })), fc.integer({ min: 1, max: 200 }), async (items, max) => {
    const page = fitPage(items, max)
    if (page.some((item, n) => item !== items[n])) throw new Error('another item')
    if (items.length > 0 && page.length === 0) throw new Error('nothing')
    const bytes = (list: string[]) => list.reduce((sum, item) => sum + jsonBytes(item), 0)
    if (page.length > 1 && bytes(page) > max) throw new Error('too much')
    if (page.length < items.length && bytes(items.slice(0, page.length + 1)) <= max) throw new Error('too little')
  }), { numRuns: 200 })
})
