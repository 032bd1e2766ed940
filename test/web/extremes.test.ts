// The console with nothing in it, and with words that nothing can break.
import { join } from 'node:path'
import t from 'tap'
import { temporaryFolder, writeCompany } from '../helper.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { askJson } from '../fixtures/app-client.ts'
import { goTo, noChromium, openConsole, overflowOf, phone, violationsOf } from './browser.ts'

const pages = ['Ask', 'Documents', 'Gaps', 'Answers', 'Feedback', 'Evaluation', 'Company', 'Install', 'Health']

t.test('without a company each page says so and leads to making one, which can then be asked', { skip: noChromium }, async t => {
  const none = await temporaryFolder(t)
  const { page, complaints } = await openConsole(t, { config: { SAMPLES_DIR: none } })
  for (const name of pages.filter(name => !['Company', 'Health'].includes(name))) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByText('There is no company yet.').waitFor()
  }
  await page.getByRole('link', { name: 'Make a company' }).click()
  await page.getByRole('button', { name: 'New company' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Acme')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Acme', level: 1 }).waitFor()
  await goTo(page, 'Ask')
  await page.getByText('What would a customer ask Acme?').waitFor()
  await page.getByRole('link', { name: 'add the first ones' }).click()
  await page.locator('#files').setInputFiles({
    name: 'hours.csv', mimeType: 'text/csv', buffer: Buffer.from('question,answer\nWhen do you open?,At 9 am.\n'),
  })
  await page.locator('.document').first().waitFor()
  await goTo(page, 'Ask')
  await page.getByRole('button', { name: 'When do you open?' }).waitFor()
  await page.getByRole('link', { name: 'Add your own' }).waitFor()
  t.same(complaints, [])
})

t.test('words without an end make no page wider than a phone', { skip: noChromium }, async t => {
  const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  const dir = await temporaryFolder(t)
  await writeCompany(dir, 'shop', {
    name: word, system_prompt: word, common_questions: [`Was ist ${word}?`], indexes: { faq: {}, ['x'.repeat(60)]: {} },
  })
  const { page, url, complaints } = await openConsole(t, { window: phone, config: { SAMPLES_DIR: dir } })
  const put = async (path: string, body: object, method = 'POST') => t.ok((await fetch(url + path, {
    method, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ company_id: 'shop', ...body }),
  })).ok, path)
  const { json } = await askJson(url, { company_id: 'shop', user_id: 'a', message: `Gibt es ${word} in ${word}?`, stream: false })
  await put(`/chat/${json.answer_id}/feedback`, { rating: -1, comment: word, correction: word })
  await put('/v1/curated', { question: `Wo ist ${word}?`, answer: word })
  await put('/v1/sources/long', {
    kind: 'watch', index: 'faq', place: join('/srv', word), state: 'failed', changed: 1, unchanged: 1, gone: 1, failed: 1,
    problems: [word], next_in_seconds: null,
  }, 'PUT')
  for (const name of pages) {
    await goTo(page, name)
    await page.locator('main :is(.example, .document, .row, .card, .page)').first().waitFor()
    // A page may read several things at once.
    await page.locator('.loading').first().waitFor({ state: 'detached' })
    const beyond = await page.evaluate(() => {
      const main = document.querySelector('main')!
      return main.scrollWidth - main.clientWidth
    })
    t.equal(Math.max(beyond, await overflowOf(page)), 0, name)
  }
  t.same(complaints, [])
})

t.test('a wide table scrolls with whole words, and an answer from the right has its bullets in sight', { skip: noChromium }, async t => {
  const columns = ['Name', 'Price', 'Weight', 'Season', 'Persons', 'Waterproof', 'Guarantee']
  const row = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  const table = row(columns) + row(columns.map(() => '-')) + row(columns.map(() => `two https://shop.example/${'x'.repeat(200)}`))
  const rest = '- [ ] خيمة\n- [x] خيمة عائلية\n\n> اقتباس\n\n```\n' + 'x'.repeat(200) + '\n```'
  const model = fakeModel([`يستغرق التوصيل يومي عمل [1].\n\n${table}\n${rest}`])
  const { page } = await openConsole(t, { model, window: phone })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  const heights = await page.locator('.answer-text th').evaluateAll((cells: any[]) => cells.map(({ offsetHeight }) => offsetHeight))
  t.ok(Math.max(...heights) < 60, `heads of ${heights} pixels`)
  t.same(await page.locator('.answer-text li').allInnerTexts(), ['☐ خيمة', '☑ خيمة عائلية'])
  const edges = await page.locator('.answer-text').evaluate((answer: any) => {
    const end = answer.getBoundingClientRect().right
    return [...answer.querySelectorAll('li')].map(item => end - item.getBoundingClientRect().right)
  })
  t.ok(Math.min(...edges) > 15, `room for bullets: ${edges} pixels`)
  t.same(await violationsOf(page), [])
  t.equal(await overflowOf(page), 0)
})

t.test('at a fourfold zoom a page has the window for itself, and an answer has room above the field', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { window: { viewport: { width: 320, height: 256 } } })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  const boxOf = async (selector: string) => (await page.locator(selector).boundingBox())!
  const [conversation, dock] = [await boxOf('.conversation'), await boxOf('.composer-dock')]
  t.ok(dock.y - conversation.y > 128, `${dock.y - conversation.y} pixels of the answer are in sight`)
  await goTo(page, 'Company')
  await page.mouse.move(160, 200)
  await page.mouse.wheel(0, 2000)
  await page.waitForFunction(() => document.querySelector('nav')!.getBoundingClientRect().bottom < 0)
  await page.evaluate(() => { document.documentElement.scrollTop = 0 })
  const [brand, picker] = [await boxOf('.brand > span'), await boxOf('.picker')]
  t.ok(brand.x + brand.width < picker.x, 'the name is not under the choice of a company')
  const heights = await page.locator('nav ul:not(.nav-rest) a > span').evaluateAll(spans => spans.map(span => span.getClientRects().length))
  t.same(heights, [1, 1, 1, 1], 'no name of a page is broken')
  t.equal(await overflowOf(page), 0)
})

t.test('on paper stands the whole conversation, or the sheet that is open, and nothing to press', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { window: { colorScheme: 'dark' } })
  const questions = ['How long does delivery take?', 'Can I return a tent?', 'How fast does the gas stove boil?']
  for (const [n, question] of [...questions, ...questions].entries()) {
    await page.getByLabel('Your question').fill(question)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Regenerate' }).nth(n).waitFor()
  }
  /** Tells whether all of an element lies on the paper. */
  const isOnPaper = (selector: string) => page.locator(selector).last().evaluate((element: any) => {
    const { top, bottom } = element.getBoundingClientRect()
    return top + window.scrollY >= 0 && bottom + window.scrollY <= document.documentElement.scrollHeight
  })
  await page.emulateMedia({ media: 'print' })
  t.ok(await page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight), 'more than one page')
  t.same([await isOnPaper('.turn'), await page.locator('.turn').first().isVisible()], [true, true])
  t.equal(await page.locator('button:visible').filter({ hasNot: page.locator('.source-n') }).filter({ hasNotText: /^\d+$/ }).count(), 0)
  t.equal(await page.getByRole('navigation').count(), 0)
  t.match(await page.evaluate(() => window.getComputedStyle(document.body).backgroundColor), /^rgb\(2\d\d, 2\d\d, 2\d\d\)$/)

  await page.emulateMedia({ media: 'screen' })
  await page.locator('.source').last().click()
  await page.getByRole('dialog').getByText('boils a litre in three minutes').waitFor()
  await page.emulateMedia({ media: 'print' })
  t.ok(await isOnPaper('.sheet'))
  t.equal(await page.locator('.turn:visible').count(), 0)
})

t.test('one of many companies is found as one types, and its documents are those that there are', { skip: noChromium }, async t => {
  const dir = await temporaryFolder(t)
  const nameOf = (i: number) => `Ladenfläche ${i}${i === 17 ? ' der Donaudampfschifffahrtsgesellschaftshauptverwaltung' : ''}`
  for (let i = 0; i < 20; i++) await writeCompany(dir, `shop-${i}`, { name: nameOf(i), indexes: { empty: {}, faq: {} } })
  const { page, complaints } = await openConsole(t, { window: phone, config: { SAMPLES_DIR: dir } })
  await page.getByRole('button', { name: 'Company: Ladenfläche 0' }).click()
  const sheet = page.getByRole('dialog', { name: 'Which company?' })
  await sheet.getByText('20 companies').waitFor()
  const marked = sheet.getByRole('option', { selected: true })
  t.equal(await marked.count(), 0)
  t.same(await violationsOf(page), [])
  await page.keyboard.type('ladenflache 1')
  await sheet.getByText('11 companies').waitFor()
  t.match(await marked.innerText(), /shop-1$/, 'Enter takes what is marked')
  for (const key of ['ArrowDown', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key)
  t.match(await marked.innerText(), /shop-19$/)
  t.equal(
    await sheet.getByLabel('Search names and ids').getAttribute('aria-activedescendant'), await marked.getAttribute('id'),
    'a screen reader is told'
  )
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('ladenflache 17')
  await sheet.getByText('1 company', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  const chosen = page.getByRole('button', { name: 'Company: Ladenfläche 17' })
  await chosen.waitFor()
  t.ok(await chosen.evaluate((button: any) => button === document.activeElement), 'the focus is back')
  const { right } = await chosen.evaluate((button: any) => button.getBoundingClientRect().toJSON() as { right: number })
  t.ok(right <= phone.viewport.width, `a long name is cut at ${right}`)
  await goTo(page, 'Documents')
  await page.locator('.document').first().waitFor()
  await page.getByRole('button', { name: 'empty 0' }).click()
  await page.getByText('No documents yet').waitFor()
  t.same(complaints, [])
})

t.test('a file that is dropped where nothing takes it does not replace the page', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await page.getByLabel('Your question').waitFor()
  const isLeft = await page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['Wool.'], 'wool.txt', { type: 'text/plain' }))
    return document.querySelector('main')!.dispatchEvent(new window.DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  t.equal(isLeft, false)
})

t.test('a page that cannot reach the service says so, and nothing that is no longer known', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await goTo(page, 'Health')
  await page.getByText('All is well').waitFor()
  await page.route('**/{ready,stats}', route => route.abort())
  await page.getByText('The service cannot be reached').first().waitFor()
  t.equal(await page.getByText('All is well').count(), 0)
  await page.unroute('**/{ready,stats}')
  await page.getByText('All is well').waitFor()

  await page.route('**/v1/indexes/*/documents?*', route => route.request().url().includes('after=')
    ? route.abort()
    : route.fulfill({ json: { data: [], next: 'more' } }))
  await goTo(page, 'Documents')
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('The service cannot be reached').first().waitFor()

  await goTo(page, 'Ask')
  await page.route('**/v1/indexes/*/documents?*', route => route.abort())
  await goTo(page, 'Documents')
  await page.getByText('The service cannot be reached').first().waitFor()
  await page.getByText('Reading the list…').waitFor({ state: 'detached' })
})
