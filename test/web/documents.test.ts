// A person adds documents in the console, and asks about them.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { temporaryFolder, writeCompany } from '../helper.ts'
import { goTo, noChromium, openConsole, violationsOf } from './browser.ts'

const file = (name: string, text: string, mimeType = 'text/plain') => ({ name, mimeType, buffer: Buffer.from(text) })

t.test('adds files, says why one is rejected, finds the document, and answers from it', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.getByText('Drop files or folders here').waitFor()
  await page.locator('#files').setInputFiles([
    file('lamps.md', '# Repairing lamps\n\nOur workshop repairs storm lanterns within nine days.', 'text/markdown'),
    file('picture.png', '\u0089PNG\r\n\u001a\n0000', 'image/png'),
  ])
  const uploads = page.getByRole('region', { name: 'Uploads' })
  await uploads.getByText('1 document in 1 chunk.').waitFor()
  await uploads.locator('.upload.rejected').waitFor()
  t.match(await uploads.locator('.upload.rejected').innerText(), /picture\.png\s+\S.*/s)
  await uploads.getByText('1 file added, 1 rejected').waitFor()
  await page.getByLabel('Search titles and names').fill('lamps')
  await page.locator('.document').getByText('Repairing lamps').waitFor()
  t.equal(await page.locator('.document').count(), 1)
  await goTo(page, 'Ask')
  await page.getByLabel('Your question').fill('How long does repairing storm lanterns take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer-text').getByText('nine days').waitFor()
})

t.test('says of each file why it is rejected, and what to do', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.locator('#files').setInputFiles([
    file('empty.txt', ''), file('cut.pdf', '%PDF-1.4 broken', 'application/pdf'),
    file('picture.png', '\u0089PNG\r\n\u001a\n0000', 'image/png'),
  ])
  const uploads = page.getByRole('region', { name: 'Uploads' })
  await uploads.getByText('0 files added, 3 rejected').waitFor()
  for (const [name, why] of [
    ['empty.txt', 'It is empty.'], ['cut.pdf', 'It cannot be read: it is not a complete PDF. Save it again'],
    ['picture.png', 'Save it as PDF, Word or text.'],
  ] as const) t.match(await uploads.locator('.upload', { hasText: name }).innerText(), why)
})

t.test('begins with an index that has some, also where that could be read only at the second try', { skip: noChromium }, async t => {
  const dir = await temporaryFolder(t)
  await writeCompany(dir, 'shop', { indexes: { empty: {}, faq: {} } })
  const { page } = await openConsole(t, { config: { SAMPLES_DIR: dir } })
  await page.route('**/v1/knowledge/stats?*', route => route.abort())
  await goTo(page, 'Documents')
  const again = page.getByRole('button', { name: 'Try again' })
  await again.waitFor()
  await page.unroute('**/v1/knowledge/stats?*')
  await again.click()
  await page.locator('.document').first().waitFor()
  t.match(await page.getByRole('group', { name: 'Index' }).locator('[aria-pressed=true]').innerText(), /^faq/)
})

t.test('adds what is dropped anywhere on the page', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.getByText('Drop files or folders here').waitFor()
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['Wool is washed at thirty degrees.'], 'wool.txt', { type: 'text/plain' }))
    return transfer
  })
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data })
  await page.getByText('Let go to add to faq').waitFor()
  await page.dispatchEvent('main', 'drop', { dataTransfer: data })
  await page.getByRole('region', { name: 'Uploads' }).getByText('1 document in 1 chunk.').waitFor()
})

t.test('asks before a file that has not arrived goes with the tab', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await goTo(page, 'Documents')
  let letGo = () => {}
  const until = new Promise<void>(resolve => { letGo = resolve })
  await page.route('**/v1/indexes/*/documents?*name=*', async route => {
    await until
    await route.continue()
  })
  const leave = () => page.evaluate(() => !window.dispatchEvent(new window.Event('beforeunload', { cancelable: true })))
  t.equal(await leave(), false)
  await page.locator('#files').setInputFiles([file('lamps.md', '# Lamps\n\nThey shine.', 'text/markdown')])
  await page.locator('.upload.sending').waitFor()
  t.equal(await leave(), true)
  letGo()
  await page.locator('.upload.done').waitFor()
  t.equal(await leave(), false)
})

t.test('files go on with the next key when one ends, and after a connection that broke', { skip: noChromium }, async t => {
  const { page, app } = await openConsole(t, { config: { KEY_CACHE_SECONDS: 0 } })
  await goTo(page, 'Documents')
  await page.getByText('Drop files or folders here').waitFor()
  // The service asks for a key from now on.
  const { key, text } = makeKey({ company: null, scopes: ['admin'] })
  await app.keys.create(key)
  const names = ['one', 'two', 'three', 'four', 'five'].map(name => `${name}.txt`)
  await page.locator('#files').setInputFiles(names.map(name => file(name, `The text of ${name}.`)))
  await page.getByLabel('Key', { exact: true }).fill(text)
  let broken = 0
  for (const path of ['**/v1/tasks/*', '**/v1/indexes/*/documents?*name=six*']) {
    await page.route(path, route => { broken++; return route.abort() }, { times: 1 })
  }
  await page.keyboard.press('Enter')
  const uploads = page.getByRole('region', { name: 'Uploads' })
  await uploads.getByText('5 files added').waitFor()
  await page.locator('#files').setInputFiles([file('six.txt', 'The text of six.')])
  await uploads.getByText('6 files added').waitFor()
  t.equal(broken, 2)
  t.equal(await uploads.locator('.upload.rejected').count(), 0)
})

t.test('of a folder, what the browser may not read is told, and the rest is added', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.getByText('Drop files or folders here').waitFor()
  await page.evaluate(() => {
    const refused = (_: unknown, refuse: (error: Error) => void) => refuse(new Error('NotReadableError'))
    const readable = (done: (file: object) => void) => done(new File(['Wool is washed at thirty degrees.'], 'wool.txt'))
    const parts = [
      { isFile: true, fullPath: '/house/wool.txt', file: readable }, { isFile: true, fullPath: '/house/locked.txt', file: refused },
      { isFile: false, fullPath: '/house/private', createReader: () => ({ readEntries: refused }) },
    ]
    const folder = {
      isFile: false, fullPath: '/house',
      createReader: () => ({ readEntries: (done: (entries: object[]) => void) => done(parts.splice(0)) }),
    }
    const transfer = new DataTransfer()
    transfer.items.add(new File([''], 'house'))
    window.DataTransferItem.prototype.webkitGetAsEntry = () => folder
    document.querySelector('main').dispatchEvent(new window.DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
  })
  const uploads = page.getByRole('region', { name: 'Uploads' })
  await uploads.getByText('1 file added, 2 rejected').waitFor()
  for (const name of ['house/locked.txt', 'house/private']) {
    t.match(await uploads.locator('.upload', { hasText: name }).innerText(), 'It cannot be read: it was moved or changed')
  }
  t.same(complaints, [])
})

t.test('reads a long document part by part', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await page.route('**/documents/delivery?*', (route, request) => {
    const from = Number(new URL(request.url()).searchParams.get('from'))
    const piece = (n: number) => ({ n, text: `Chunk ${n}.`, heading: '', page: null, tokens: 3 })
    const pieces = Array.from({ length: 30 }, (_, i) => piece(from + i))
    return route.fulfill({ json: { fields: [], pieces, next_piece: from === 60 ? null : from + 30 } })
  })
  await goTo(page, 'Documents')
  await page.locator('.document-open').filter({ hasText: 'How long does delivery take?' }).click()
  const sheet = page.getByRole('dialog')
  for (const last of [29, 59, 89]) {
    await sheet.getByText(`Chunk ${last}.`).waitFor()
    t.equal(await sheet.locator('.chunks li').count(), last + 1)
    if (last < 89) await sheet.getByRole('button', { name: 'Show more chunks' }).click()
  }
  t.equal(await sheet.getByRole('button', { name: 'Show more chunks' }).count(), 0)
})

t.test('reads, pins and removes a document', { skip: noChromium }, async t => {
  const { page, app } = await openConsole(t)
  await goTo(page, 'Documents')
  const row = page.locator('.document').filter({ hasText: 'How long does delivery take?' })
  await row.locator('.document-open').click()
  await page.getByRole('dialog').getByText('Delivery takes two working days.').waitFor()
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: /^Pin/ }).click()
  await row.getByRole('button', { name: /^Unpin/, pressed: true }).waitFor()
  await row.getByRole('button', { name: /^Remove/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await row.waitFor({ state: 'detached' })
  t.equal(await app.documents!.get('shop', 'faq', 'delivery'), null)
})

t.test('of many documents as many are shown as wanted, those found are removed, and the focus stays', { skip: noChromium }, async t => {
  const { page, app, url, complaints } = await openConsole(t)
  const items = Array.from({ length: 450 }, (_, n) => (
    { id: `item-${1000 + n}`, title: `${n % 90 === 0 ? 'Lantern' : 'Rope'} ${n}`, text: `Item ${n}.` }
  ))
  const { task } = await (await fetch(`${url}/v1/indexes/faq/documents?company_id=shop`, {
    method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(items),
  })).json() as { task: { id: string } }
  await fetch(`${url}/v1/tasks/${task.id}?company_id=shop&wait=30`)
  await goTo(page, 'Documents')
  const rows = page.locator('.document')
  await rows.first().waitFor()
  t.equal(await rows.count(), 200)
  const search = page.getByLabel('Search titles and names')
  const { promise: more, resolve: letOn } = Promise.withResolvers<void>()
  await page.route('**/documents?*after=*', async route => {
    await more
    await route.continue()
  })
  await search.fill('rope')
  const library = page.getByRole('region', { name: 'Documents in faq' })
  await library.getByText('Searching… 196 found so far').waitFor()
  t.equal(await library.getByRole('button', { name: 'Remove them' }).count(), 0)
  letOn()
  await library.getByText('445 documents found').waitFor()
  t.equal(await rows.count(), 200)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('button', { name: 'Show more' }).click()
  await rows.nth(444).waitFor()

  await search.fill('lantern')
  await library.getByText('5 documents found').waitFor()
  t.same(await violationsOf(page), [])
  await rows.nth(1).getByRole('button', { name: /^Remove/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Remove this document?' }).getByRole('button', { name: 'Remove' }).focus()
  await page.keyboard.press('Enter')
  await library.getByText('4 documents found').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Remove Lantern 180')
  // Somebody else removes one of them meanwhile.
  await app.documents!.remove('shop', 'faq', ['item-1180'])
  await library.getByRole('button', { name: 'Remove them' }).click()
  await page.getByRole('dialog', { name: 'Remove 4 documents?' }).getByText('“lantern”').waitFor()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Nothing has that title').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await search.fill('')
  await rows.nth(199).waitFor()
  t.same((await app.documents!.list('shop', 'faq', { after: '', limit: 1000, prefix: 'item-' })).length, 445)
  t.equal(await page.locator('.notice').count(), 0)
  t.same(complaints.filter(text => !text.includes('404')), [])
})

t.test('many documents are removed a few at a time, and one notice says how far it got when that fails', { skip: noChromium }, async t => {
  const { page, app, url } = await openConsole(t)
  const items = Array.from({ length: 30 }, (_, n) => ({ id: `rope-${100 + n}`, title: `Rope ${n}`, text: `Item ${n}.` }))
  const { task } = await (await fetch(`${url}/v1/indexes/faq/documents?company_id=shop`, {
    method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(items),
  })).json() as { task: { id: string } }
  await fetch(`${url}/v1/tasks/${task.id}?company_id=shop&wait=30`)
  let [running, most, left] = [0, 0, 12]
  await page.route('**/v1/indexes/faq/documents/*', async route => {
    if (--left < 0) return await route.fulfill({ status: 507, json: { code: 'STORE_FULL', message: 'The disk is full.' } })
    most = Math.max(most, ++running)
    const response = await route.fetch()
    running--
    await route.fulfill({ response })
  })
  await goTo(page, 'Documents')
  await page.getByLabel('Search titles and names').fill('rope')
  await page.getByText('30 documents found').waitFor()
  await page.getByRole('button', { name: 'Remove them' }).click()
  await page.getByRole('dialog', { name: 'Remove 30 documents?' }).getByRole('button', { name: 'Remove' }).click()
  const notice = page.getByRole('alert')
  await notice.getByText('12 of 30 documents removed. That did not work').waitFor()
  t.match(await notice.innerText(), /The disk is full/)
  t.equal(await notice.count(), 1)
  t.ok(most > 1 && most <= 4, `${most} at once`)
  await page.getByText('18 documents found').waitFor()
  t.equal((await app.documents!.list('shop', 'faq', { after: '', limit: 100, prefix: 'rope-' })).length, 18)
})

t.test('shows what is kept in sync, what failed, and what is not heard of', { skip: noChromium }, async t => {
  const { page, app, complaints } = await openConsole(t)
  const at = Date.now()
  const counts = { changed: 3, unchanged: 40, gone: 0, failed: 1, index: 'faq' }
  const problems = ['https://shop.example/old: HTTP 500']
  await app.sources.put('shop', {
    ...counts, id: 'b', kind: 'watch', place: '/srv/docs', state: 'following', problems: [], nextInSeconds: 60, at: at - 1e7,
  })
  await app.sources.put('shop', {
    ...counts, id: 'a', kind: 'crawl', place: 'https://shop.example', state: 'waiting', problems, nextInSeconds: 1800, at,
  })
  await goTo(page, 'Documents')
  const region = page.getByRole('region', { name: 'Kept in sync' })
  const rows = region.locator('.source-row')
  await rows.nth(1).waitFor()
  const text = await rows.first().innerText()
  t.match(text, /shop\.example\s+into faq · 3 new or changed · 40 unchanged · 1 failed · heard just now[\s\S]*again in 30 min/)
  t.match(await rows.nth(1).innerText(), /not heard of/)
  await rows.first().getByText('What failed').click()
  await rows.first().getByText('HTTP 500').waitFor()
  t.same(await violationsOf(page), [])
  await region.getByRole('button', { name: 'Forget /srv/docs' }).click()
  await rows.nth(1).waitFor({ state: 'detached' })
  t.equal((await app.sources.list('shop')).length, 1)
  t.same(complaints, [])
})

t.test('files are for a group from the beginning, where one is named', { skip: noChromium }, async t => {
  const { page, app } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.getByText('A file added again with nothing here stays for those it was for').waitFor()
  await page.getByLabel('Who may find them').fill('staff, user:42')
  await page.locator('#files').setInputFiles([file('salaries.txt', 'The night shift gets nine crowns more.')])
  await page.getByRole('region', { name: 'Uploads' }).getByText('1 document in 1 chunk.').waitFor()
  await page.locator('.document', { hasText: 'salaries' }).getByText('for staff, user:42').waitFor()
  t.same((await app.documents!.get('shop', 'faq', 'salaries.txt', { from: 0, maxChars: 1 }))!.access, ['group:staff', 'user:42'])
  t.same(await violationsOf(page), [])
})
