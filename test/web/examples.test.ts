// The examples, each started by its one command, in a browser.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { buildWeb } from '../../scripts/web.mjs'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { firstLine } from '../fixtures/first-line.ts'
import { freePort } from '../fixtures/free-port.ts'
import { samples, startTestApp, temporaryFolder } from '../helper.ts'
import { noChromium, openPage, violationsOf, watchComplaints } from './browser.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const installMs = 120_000
const question = 'How can I track my parcel?'

/** Starts the service for an example, the example itself, and opens its page. */
async function openExample (t: Test, name: string, dir = examples) {
  await buildWeb()
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const service = await startTestApp(t, { config: { SAMPLES_DIR: samples, CORS_ORIGINS: origin, KEY_CACHE_SECONDS: 0 } })
  const child = spawn(process.execPath, [join(dir, name, 'start.mjs')], {
    env: { ...process.env, CAUSERIE_URL: service.url, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(async () => {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  let said = ''
  for await (const part of child.stdout) if (/is open/.test(said += part)) break
  const page = await openPage(t)
  const complaints = watchComplaints(page)
  await page.goto(origin)
  return { ...service, page, complaints }
}

t.test('the shop: one script tag, under a strict policy', { skip: noChromium }, async t => {
  const { page, complaints } = await openExample(t, 'shop')
  await page.getByRole('link', { name: 'Ask us anything' }).click()
  await page.getByRole('dialog', { name: 'Ask Fjord Outdoor' }).waitFor()
  await page.getByRole('button', { name: question }).waitFor()
  await page.getByLabel('Your question').fill(question)
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: question }).locator('.source').first().waitFor()
  t.same(await violationsOf(page), [])
  t.same(complaints, [])
})

t.test('the back end: a token for each user, and the browser asks by itself', { skip: noChromium }, async t => {
  const { page, app, url, complaints } = await openExample(t, 'backend')
  await page.getByLabel('Your question').fill(question)
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.locator('#sources li').first().waitFor()
  await page.waitForFunction(() => document.querySelector('#answer').textContent.length > 20)
  t.equal((await app.keys.list('fjord-outdoor'))[0]!.kind, 'signing')
  const numbers = await page.locator('#sources li').evaluateAll((items: any[]) => items.map(({ value }) => value))
  const cited = [...(await page.locator('#answer').innerText()).matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n))
  t.same(numbers, [...new Set(cited)].sort(), 'the sources that the answer cites')
  t.equal((await fetch(`${url}/v1/access`)).status, 401, 'the service is closed now')
  await page.getByLabel('Logged in as').selectOption('grace')
  await page.getByLabel('Your question').fill(question)
  const asked = page.waitForRequest(/\/chat$/)
  await page.getByRole('button', { name: 'Ask' }).click()
  const [, claims] = (await (await asked).allHeaders()).authorization!.split('.')
  t.match(JSON.parse(Buffer.from(claims!, 'base64url').toString()), { sub: 'grace', groups: ['customers', 'staff'] })
  await page.locator('#sources li').first().waitFor()
  t.same(await violationsOf(page), [])
  t.same(complaints, [])
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  t.test(`a service that an example has started ends with it: ${signal}`, async t => {
    const port = await freePort()
    const child = spawn(process.execPath, [join(examples, 'shop', 'start.mjs')], {
      env: {
        ...childEnvironment, PORT: String(port), TMPDIR: await temporaryFolder(t), EMBEDDING_MODELS: 'none/none', MODELS_HUB_URL: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    t.teardown(() => child.kill())
    child.stderr.pipe(process.stderr)
    // The service writes to the same pipe, which is closed when both have ended.
    const bothEnd = once(child, 'close')
    t.match(await firstLine(child), /is open/)
    const [, url] = /src="(http:[^"]+)\/widget\.js"/.exec(await (await fetch(`http://127.0.0.1:${port}`)).text())!
    t.equal((await fetch(`${url}/health`)).status, 200)
    child.kill(signal)
    await bothEnd
  })
}

t.test('the back end needs a key of the right kind', async t => {
  const { createTokens } = await import(`${examples}/backend/tokens.mjs`)
  t.throws(() => createTokens(makeKey({ company: 'shop', scopes: ['chat'] }).text), /--kind signing/)
})

t.test('the React app: useChat as it is', { skip: noChromium }, async t => {
  const dir = await temporaryFolder(t)
  cpSync(examples, dir, { recursive: true, filter: path => !path.includes('node_modules') })
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: join(dir, 'react'), timeout: installMs, encoding: 'utf8',
  })
  if (install.status !== 0) {
    // A lock file that no longer fits is the example's own fault.
    t.notMatch(install.stderr, /EUSAGE/)
    console.error(`NOT TESTED: the packages of examples/react cannot be installed: ${install.stderr ?? install.error}`)
    return
  }
  const { page, complaints } = await openExample(t, 'react', dir)
  // Its packages are made ready for the browser at the first visit.
  await page.getByLabel('Your question').fill(question, { timeout: 180_000 })
  await page.keyboard.press('Enter')
  await page.locator('article ol a').first().waitFor()
  t.match(await page.locator('article.user').innerText(), question)
  t.same(await violationsOf(page), [])
  // The question is kept at once, the answer when it has ended.
  await page.waitForFunction(() => JSON.parse(window.sessionStorage.getItem('messages')).length === 2)
  await page.reload()
  await page.locator('article ol a').first().waitFor()
  t.match(await page.locator('article.user').innerText(), question, 'a reload shows the conversation again')
  t.same(complaints, [])
})
