// The page at /docs: the project's own, for screen readers, and its examples work as they stand.
import t from 'tap'
import { noChromium, openConsole, overflowOf, phone, violationsOf } from './browser.ts'
import { samples } from '../helper.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, window] of [['desktop', {}], ['phone', phone]] as const) {
    t.test(`${width}, ${colorScheme}: no violations, its own title and icon`, { skip: noChromium }, async t => {
      const { page, complaints } = await openConsole(t, { path: '/docs/', window: { ...window, colorScheme } })
      await page.getByText('Ask a question', { exact: true }).waitFor()
      t.equal(await page.title(), 'Causerie API')
      t.match(await page.locator('link[rel=icon]').getAttribute('href'), /icon\.svg$/)
      await page.locator('.opblock-summary-control').first().click()
      await page.locator('.body-param__text').waitFor()
      t.same(await violationsOf(page), [])
      t.ok(await overflowOf(page) <= 0, `${await overflowOf(page)} px`)
      t.same(complaints, [])
    })
  }
}

t.test('the first example is answered by a click', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { path: '/docs/', config: { SAMPLES_DIR: samples } })
  await page.locator('.opblock-summary-control').first().click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('event: finish').waitFor()
})
