// The page at /docs: the project's own, for screen readers, and its examples work as they stand.
import t from 'tap'
import { noChromium, openConsole, overflowOf, phone, violationsOf } from './browser.ts'
import { samples } from '../helper.ts'

const asking = /^POST\s*\/chat\s*Ask a question$/

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, window] of [['desktop', {}], ['phone', phone]] as const) {
    t.test(`${width}, ${colorScheme}: no violations, its own title and icon`, { skip: noChromium }, async t => {
      const { page, complaints } = await openConsole(t, { path: '/docs/', window: { ...window, colorScheme } })
      const route = page.getByRole('button', { name: asking })
      await route.waitFor()
      t.equal(await page.title(), 'Causerie API')
      t.same(await violationsOf(page), [])
      t.ok(await overflowOf(page) <= 0, `${await overflowOf(page)} px`)
      t.match(await page.locator('link[rel=icon]').getAttribute('href'), /icon\.svg$/)
      await route.focus()
      await page.keyboard.press('Enter')
      await page.locator('.body-param__text').waitFor()
      t.match(await page.evaluate(() => (document as any).activeElement.textContent), /chat/)
      t.same(await violationsOf(page), [])
      t.ok(await overflowOf(page) <= 0, `${await overflowOf(page)} px`)
      t.same(complaints, [])
    })
  }
}

t.test('examples are answered by a click', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { path: '/docs/', config: { SAMPLES_DIR: samples } })
  const requested: string[] = []
  page.on('request', request => requested.push(new URL(request.url()).pathname))
  await page.reload()
  await page.getByRole('heading', { name: /^chat/ }).waitFor()
  t.same(requested.filter(path => path.includes('swagger')), [], 'what is heavy comes with the first route that is opened')
  await page.getByRole('button', { name: asking }).click()
  for (const [path, words] of [['/chat', 'event: finish'], ['/mcp', '"search"']] as const) {
    const block = page.locator('.opblock-post').filter({ has: page.locator(`[data-path="${path}"]`) })
    if (path !== '/chat') await block.locator('.opblock-summary-control').click()
    await block.getByRole('button', { name: 'Execute' }).click()
    await block.locator('.live-responses-table').getByText(words).first().waitFor()
    t.match(await block.locator('.live-responses-table .response-col_status').last().innerText(), /^200/, path)
  }
})

t.test('the routes can be read without a script', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { path: '/docs/', window: { javaScriptEnabled: false } })
  await page.getByText('/v1/companies/{company_id}/keys/{key_id}').first().waitFor()
})
