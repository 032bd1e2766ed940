// What could not be answered, and what people say of answers: seen, answered, exported and imported in the console.
import t from 'tap'
import { askJson } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { goTo, noChromium, openConsole, violationsOf } from './browser.ts'

const unknown = 'Zanzibar kayak rental?'

t.test('a question without an answer becomes a gap, and is answered when an entry closes it', { skip: noChromium }, async t => {
  const { page, url, app, complaints } = await openConsole(t)
  for (const user_id of ['a', 'b']) await askJson(url, { company_id: 'shop', user_id, message: unknown })
  await goTo(page, 'Gaps')
  const row = page.getByRole('button', { name: unknown })
  t.match(await row.innerText(), /2 people · 2 × not answered/)
  await row.click()
  const sheet = page.getByRole('dialog', { name: unknown })
  await sheet.getByLabel('Answer', { exact: true }).fill('A Zanzibar kayak rental costs 20 € a day.')
  await sheet.getByRole('button', { name: 'Publish, and ask again' }).click()
  await sheet.getByText('1 of 1 question is answered now').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('No open gaps').waitFor()
  await page.getByRole('button', { name: 'Answered', exact: true }).click()
  await page.getByRole('button', { name: unknown }).waitFor()
  t.ok((await app.documents!.list('shop', 'faq', { after: '', limit: 10, prefix: '' })).some(({ title }) => title === unknown))
  t.same(complaints, [])
})

t.test('a gap is assigned, dismissed with a reason, and opened again', { skip: noChromium }, async t => {
  const { page, url } = await openConsole(t)
  await askJson(url, { company_id: 'shop', user_id: 'a', message: unknown })
  await goTo(page, 'Gaps')
  const row = page.getByRole('button', { name: unknown })
  await row.click()
  const assigned = page.waitForResponse(/\/assign$/)
  await page.getByLabel('Someone else’s task').fill('Ada')
  await page.keyboard.press('Tab')
  t.equal((await assigned).status(), 200)
  await page.getByLabel('Needs no answer').fill('We sell none')
  // Enter does nothing until the page has read the response.
  await page.getByRole('button', { name: 'Dismiss', exact: true, disabled: false }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('No open gaps').waitFor()
  await page.getByRole('button', { name: 'Dismissed', exact: true }).click()
  t.match(await row.innerText(), /for Ada\s+Dismissed: We sell none/)
  await row.click()
  await page.getByRole('dialog').getByText('We sell none').waitFor()
  t.same(await violationsOf(page), [])
  await page.getByRole('button', { name: 'Open again' }).click()
  await page.getByText('None dismissed').waitFor()
})

t.test('gaps are searched, whatever became of them', { skip: noChromium }, async t => {
  const { page, url, app, complaints } = await openConsole(t)
  for (const [user_id, message] of [['a', unknown], ['b', 'Do you repair watches?'], ['c', 'Do you repair clócks?']]) {
    await askJson(url, { company_id: 'shop', user_id, message })
  }
  await goTo(page, 'Gaps')
  await page.getByRole('button', { name: unknown }).waitFor()
  const found = await app.gaps!.list('shop', {}, { offset: 0, limit: 9 })
  const kayaks = found.find(({ examples }) => examples[0]!.question === unknown)!
  await app.gaps!.change('shop', kayaks.id, { status: 'dismissed', dismissReason: 'We sell none' })
  await page.getByLabel('Search questions and answers').fill('repair CLOCK')
  await page.getByRole('button', { name: 'Do you repair' }).waitFor()
  t.equal(await page.locator('.row-open').count(), 1)
  await page.getByLabel('Search questions and answers').fill('kayak none')
  await page.getByText('There is 1 in “Dismissed”.').waitFor()
  t.same(await violationsOf(page), [])
  await page.getByRole('button', { name: 'Dismissed 1' }).click()
  await page.getByRole('button', { name: unknown }).click()
  const sheet = page.getByRole('dialog', { name: unknown })
  await sheet.getByText('We sell none').waitFor()
  t.equal(await sheet.getByText('The same was asked in other words').count(), 0)
  await page.keyboard.press('Escape')
  // It gives the focus back as it goes, and an empty text is typed: by the key that deletes.
  await sheet.waitFor({ state: 'detached' })
  await page.getByLabel('Search questions and answers').fill('')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Do you repair' }).first().waitFor()
  t.same(complaints, [])
})

t.test('a search that does not look in all gaps says so', { skip: noChromium }, async t => {
  const { page, url } = await openConsole(t)
  await askJson(url, { company_id: 'shop', user_id: 'a', message: unknown })
  await goTo(page, 'Gaps')
  await page.getByRole('button', { name: unknown }).waitFor()
  const { data: [gap] } = await (await fetch(`${url}/v1/gaps?company_id=shop`)).json() as { data: object[] }
  const data = Array.from({ length: 100 }, (_, n) => ({ ...gap, id: `${n}` }))
  await page.route('**/v1/gaps?*status=all*', route => route.fulfill({ json: { data, next: 'more' } }))
  await page.getByLabel('Search questions and answers').fill('bicycles')
  await page.getByText('Only the first 2,000 gaps were searched.').waitFor()
  await page.getByText('No gap here has these words').waitFor()
  t.same(await violationsOf(page), [])
  await page.getByLabel('Search questions and answers').fill('')
  await page.getByText('Only the first 2,000').waitFor({ state: 'detached' })
})

t.test('gaps that ask the same are merged', { skip: noChromium }, async t => {
  const { page, url, app, complaints } = await openConsole(t)
  for (const [user_id, message] of [['a', unknown], ['b', unknown], ['c', 'Do you repair watches?']]) {
    await askJson(url, { company_id: 'shop', user_id, message })
  }
  await goTo(page, 'Gaps')
  await page.getByRole('button', { name: unknown }).click()
  const sheet = page.getByRole('dialog', { name: unknown })
  await sheet.getByText('The same was asked in other words').click()
  await sheet.getByLabel('Do you repair watches?').check()
  await sheet.getByRole('button', { name: 'Merge into this one' }).click()
  await sheet.getByRole('listitem').filter({ hasText: 'Do you repair watches?' }).waitFor()
  await sheet.getByText('The same was asked in other words').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  // The list is read again.
  await page.locator('.row-open', { hasText: '3 people · 3 × not answered' }).waitFor()
  t.equal(await page.locator('.row-open').count(), 1)
  t.equal((await app.gaps!.list('shop', {}, { offset: 0, limit: 9 })).length, 1)
  t.same(complaints, [])
})

t.test('ratings are read, exported and imported again', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t, { model: fakeModel(['Two days [1].']) })
  await goTo(page, 'Feedback')
  await page.getByText('No ratings yet').waitFor()
  const line = JSON.stringify({ input: 'Is <b>it</b> waterproof?', target: 'Yes.', score: 0 })
  await page.locator('#import').setInputFiles({ name: 'pairs.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(line) })
  await page.getByText('1 rating imported').waitFor()
  await page.getByText('Is <b>it</b> waterproof?').waitFor()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  t.equal((await downloading).suggestedFilename(), 'feedback-shop.jsonl')
  await page.getByRole('button', { name: 'Thumbs up' }).click()
  await page.getByText('No ratings of this kind yet').waitFor()
  await page.locator('#import').setInputFiles({ name: 'wrong.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from('{') })
  await page.getByRole('alert').waitFor()
  t.same(complaints.filter(text => !text.includes('400')), [])
})
