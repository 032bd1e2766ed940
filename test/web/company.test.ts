// An operator makes a company, says how its documents are read, gives it a key, and deletes it; all in the console.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { noChromium, openConsole } from './browser.ts'

t.test('makes a company, changes it, and deletes it', { skip: noChromium }, async t => {
  const { page, app, complaints } = await openConsole(t)
  await page.getByRole('link', { name: 'Company' }).click()
  await page.getByRole('button', { name: 'New company' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Café Étoile')
  t.equal(await page.getByLabel('Id, in addresses and keys').inputValue(), 'cafe-etoile')
  await page.getByLabel('Language of its documents').selectOption('fr')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Café Étoile', level: 1 }).waitFor()
  t.match(await app.profiles.get('cafe-etoile'), { name: 'Café Étoile', language: 'fr' })

  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByLabel('Prompt', { exact: true }).fill('Réponds brièvement.')
  await page.getByLabel('Common questions, one a line').fill('Quels sont vos horaires ?\n\n Peut-on réserver ? ')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('listitem').getByText('Peut-on réserver ?').waitFor()
  t.match(await app.profiles.get('cafe-etoile'), {
    systemPrompt: 'Réponds brièvement.', commonQuestions: ['Quels sont vos horaires ?', 'Peut-on réserver ?'],
  })

  await page.getByRole('button', { name: 'Change how faq is read' }).click()
  await page.getByLabel('Title', { exact: true }).fill('question')
  await page.getByLabel('Running text, in order').fill('answer, more')
  await page.getByLabel(/^Short facts/).fill('price: Prix\nsku')
  await page.getByText('There is none to show yet.').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('.mapping').first().getByText('more').waitFor()
  t.match((await app.profiles.get('cafe-etoile'))!.indexes.faq, {
    title: 'question', text: ['answer', 'more'], fields: { price: 'Prix', sku: 'sku' },
  })

  await page.getByRole('button', { name: 'Delete Café Étoile' }).click()
  await page.getByLabel(/^Type/).fill('cafe-etoile')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('heading', { name: 'Shop', level: 1 }).waitFor()
  t.equal(await app.profiles.get('cafe-etoile'), null)
  t.same(complaints, [])
})

t.test('usage is counted, and drawn', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t)
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  await page.getByRole('link', { name: 'Company' }).click()
  const usage = page.getByRole('region', { name: 'Usage' })
  await usage.getByText('1 question', { exact: true }).waitFor()
  await usage.locator('canvas').waitFor()
  await usage.getByText('No budget is set.').waitFor()
  t.same(complaints, [])
})

t.test('an id that is taken is no reason to lose what is there', { skip: noChromium }, async t => {
  const { page, app } = await openConsole(t)
  await page.getByRole('link', { name: 'Company' }).click()
  await page.getByRole('button', { name: 'New company' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Shop')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('alert').waitFor()
  t.equal((await app.profiles.get('shop'))!.indexes.faq!.title, 'question')
})

t.test('a key is shown once, and revoked', { skip: noChromium }, async t => {
  const { page, app, complaints } = await openConsole(t, { config: { KEY_CACHE_SECONDS: 0 } })
  await page.getByRole('link', { name: 'Company' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Addresses of the pages').fill('https://shop.example')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('This is the key. It is shown once.').waitFor()
  t.match(await page.locator('.result pre').innerText(), /^cau_site_\w{12}$/)
  const [key] = await app.keys.list('shop')
  t.match(key, { kind: 'site', origins: ['https://shop.example'], revokedAt: null })
  t.same(complaints, [])
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByLabel('Key', { exact: true }).waitFor()
  const admin = makeKey({ company: null, scopes: ['admin'] })
  await app.keys.create(admin.key)
  await page.getByLabel('Key', { exact: true }).fill(admin.text)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('This company has no key of its own.').waitFor()
  t.ok((await app.keys.find(key!.id))!.revokedAt)
})
