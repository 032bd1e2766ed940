// Documents for some people, in the console: set, and found by those alone.
import t from 'tap'
import { goTo, noChromium, openConsole } from './browser.ts'

t.test('a document is set to be for a group, and found by its members alone', { skip: noChromium }, async t => {
  const { page, app, complaints } = await openConsole(t)
  await goTo(page, 'Documents')
  await page.getByRole('button', { name: /How long does delivery take/ }).first().click()
  await page.getByLabel('Only for').fill('staff')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved: nobody else finds it.').waitFor()
  t.same((await app.documents!.get('shop', 'faq', 'delivery'))!.access, ['group:staff'])
  await page.keyboard.press('Escape')
  await page.locator('.document-about').getByText('for staff').waitFor()

  await goTo(page, 'Ask')
  await page.getByRole('button', { name: /^Where to search/ }).click()
  const ask = async () => {
    await page.getByLabel('Your question').fill('How long does delivery take?')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Regenerate' }).last().waitFor()
    return page.locator('.answer-text').last().innerText()
  }
  t.notMatch(await ask(), /two working days/)
  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByLabel('As a member of').fill('staff')
  t.match(await ask(), /two working days/)
  t.same(complaints, [])
})

t.test('a filter that is no JSON holds the question back', { skip: noChromium }, async t => {
  const { page } = await openConsole(t)
  await page.getByRole('button', { name: /^Where to search/ }).click()
  await page.getByLabel('Only documents with').fill('{"price"')
  await page.getByText('This is no JSON object yet').waitFor()
  await page.getByLabel('Your question').fill('Delivery?')
  await page.keyboard.press('Enter')
  t.equal(await page.getByRole('article').count(), 0)
  await page.getByLabel('Only documents with').fill('{"price": "49.90 €"}')
  const asked = page.waitForRequest(/\/chat$/)
  await page.getByLabel('Your question').fill('How fast does the gas stove boil?')
  await page.keyboard.press('Enter')
  t.same((await asked).postDataJSON().filter, { price: '49.90 €' })
})
