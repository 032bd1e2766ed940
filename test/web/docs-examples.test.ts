// The examples at /docs, executed one after the other as a person would: what one needs is filled in from the answers before it.
import t from 'tap'
import type { Locator, Page } from 'playwright-core'
import { givenValues } from '../../src/example-values.ts'
import { examples } from '../../src/examples.ts'
import { noChromium, openConsole } from './browser.ts'
import { samples } from '../helper.ts'

const visitors = 'POST /v1/visitors'
const keys = 'POST /v1/companies/{company_id}/keys'
const operatorKeys = 'POST /v1/keys'
const names = Object.keys(examples)
/** Those that remove something, what they need to be there, what others are filled in from, and what is filled in. */
const makers = ['POST /api/chat', 'POST /v1/evaluations/running', 'POST /v1/feedback/import']
const tried = names.filter(name => /^(DELETE|PUT) /.test(name) || makers.includes(name) ||
  Object.values(givenValues).some(({ by }) => by === name) || /"\{\w+\}"/.test(JSON.stringify(examples[name])))
const ofKeys = tried.filter(name => name.includes('/keys'))

function blockOf (page: Page, name: string) {
  const [method, path] = name.split(' ') as [string, string]
  return page.locator(`.opblock-${method.toLowerCase()}`).filter({ has: page.locator(`[data-path="${path}"]`) })
}

/** Opens a route unless it is open. Returns what opens and closes it. */
async function openBlock (block: Locator): Promise<Locator> {
  const control = block.locator('.opblock-summary-control')
  if (await control.getAttribute('aria-expanded') !== 'true') await control.click()
  return control
}

/** Executes the example of a route, again if need be. Returns the status. */
async function execute (page: Page, name: string): Promise<string> {
  const block = blockOf(page, name)
  const control = await openBlock(block)
  const execute = block.getByRole('button', { name: 'Execute' })
  const answered = block.locator('.live-responses-table .response-col_status')
  await execute.waitFor()
  // An earlier response goes first, which would be taken for this one.
  const clear = block.getByRole('button', { name: 'Clear' })
  if (await clear.isVisible()) await clear.click()
  await answered.first().waitFor({ state: 'detached' })
  await execute.click()
  const status = await answered.last().innerText()
  // What is open is drawn again with every answer.
  await control.click()
  return status.trim().slice(0, 3)
}

t.test('each is answered: what removes something, what is filled in, a visitor, and the first key', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t, { path: '/docs/', config: { SAMPLES_DIR: samples, KEY_CACHE_SECONDS: 0 } })
  await page.getByRole('button', { name: /^POST\s*\/chat\s*Ask a question$/ }).click()
  await page.locator('.body-param__text').waitFor()
  const chat = blockOf(page, 'POST /chat')
  for (const example of ['vain', 'vain_too', 'sample']) {
    await openBlock(chat)
    await chat.getByLabel('Example').first().selectOption(example)
    t.equal(await execute(page, 'POST /chat'), '200', example)
  }
  for (const name of [visitors, ...tried.filter(name => name !== visitors && !ofKeys.includes(name))]) {
    t.match(await execute(page, name), /^20[0124]$/, name)
  }

  t.equal(await execute(page, operatorKeys), '201', 'the first key is an operator\'s')
  await page.getByRole('status').getByText('This page goes on with the one').waitFor()
  t.equal(await execute(page, visitors), '401', 'there is no sample site any more')
  const revocation = blockOf(page, 'DELETE /v1/keys/{key_id}')
  await openBlock(revocation)
  t.equal(await revocation.getByPlaceholder('key_id').inputValue(), '', 'the key that the page goes on with is not offered to be revoked')
  await openBlock(blockOf(page, keys))
  await blockOf(page, keys).getByLabel('Example').first().selectOption('sample')
  t.equal(await execute(page, keys), '201', 'a website\'s key')
  for (const name of [visitors, ...ofKeys.filter(name => name !== keys)]) t.match(await execute(page, name), /^20[014]$/, name)
  t.same(complaints.filter(text => !text.includes('401')), [])
})
