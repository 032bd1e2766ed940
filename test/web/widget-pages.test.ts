// The widget on many pages: for screen readers (axe), in light and dark, on a phone, from the right, and in pages that change.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { noChromium, overflowOf, phone, violationsOf } from './browser.ts'
import { pausing } from './models.ts'
import { answerEnds, openShop } from './shop-page.ts'

/** An answer with all that Markdown shows here. */
const twoDays = () => fakeModel(['It takes **two** working days [1].\n\n| a | b |\n|-|-|\n| 1 | 2 |'])
const launcherOf = (page: any) => page.getByRole('button', { name: 'Ask a question' })
const answers = (page: any) => page.locator('.answer').getByText('working days')

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, size] of [['desktop', {}], ['phone', phone]] as const) {
    t.test(`${width}, ${colorScheme}: no violations, and nothing moves`, { skip: noChromium }, async t => {
      const { page, complaints } = await openShop(t, { model: twoDays(), window: { ...size, colorScheme }, hostile: false })
      await page.evaluate(() => {
        window.shifts = []
        new window.PerformanceObserver((list: any) => {
          for (const { hadRecentInput, sources } of list.getEntries()) {
            if (!hadRecentInput) window.shifts.push(...sources.map(({ node }: any) => node?.outerHTML ?? node?.nodeName))
          }
        })
          .observe({ type: 'layout-shift', buffered: true })
      })
      await launcherOf(page).waitFor()
      t.same(await violationsOf(page), [], 'closed')
      await launcherOf(page).click()
      await page.getByRole('button', { name: 'Can I return a tent?' }).waitFor()
      t.same(await violationsOf(page), [], 'open')
      await page.getByLabel('Your question').fill('How long does delivery take?')
      await page.keyboard.press('Enter')
      await answerEnds(page)
      await page.getByRole('button', { name: 'Source 1: How long does delivery take?' }).click()
      await page.getByRole('link', { name: 'Open the page' }).waitFor()
      t.same(await violationsOf(page), [], 'answered')
      t.ok(await overflowOf(page) <= 0)
      t.same(await page.evaluate(() => window.shifts), [])
      t.same(complaints, [])
    })
  }
}

t.test('a wide table scrolls with whole words, and done tasks are told from open ones', { skip: noChromium }, async t => {
  const columns = ['Name', 'Price', 'Weight', 'Season', 'Persons', 'Waterproof', 'Guarantee']
  const row = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  const table = row(columns) + row(columns.map(() => '-')) + row(columns.map(() => `two https://shop.example/${'x'.repeat(200)}`))
  const model = fakeModel([`It takes two working days [1].\n\n${table}\n- [ ] open\n- [x] done`])
  const { page } = await openShop(t, { model, window: phone, hostile: false })
  await launcherOf(page).click()
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await answerEnds(page)
  const heights = await page.locator('.answer th').evaluateAll((cells: any[]) => cells.map(({ offsetHeight }) => offsetHeight))
  t.ok(Math.max(...heights) < 50, `heads of ${heights} pixels`)
  const widths = await page.locator('.answer td').evaluateAll((cells: any[]) => cells.map(({ offsetWidth }) => offsetWidth))
  t.ok(Math.max(...widths) < 300, `cells of ${widths} pixels`)
  t.same(await page.locator('.answer li').allInnerTexts(), ['☐ open', '☑ done'])
  t.ok(await overflowOf(page) <= 0)
})

t.test('stands where it belongs, whatever the page\'s styles do', { skip: noChromium }, async t => {
  const { page } = await openShop(t)
  await launcherOf(page).waitFor()
  t.same(await launcherOf(page).boundingBox(), { x: 1280 - 76, y: 800 - 76, width: 56, height: 56 })
  await launcherOf(page).click()
  const box = await page.getByRole('dialog').evaluate((panel: any) => {
    for (const animation of panel.getAnimations()) animation.finish()
    const { x, y, width, height } = panel.getBoundingClientRect()
    return { x, y, width, height }
  })
  t.same(box, { x: 1280 - 20 - 392, y: 800 - 20 - 640, width: 392, height: 640 })
})

t.test('tells what the page is about, read once', { skip: noChromium }, async t => {
  const body = Array.from({ length: 60 }, (_, i) => `<h2>Heading ${i} ${'x'.repeat(40)}</h2>`).join('')
  const { page } = await openShop(t, { model: twoDays(), body })
  await launcherOf(page).click()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.evaluate(() => { document.querySelector('h1').textContent = 'Changed' })
  const asked = page.waitForRequest(/\/chat$/)
  await page.keyboard.press('Enter')
  const { page: sent } = (await asked).postDataJSON()
  t.match(sent, { path: '/', title: 'Tents' })
  t.equal(sent.hints[0], 'Tents for two')
  t.equal(sent.hints.join('').length, 1000)
  t.ok(sent.hints.length <= 40)
  await answers(page).waitFor()
})

t.test('needs no key on a service of this machine, and speaks the page\'s language', { skip: noChromium }, async t => {
  const { page, complaints } = await openShop(t, { model: twoDays(), keyless: true, html: 'lang="fr-FR"' })
  await page.getByRole('button', { name: 'Poser une question' }).click()
  await page.getByLabel('Votre question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await answers(page).waitFor()
  await page.getByRole('button', { name: 'Utile', exact: true }).click()
  t.same(complaints, [])
})

t.test('a page opens it, asks, and hears what happens', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays(), body: '<a href="/contact" data-causerie-open>Ask us</a>', hostile: false })
  await launcherOf(page).waitFor()
  await page.evaluate(() => {
    window.heard = []
    for (const name of ['open', 'close', 'ask', 'answer', 'rating']) {
      document.addEventListener(`causerie:${name}`, (event: any) => window.heard.push([name, event.detail.question ?? '']))
    }
  })
  await page.getByRole('link', { name: 'Ask us' }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  t.equal(await page.evaluate(() => document.activeElement.textContent), 'Ask us')
  await page.evaluate(() => window.Causerie.ask('Delivery?'))
  await answers(page).waitFor()
  const rated = page.waitForResponse(/\/feedback$/)
  await page.getByRole('button', { name: 'Helpful', exact: true }).click()
  t.equal((await rated).status(), 200)
  await page.getByRole('button', { name: 'Helpful', exact: true, pressed: true }).waitFor()
  await page.waitForFunction(() => window.heard.length === 6)
  t.same(await page.evaluate(() => window.heard), [
    ['open', ''], ['close', ''], ['open', ''], ['ask', 'Delivery?'], ['answer', 'Delivery?'], ['rating', 'Delivery?'],
  ])
})

t.test('an answer goes on after a reload in its middle, and the model is asked once', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  const { page } = await openShop(t, { model })
  await launcherOf(page).click()
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer strong').waitFor()
  await page.reload()
  await launcherOf(page).click()
  await page.locator('.answer strong').waitFor()
  open()
  await answers(page).waitFor()
  t.equal(model.calls.length, 1)
  await page.getByRole('button', { name: 'New conversation' }).click()
  t.equal(await page.getByRole('article').count(), 0)
})

t.test('comes back when the page replaces its body, with its conversation', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays() })
  await launcherOf(page).click()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await answers(page).waitFor()
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
  await answers(page).waitFor()
})

t.test('is mirrored on a page from the right, and still for those who ask for it', { skip: noChromium }, async t => {
  const { page } = await openShop(t, {
    model: twoDays(), html: 'lang="ar" dir="rtl"', window: { reducedMotion: 'reduce', locale: 'de-DE' }
  })
  const launcher = page.getByRole('button', { name: 'Frage stellen' })
  await launcher.waitFor()
  t.equal((await launcher.boundingBox())!.x, 20)
  await launcher.click()
  await page.getByRole('dialog').waitFor()
  const seconds = await page.getByRole('dialog').evaluate((panel: any) => parseFloat(getComputedStyle(panel).animationDuration))
  t.ok(seconds < 0.001)
  t.equal((await page.getByRole('dialog').boundingBox())!.x, 20)
  // Its own words are written from the left: a full stop stands behind them.
  t.equal(await page.locator('.note').evaluate((note: any) => getComputedStyle(note).direction), 'ltr')
})

t.test('a page whose key was revoked is told so', { skip: noChromium }, async t => {
  const { page, app } = await openShop(t, { model: twoDays() })
  for (const { id } of await app.keys.list()) await app.keys.revoke(id, new Date().toISOString())
  // Its successor: the service still answers this origin.
  await app.keys.create(makeKey({ kind: 'site', company: 'shop', scopes: ['chat'], origins: [new URL(page.url()).origin] }).key)
  await launcherOf(page).click()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await page.getByText('The chat is not set up for this page.').first().waitFor()
})
