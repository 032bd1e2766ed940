// The widget on a shop's page of another origin, with hostile styles and a strict policy.
import t from 'tap'
import { fakeModel } from '../fixtures/app-parts.ts'
import { noChromium, violationsOf } from './browser.ts'
import { pausing, twoDays } from './models.ts'
import { answerEnds, openShop } from './shop-page.ts'

t.test('asks, reads the answer and opens its source with the keyboard alone', { skip: noChromium }, async t => {
  const { page, complaints } = await openShop(t, { model: twoDays() })
  const launcher = page.getByRole('button', { name: 'Ask a question' })
  await launcher.waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog', { name: 'Ask us' })
  await panel.waitFor()
  await page.keyboard.type('How long does delivery take?')
  await page.keyboard.press('Enter')
  const answer = panel.getByRole('article', { name: 'How long does delivery take?' })
  await answerEnds(page)
  t.equal(await answer.locator('strong').innerText(), 'two')
  const cite = answer.getByRole('button', { name: 'Source 1: How long does delivery take?' })
  await cite.focus()
  await page.keyboard.press('Enter')
  const link = answer.getByRole('link', { name: 'Open the page' })
  await link.waitFor()
  t.equal(await link.getAttribute('href'), 'https://shop.example/faq/delivery')
  t.match(await panel.getByRole('status').textContent(), /^Answer: It takes two working days/, 'screen readers hear the answer')
  // The focus stays in the panel, both ways round.
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let i = 0; i < 9; i++) await page.keyboard.press(key)
    t.ok(await page.evaluate(() => document.activeElement.localName === 'causerie-chat'), key)
  }
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  t.ok(await launcher.evaluate((button: any) => button.getRootNode().activeElement === button), 'the focus is where it was')
  t.same(complaints, [])
})

t.test('gives the same question its answer at once, without a request', { skip: noChromium }, async t => {
  const { page, seen } = await openShop(t, { model: twoDays() })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await answerEnds(page)
  const questions = () => seen.filter(request => request === 'POST /chat').length
  const before = questions()
  await page.getByLabel('Your question').fill('  delivery? ')
  const isThere = await page.getByLabel('Your question').evaluate((field: any) => {
    field.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
    return [...field.getRootNode().querySelectorAll('.answer')].filter(answer => answer.textContent.includes('working days')).length
  })
  t.equal(isThere, 2, 'before anything else happens')
  t.equal(questions(), before)
})

t.test('stores nothing before the first question, and the visitor stays the same after it', { skip: noChromium }, async t => {
  const { page, seen } = await openShop(t, { model: twoDays() })
  const stored = () => page.evaluate(() =>
    [...Object.keys(window.localStorage), ...Object.keys(window.sessionStorage), document.cookie].join())
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByRole('dialog').waitFor()
  t.equal(await stored(), '')
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer').getByText('working days').first().waitFor()
  t.match(await stored(), /causerie:visitor:cau_site_/)
  await page.reload()
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.locator('.answer').getByText('working days').first().waitFor()
  await page.getByLabel('Your question').fill('Can I return a tent?')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'Can I return a tent?' }).locator('.answer').getByText('working days').waitFor()
  t.equal(seen.filter(request => request === 'POST /v1/visitors').length, 1)
})

t.test('says that the service is away, and asks again when told to', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays(), data: 'data-contact="mailto:help@shop.example"' })
  let isAway = true
  await page.route(/\/(widget\/|chat$)/, route => isAway ? route.abort() : route.continue())
  const launcher = page.getByRole('button', { name: 'Ask a question' })
  await launcher.click()
  await page.getByText('The chat cannot be reached.').waitFor()
  t.equal(await page.getByRole('link', { name: 'Contact us' }).getAttribute('href'), 'mailto:help@shop.example')
  isAway = false
  await launcher.click()
  await page.getByRole('dialog').waitFor()
  isAway = true
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await page.getByText('We cannot be reached at the moment.').first().waitFor()
  t.same(await violationsOf(page), [])
  isAway = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.answer').getByText('working days').first().waitFor()
})

t.test('shows at once that it searches', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays() })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').fill('Delivery?')
  t.ok(await page.getByLabel('Your question').evaluate((field: any) => {
    field.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
    return field.getRootNode().querySelector('.dots').checkVisibility()
  }))
  await page.locator('.answer').getByText('working days').waitFor()
})

t.test('stops an answer', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page } = await openShop(t, { model })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await page.locator('.answer strong').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped.').waitFor()
  open()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.answer').getByText('working days').first().waitFor()
})

t.test('suggests questions as one types, chosen with the arrow keys', { skip: noChromium }, async t => {
  const { page, seen, complaints } = await openShop(t, { model: twoDays() })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByRole('button', { name: 'Can I return a tent?' }).waitFor()
  const field = page.getByLabel('Your question')
  const asked = () => seen.filter(request => /^GET \/v1\/suggest\?q=\w/.test(request))
  await page.clock.install()
  // The page's time stands still from now on.
  await page.clock.pauseAt(await page.evaluate(() => Date.now()) + 60_000)
  await field.pressSequentially('how long')
  await page.clock.runFor(290)
  t.same(asked(), [], 'not while the typing goes on')
  await page.clock.runFor(20)
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await list.getByRole('option', { name: 'How long does delivery take?' }).waitFor()
  t.match(asked(), [/q=how\+long&limit=4&company_id=shop$/])
  t.equal(await page.getByRole('status').first().textContent(), 'Suggestions: 1')
  await page.clock.resume()
  t.same(await violationsOf(page), [])
  await page.keyboard.press('ArrowDown')
  t.equal(await field.getAttribute('aria-activedescendant'), await list.getByRole('option', { selected: true }).getAttribute('id'))
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'hidden' })
  t.ok(await page.getByRole('dialog').isVisible(), 'Escape closed the list alone')
  await field.pressSequentially(' d')
  await page.clock.runFor(310)
  await list.getByRole('option').waitFor()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'How long does delivery take?' }).locator('.answer').getByText('working days').waitFor()
  t.equal(await field.inputValue(), '')
  t.same(complaints, [])
})

t.test('a citation opens its source while the answer is being written, and keeps what has the focus', { skip: noChromium }, async t => {
  const { model, open } = pausing('It takes **two** days [1], ', 'and four to islands [1].')
  t.teardown(open)
  const { page, complaints } = await openShop(t, { model })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  const cite = page.getByRole('button', { name: 'Source 1: How long does delivery take?' }).first()
  await cite.click()
  const link = page.getByRole('link', { name: 'Open the page' })
  await link.focus()
  t.equal(await page.getByRole('button', { name: 'Stop' }).count(), 1, 'it is still being written')
  const pressed = await cite.elementHandle()
  open()
  await answerEnds(page)
  t.ok(await link.evaluate((element: any) => element.getRootNode().activeElement === element), 'the focus')
  t.ok(await pressed!.evaluate((element: any) => element.isConnected), 'a button that one is about to press')
  t.equal(await page.locator('.source').count(), 1)
  t.same(complaints, [])
})

t.test('no line begins with a citation, nor with what closes a sentence', { skip: noChromium }, async t => {
  const words = Array.from({ length: 60 }, (_, i) => `${'w'.repeat(1 + i % 13)} **bold** [1]. `).join('')
  const { page } = await openShop(t, { model: fakeModel([words]) })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await answerEnds(page)
  const apart = await page.locator('.answer').evaluate((answer: any) => [...answer.querySelectorAll('.cite')].filter((cite: any) => {
    const lineOf = (node: any, from: number) => {
      const range = document.createRange()
      range.setStart(node, from)
      range.setEnd(node, from + 1)
      return range.getBoundingClientRect()
    }
    const word = cite.closest('p').querySelectorAll('strong')[[...answer.querySelectorAll('.cite')].indexOf(cite)].firstChild
    const box = cite.getBoundingClientRect()
    const dot = lineOf(cite.nextSibling ?? cite.parentNode.nextSibling, 0)
    return [lineOf(word, word.length - 1), dot].some(({ top, bottom }) => bottom < box.top || top > box.bottom)
  }).length)
  t.equal(apart, 0)
})

t.test('asks again by itself when the network is back', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays() })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByLabel('Your question').waitFor()
  await page.context().setOffline(true)
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  await page.context().setOffline(false)
  await answerEnds(page)
  t.equal(await page.getByRole('article').count(), 1)
})

t.test('nothing of a long question is cut off', { skip: noChromium }, async t => {
  const { page } = await openShop(t, { model: twoDays() })
  await page.getByRole('button', { name: 'Ask a question' }).click()
  const field = page.getByLabel('Your question')
  await field.fill(`Delivery?${'.'.repeat(4000)}`)
  await page.getByText('This question is too long. 4009 / 4000').waitFor()
  await page.keyboard.press('Enter')
  t.equal((await field.inputValue()).length, 4009)
  t.same(await violationsOf(page), [])
  await field.fill('Delivery?')
  await page.keyboard.press('Enter')
  await answerEnds(page)
})
