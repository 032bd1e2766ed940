// The console's files: small, cacheable for ever by name, alone in their page, and the same under a path.
import { createServer, request as forward, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import type { Route } from 'playwright-core'
import t from 'tap'
import { buildWeb } from '../../scripts/web.mjs'
import { buildTestApp, startTestApp } from '../helper.ts'
import { goTo, noChromium, openPage, overflowOf, violationsOf, watchComplaints } from './browser.ts'

/** What the first page may cost on its way, in bytes, compressed. */
const maxFirstLoad = 90_000

/** Returns the files that the page names. */
const filesOf = (html: string) => [...html.matchAll(/(?:src|href)="(console\/[^"]+)"/g)].map(([, path]) => path!)

t.test('is built once, until a source changes', async t => {
  await buildWeb()
  t.equal(await buildWeb(), false)
})

t.test('the first load is small', async t => {
  await buildWeb()
  const { app } = await buildTestApp(t)
  const page = await app.inject('/')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-type'], 'text/html')
  const files = filesOf(page.body)
  const names = files.map(file => file.replace(/-[A-Z0-9]{8}\./, '.')).sort()
  t.same(names, ['console/console-style.css', 'console/console.js', 'console/icon.svg'])
  let bytes = gzipSync(page.body).length
  // The parts that a script imports come with it.
  const loaded = new Set(files)
  for (const file of loaded) {
    const response = await app.inject({ url: `/${file}`, headers: { 'accept-encoding': 'gzip' } })
    t.equal(response.headers['content-encoding'], 'gzip', file)
    const text = gunzipSync(response.rawPayload).toString()
    t.ok(Buffer.byteLength(text) > response.rawPayload.length)
    bytes += response.rawPayload.length
    for (const [, part] of text.matchAll(/(?<![\w$])(?:from|import)"\.\/([\w-]+\.js)"/g)) loaded.add(`console/${part!}`)
  }
  t.ok(loaded.size > files.length)
  t.comment(`${bytes} bytes`)
  t.ok(bytes <= maxFirstLoad, `${bytes} bytes`)
})

t.test('its scripts say where the licences of the packages in them are', async t => {
  const { app } = await buildTestApp(t)
  const script = filesOf((await app.inject('/')).body).find(file => file.endsWith('.js'))!
  const [panel] = /panel-[A-Z0-9]{8}\.js/.exec((await app.inject('/widget.js')).body)!
  for (const file of [`/${script}`, `/widget/${panel}`]) {
    const [, path] = /^\/\*! Licences: (\/console\/licences-[A-F0-9]{8}\.txt) \*\//.exec((await app.inject(file)).body) ?? []
    const licences = await app.inject(path!)
    t.match(licences.headers['content-type'], 'text/plain')
    const names = [...licences.body.matchAll(/^(\S+) \d+\.[\d.]+: /gm)].map(([, name]) => name!)
    for (const name of ['preact', 'dompurify', 'marked', 'eventsource-parser']) t.ok(names.includes(name), name)
    t.match(licences.body, /Permission is hereby granted/)
  }
})

t.test('its page may load its own files and nothing else', async t => {
  const { app } = await buildTestApp(t)
  const { headers, body } = await app.inject('/')
  const policy = String(headers['content-security-policy'])
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
    t.ok(policy.split('; ').includes(rule), rule)
  }
  t.notMatch(policy, 'unsafe')
  t.match(headers, { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' })
  t.notMatch(body, /<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//, 'no inline script or style, no other host')
})

t.test('files are kept for a year, the page is asked for each time', async t => {
  const { app } = await buildTestApp(t)
  const page = await app.inject('/')
  t.equal(page.headers['cache-control'], 'no-cache')
  const again = await app.inject({ url: '/', headers: { 'if-none-match': String(page.headers.etag) } })
  t.equal(again.statusCode, 304)
  for (const file of filesOf(page.body)) {
    const { statusCode, headers } = await app.inject(`/${file}`)
    t.equal(statusCode, 200)
    t.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
  }
  for (const path of ['/console/nothing-AAAAAAAA.js', '/console/..%2findex.html', '/console/index.html', '/console/console.js']) {
    t.match((await app.inject(path)).json(), { statusCode: 404, code: 'NOT_FOUND' }, path)
  }
})

t.test('works under a path of a proxy, and asks no other host', { skip: noChromium }, async t => {
  const { url } = await startTestApp(t)
  const seen: string[] = []
  const proxy = createServer((incoming, outgoing) => {
    if (!incoming.url!.startsWith('/help/desk/')) return outgoing.writeHead(404).end()
    const headers = { ...incoming.headers, host: new URL(url).host, origin: url }
    const address = url + incoming.url!.slice('/help/desk'.length)
    const onward = forward(address, { method: incoming.method, headers }, (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => { proxy.closeAllConnections(); proxy.close() })
  const page = await openPage(t)
  const complaints = watchComplaints(page)
  page.on('request', request => seen.push(request.url()))
  const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/help/desk/`
  await page.goto(base)
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  await goTo(page, 'Documents')
  await page.locator('.document').first().waitFor()
  t.same(seen.filter(address => !address.startsWith(base)), [])
  t.same(complaints, [])
})

t.test('says that it is opening until its script has come', { skip: noChromium }, async t => {
  const { url } = await startTestApp(t)
  const page = await openPage(t)
  const complaints = watchComplaints(page)
  const held: Route[] = []
  await page.route(/\/console\/console-[A-Z0-9]+\.js$/, route => { held.push(route) })
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByText('Opening the console…').waitFor()
  const hint = page.getByText('It takes longer than usual.')
  // With its styles.
  await page.waitForFunction(() => document.querySelector('.opening-slow')!.getAnimations().length > 0)
  t.equal(await hint.evaluate(node => node.getAnimations()[0]!.effect!.getTiming().delay), 8000, 'the hint comes later')
  t.same(await violationsOf(page), [])
  t.ok(await hint.isVisible(), 'as if time had passed')
  t.equal(await overflowOf(page), 0)
  await Promise.all(held.map(route => route.continue()))
  await page.getByLabel('Your question').waitFor()
  t.equal(await page.getByText('Opening the console…').count(), 0)
  t.same(complaints, [])
})

t.test('says what to do where scripts are off', { skip: noChromium }, async t => {
  const { url } = await startTestApp(t)
  const page = await openPage(t, { javaScriptEnabled: false })
  await page.goto(url)
  t.notOk(await page.getByText('Opening the console…').isVisible())
  // Chromium, told so by its debugger, hides what stands for missing scripts too.
  t.match(await (await fetch(url)).text(), /<noscript><p>The console needs JavaScript\. Without it, ask with curl: <a href="docs">/)
})

t.test('works under BASE_PATH, with and without the slash at its end', { skip: noChromium }, async t => {
  const { url } = await startTestApp(t, { config: { BASE_PATH: '/assistant' } })
  const page = await openPage(t)
  const complaints = watchComplaints(page)
  await page.goto(`${url}/assistant`)
  t.equal(page.url(), `${url}/assistant/`)
  await page.getByLabel('Your question').fill('How long does delivery take?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  t.same(complaints, [])
})

t.test('esbuild, preact and the like are no part of what the service needs to run', async t => {
  const { dependencies } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  t.same(['esbuild', 'preact', '@preact/signals', 'dompurify', 'playwright-core', 'axe-core'].filter(name => name in dependencies), [])
})
