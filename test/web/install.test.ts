// The Install page: a form makes the widget's line, and the widget stands in the corner as the form says.
import t from 'tap'
import { goTo, noChromium, openConsole } from './browser.ts'
import { twoDays } from './models.ts'

t.test('the widget is as the form says, answers, and goes with the page', { skip: noChromium }, async t => {
  const { page, url, complaints } = await openConsole(t, { model: twoDays() })
  const seen: string[] = []
  page.on('request', request => seen.push(request.url()))
  await goTo(page, 'Install')
  await page.getByLabel('Title', { exact: true }).fill('Ask "the" <shop>')
  await page.getByLabel('Questions to begin with, one a line').fill('Delivery?\nReturns?')
  await page.getByRole('radio', { name: 'Left' }).check()
  const code = page.locator('#way pre')
  await page.waitForFunction(() => document.querySelector('#way pre').textContent.includes('data-position'))
  t.match(await code.innerText(), `<script src="${url}/widget.js" data-company="shop"`)
  t.match(await code.innerText(), 'data-title="Ask &quot;the&quot; &lt;shop>"')
  t.match(await code.innerText(), 'data-questions="Delivery?|Returns?"')
  await page.locator('causerie-chat[data-position=left]').waitFor({ state: 'attached' })
  const launcher = page.getByRole('button', { name: 'Ask a question' })
  t.equal((await launcher.boundingBox())!.x, 20)
  await launcher.click()
  await page.getByRole('dialog', { name: 'Ask "the" <shop>' }).waitFor()
  await page.getByRole('button', { name: 'Delivery?' }).click()
  await page.locator('causerie-chat .answer').getByText('working days').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await goTo(page, 'Health')
  await page.locator('causerie-chat').waitFor({ state: 'detached' })
  await page.locator('.curve canvas').first().waitFor()
  t.equal(seen.filter(address => address.includes('/console/part-')).length > 0, true, 'the curves are loaded with their page')
  t.same(complaints, [])
})
