// Stop holds, whatever the connection does: in the console and in the widget.
import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../fixtures/until.ts'
import { noChromium, openConsole } from './browser.ts'
import { pausing } from './models.ts'
import { openShop } from './shop-page.ts'

/** Long enough for the slowest machine: an answer that nobody reads must not end by itself. */
const config = { ANSWER_GRACE_SECONDS: 3600 }
const asks = async (page: Page) => {
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
}
const stop = (page: Page) => page.getByRole('button', { name: 'Stop' }).click()
const isStop = (request: { method (): string, url (): string }) => request.method() === 'DELETE' && /\/chat\//.test(request.url())

for (const [name, text] of [['the console', '.answer-text strong'], ['the widget', '.answer strong']] as const) {
  t.test(`${name}: Stop while reconnecting ends the wait, and reaches the service when it is back`, { skip: noChromium }, async t => {
    const { model, open } = pausing()
    t.teardown(open)
    const { page, app } = name === 'the console' ? await openConsole(t, { model, config }) : await openShop(t, { model, config })
    if (name === 'the widget') await page.getByRole('button', { name: 'Ask a question' }).click()
    await asks(page)
    await page.locator(text).waitFor()
    await page.context().setOffline(true)
    app.server.closeAllConnections()
    await page.getByText('The connection was lost. Reconnecting…').first().waitFor()
    const tried = page.waitForEvent('requestfailed', isStop)
    await stop(page)
    await page.getByText('Stopped.', { exact: true }).first().waitFor()
    await tried
    t.equal(await page.getByRole('button', { name: 'Stop' }).count(), 0)
    t.match(await page.locator(text).innerText(), 'two', 'what had come stays')
    const stopped = page.waitForResponse(response => isStop(response.request()))
    await page.context().setOffline(false)
    t.equal((await stopped).status(), 204)
    await until(() => app.answers.stats().live === 0, 'the answer has ended')
  })
}

t.test('Stop in the console ends the answer for its reader where others read it too', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page, app, url } = await openConsole(t, { model, config })
  await asks(page)
  await page.locator('.answer-text strong').waitFor()
  const other = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ company_id: 'shop', user_id: 'other', message: 'How long does delivery take?' }),
  })
  t.match(app.answers.stats(), { live: 1, joined: 1 })
  await stop(page)
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.equal(app.answers.stats().live, 1, 'it goes on for the other one')
  open()
  t.match(await other.text(), /working days/)
  t.notMatch(await page.locator('.answer-text').innerText(), /working days/)
})

t.test('an answer that is asked as a member of groups goes on after the connection was lost', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page, app, url } = await openConsole(t, { model, config })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ company_id: 'shop', access: ['group:staff'] })
  t.equal((await fetch(`${url}/v1/indexes/faq/documents/delivery`, { method: 'PATCH', headers, body })).status, 204)
  await page.getByRole('button', { name: 'Where to search' }).click()
  await page.getByLabel('As a member of').fill('staff, sales')
  await asks(page)
  await page.locator('.answer-text strong').waitFor()
  await page.context().setOffline(true)
  app.server.closeAllConnections()
  await page.getByText('The connection was lost. Reconnecting…').first().waitFor()
  await page.context().setOffline(false)
  open()
  await page.locator('.answer-text').getByText('working days').waitFor()
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
})

t.test('Stop ends a question that the service does not reply to; its answer is stopped when it begins', { skip: noChromium }, async t => {
  const { model, open } = pausing()
  t.teardown(open)
  const { page, app } = await openConsole(t, { model, config })
  let letGo = () => {}
  const isReplying = new Promise<void>(resolve => { letGo = resolve })
  await page.route(/\/chat$/, async route => {
    await isReplying
    await route.continue()
  })
  await asks(page)
  await stop(page)
  await page.getByText('Stopped.', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.equal(await page.getByRole('button', { name: 'Copy', exact: true }).count(), 0, 'there is nothing to copy')
  const stopped = page.waitForResponse(response => isStop(response.request()))
  letGo()
  t.equal((await stopped).status(), 204)
  // It may be searching still: its end is only a matter of the turns of the loop that it needs to notice.
  await until(() => app.answers.stats().live === 0, 'the answer has ended')
})
