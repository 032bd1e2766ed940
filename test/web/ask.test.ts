// A person asks in the console, with the keyboard alone, and nothing gets lost on the way.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { noChromium, openConsole, violationsOf } from './browser.ts'
import { pausing, twoDays } from './models.ts'

t.test('asks, reads the answer and opens its source with the keyboard alone', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t, { model: twoDays() })
  // The field has the focus by itself.
  await page.waitForFunction(() => document.activeElement?.matches('textarea'))
  await page.keyboard.type('How long does delivery take?')
  await page.keyboard.press('Enter')
  const answer = page.getByRole('article', { name: 'How long does delivery take?' })
  // With its end the answer is drawn again.
  await answer.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.equal(await answer.locator('strong').innerText(), 'two', 'Markdown is shown as what it means')
  const cite = answer.getByRole('button', { name: 'Source 1: How long does delivery take?' }).first()
  await cite.focus()
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'How long does delivery take?' })
  await sheet.locator('mark').first().waitFor()
  t.same(await sheet.locator('mark').allInnerTexts(), ['long', 'delivery', 'take', 'Delivery', 'takes', 'takes'])
  t.match(await sheet.innerText(), /shop\.example\/faq\/delivery/)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
  t.ok(await cite.evaluate(button => button === document.activeElement), 'the focus is where it was')
  await page.getByRole('status').getByText(/^Answer: It takes \*\*two/).waitFor()
  t.same(complaints, [])
})

t.test('a language model that is away is told once, with what to do', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { model: fakeModel(async function * () { throw coded('LLM_UNREACHABLE') }) })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  const notice = page.getByRole('article').getByRole('alert')
  await notice.getByRole('button', { name: 'Ask again' }).waitFor()
  const words = await notice.innerText()
  t.equal(words.match(/cannot be reached/g)?.length, 1, words)
  t.match(words, /LLM_URL/)
})

t.test('an answer is rated with the keyboard, and the rating is there after a reload', { skip: noChromium }, async t => {
  const { page, app, complaints } = await openConsole(t, { model: twoDays() })
  const stored = async () => (await app.feedback!.list('shop', {}, { limit: 10 })).map(({ rating, reasons }) => ({ rating, reasons }))
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  const bad = page.getByRole('button', { name: 'Bad answer' })
  await bad.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Incomplete' }).click()
  await page.getByRole('button', { name: 'Incomplete', pressed: true }).waitFor()
  t.same(await stored(), [{ rating: -1, reasons: ['incomplete'] }])
  await page.reload()
  await page.getByRole('button', { name: 'Bad answer', pressed: true }).waitFor()
  await page.getByRole('button', { name: 'Good answer' }).click()
  await page.getByRole('button', { name: 'Good answer', pressed: true }).waitFor()
  t.same(await stored(), [{ rating: 1, reasons: [] }])
  await page.getByRole('button', { name: 'Good answer' }).click()
  await page.getByRole('button', { name: 'Good answer', pressed: false }).waitFor()
  t.same(await stored(), [{ rating: 0, reasons: [] }])
  t.same(complaints, [])
})

t.test('says why a rating is not stored', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { model: fakeModel(['Two days [1].']), config: { FEEDBACK_TTL_SECONDS: 0 } })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Good answer' }).click()
  await page.getByRole('alert').getByText('FEEDBACK_TTL_SECONDS').waitFor()
})

t.test('shows why an answer came about', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { model: fakeModel(['Two days [1].']) })
  await page.getByLabel('Your question').fill('delivry to islands')
  await page.keyboard.press('Enter')
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await inspector.getByText('What the model was sent').waitFor()
  const text = await inspector.innerText()
  for (const shown of [/delivry.*→.*deliveri/s, /3 n-grams in 2 indexes/, /English/, /Search/, /In all/, /cited/]) t.match(text, shown)
  await inspector.getByText('system', { exact: false }).first().click()
  t.match(await inspector.locator('pre').first().innerText(), /passages?/)
  await page.getByRole('button', { name: 'Close the inspector' }).click()
  await inspector.waitFor({ state: 'detached' })
})

t.test('a reload in mid-stream shows the whole answer, once', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  const { page, app } = await openConsole(t, { model })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer-text strong').waitFor()
  const resumed = page.waitForRequest(request => /\/chat\/[\w-]+\?company_id=shop&user_id=[\w-]+$/.test(request.url()))
  await page.reload()
  t.match(await (await resumed).allHeaders(), { 'last-event-id': /\.\d+$/ })
  open()
  await page.getByText('working days').first().waitFor()
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.equal((await page.locator('.answer-text').innerText()).replace(/\s+/g, ' ').trim(), 'It takes two working days 1.')
  t.equal(model.calls.length, 1, 'the model was asked once')
  t.equal(app.answers.stats().misses, 1)
})

t.test('a lost connection is said, and the answer goes on by itself', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  const { page, app } = await openConsole(t, { model })
  let isAway = true
  await page.route(/\/chat\/[\w-]+\?/, route => isAway ? route.abort() : route.continue())
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer-text strong').waitFor()
  app.server.closeAllConnections()
  await page.getByText('The connection was lost. Reconnecting…').waitFor()
  const resumed = page.waitForResponse(/\/chat\/[\w-]+\?/)
  isAway = false
  t.match((await resumed).request().headers(), { 'last-event-id': /\.\d+$/ })
  open()
  await page.getByText('working days').first().waitFor()
  t.equal(model.calls.length, 1)
})

t.test('stops an answer, and asks it again', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page } = await openConsole(t, { model })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.locator('.answer-text strong').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped.').waitFor()
  open()
  await page.getByRole('button', { name: 'Regenerate' }).click()
  await page.getByText('working days').first().waitFor()
  t.equal(model.calls.length, 2)
})

t.test('a service that is away is said at once, and Stop ends the wait for an answer that was lost', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page, app } = await openConsole(t, { model })
  let asked = 0
  await page.route(/\/chat$/, route => {
    asked++
    return route.abort()
  })
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  const again = page.getByRole('button', { name: 'Ask again' })
  await again.waitFor()
  t.equal(asked, 1)
  await page.unroute(/\/chat$/)
  await page.route(/\/chat\/[\w-]+\?/, route => route.abort())
  await again.click()
  await page.locator('.answer-text strong').waitFor()
  app.server.closeAllConnections()
  await page.getByText('The connection was lost. Reconnecting…').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped.', { exact: true }).first().waitFor()
  t.match(await page.locator('.answer-text').innerText(), 'It takes two', 'what had come stays')
})

for (const [name, late] of [
  ['more of the answer', { contentType: 'text/event-stream', body: 'id: late.9\nevent: delta\ndata: {"text":" LATE"}\n\n' }],
  ['that it is no longer kept', { status: 204 }],
] as const) {
  t.test(`an answer that was stopped while reconnecting stays so when a late reply brings ${name}`, { skip: noChromium }, async t => {
    const { model, open } = pausing()
    t.teardown(open)
    const { page, app } = await openConsole(t, { model })
    let letGo = () => {}
    const isBack = new Promise<void>(resolve => { letGo = resolve })
    let isJoined = () => {}
    const joined = new Promise<void>(resolve => { isJoined = resolve })
    await page.route(/\/chat\/[\w-]+\?/, async (route, request) => {
      if (request.method() === 'DELETE') return route.abort()
      isJoined()
      await isBack
      await route.fulfill(late)
    })
    await page.getByLabel('Your question').fill('How long does delivery take?')
    await page.keyboard.press('Enter')
    await page.locator('.answer-text strong').waitFor()
    app.server.closeAllConnections()
    await joined
    await page.getByRole('button', { name: 'Stop' }).click()
    const again = page.getByRole('button', { name: 'Regenerate' })
    await again.waitFor()
    // Chromium never calls a response finished when nobody reads it any more: what the page reads of it is awaited.
    await page.evaluate(() => {
      const reader = window.ReadableStreamDefaultReader.prototype
      const { read } = reader
      window.isRead = new Promise(resolve => {
        reader.read = async function () {
          const part = await read.call(this)
          setTimeout(resolve)
          return part
        }
      })
    })
    const arrived = page.waitForResponse(/\/chat\/[\w-]+\?/)
    letGo()
    const response = await arrived
    await page.evaluate(isEmpty => isEmpty ? new Promise(resolve => setTimeout(resolve)) : window.isRead, response.status() === 204)
    t.ok(await again.isVisible())
    t.equal(await page.getByRole('button', { name: 'Stop' }).count(), 0)
    t.notMatch(await page.locator('.answer-text').innerText(), 'LATE')
  })
}

t.test('nothing of a long question is cut off', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t, { model: twoDays(), config: { MAX_MESSAGE_CHARS: 30 } })
  const field = page.getByLabel('Your question')
  const told = page.getByRole('status').and(page.locator('#question-length'))
  t.equal(await told.textContent(), '', 'a screen reader knows the place before anything is said there')
  const question = 'How long does delivery take to the islands?'
  await field.fill(question)
  await page.getByText('43 characters, and 30 may be sent').waitFor()
  await page.keyboard.press('Enter')
  t.equal(await field.inputValue(), question)
  t.ok(await page.getByRole('button', { name: 'Ask', exact: true }).isDisabled())
  t.same(await violationsOf(page), [])
  await field.fill(question.slice(0, 27))
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: question.slice(0, 27) }).waitFor()
  t.same(complaints, [])
})

t.test('a low window begins with the first words, and later shows what is newest', { skip: noChromium }, async t => {
  const long = Array.from({ length: 40 }, (_, i) => `Line ${i}.`).join('\n\n')
  const { page } = await openConsole(t, { model: fakeModel([`${long} [1].`]), window: { viewport: { width: 360, height: 420 } } })
  await page.locator('.example').first().waitFor()
  const fromEnd = () => page.locator('.conversation').evaluate((list: any) => list.scrollHeight - list.scrollTop - list.clientHeight)
  t.ok(await fromEnd() > 0, 'the window is low')
  t.equal(await page.locator('.conversation').evaluate((list: any) => list.scrollTop), 0)
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Bad answer' }).click()
  await page.getByRole('button', { name: 'Incomplete' }).waitFor()
  await until(async () => await fromEnd() < 2)
})

t.test('asks again past the cache, and copies the question as a command', { skip: noChromium }, async t => {
  const { page, url } = await openConsole(t, { model: fakeModel(['Two days [1].']) })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByLabel('Your question').fill('What\'s the delivery time?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'curl' }).click()
  await page.waitForFunction(async () => await window.navigator.clipboard.readText() !== '')
  const command = await page.evaluate(() => window.navigator.clipboard.readText())
  t.match(command, `curl -N ${url}/chat`)
  t.ok(command.includes('"message":"What\'\\\'\'s the delivery time?"'), 'a quotation mark does not end the argument')
  const asked = page.waitForRequest(/\/chat$/)
  await page.getByRole('button', { name: 'Regenerate' }).click()
  t.match(await (await asked).allHeaders(), { 'cache-control': 'no-cache' })
  await page.getByRole('button', { name: 'Regenerate' }).nth(1).waitFor()
})

t.test('says in words what went wrong and what to do', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { model: fakeModel(['Two days [1].']), config: { RATE_LIMIT_CALLS: 1 } })
  for (const question of ['Delivery?', 'Returns?']) {
    await page.getByLabel('Your question').fill(question)
    await page.keyboard.press('Enter')
    await page.getByRole('article', { name: question }).waitFor()
    if (question === 'Delivery?') await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  }
  const alert = page.getByRole('alert')
  t.match(await alert.innerText(), /Too many questions.*next in \d+ s/s)
  t.ok(await alert.getByRole('button', { name: 'Ask again' }).isVisible())
})

t.test('an answer cannot bring scripts, images or forms into the page', { skip: noChromium }, async t => {
  const evil = '<img src=x onerror="window.broken=1"><script>window.broken=1</script> <form><input></form> ' +
    '[link](javascript:window.broken=1) <b>bold</b> two days [1] and [7].'
  const { page, complaints } = await openConsole(t, { model: fakeModel([evil]) })
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.equal(await page.evaluate(() => window.broken), undefined)
  t.equal(await page.locator('.answer-text :is(img, script, form, input, a)').count(), 0)
  t.same(complaints, [])
})

t.test('suggests questions as one types, chosen with the arrow keys', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t, { model: fakeModel(['Two days [1].']) })
  const field = page.getByLabel('Your question')
  await field.pressSequentially('deliv')
  const option = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name: 'How long does delivery take?' })
  await option.waitFor()
  await page.keyboard.press('ArrowDown')
  t.equal(await field.getAttribute('aria-activedescendant'), await option.getAttribute('id'))
  t.same(await violationsOf(page), [])
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'How long does delivery take?' }).getByText('Two days').waitFor()
  t.equal(await field.inputValue(), '')
  t.same(complaints, [])
})
