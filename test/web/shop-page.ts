// A shop's page on another origin, whose styles fight everything and whose policy allows only what the widget is told to need.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildWeb } from '../../scripts/web.mjs'
import { makeKey } from '../../src/keys/key.ts'
import { startTestApp, type TestApp, type TestOptions } from '../helper.ts'
import { openPage, watchComplaints } from './browser.ts'

export interface Shop extends TestApp {
  page: Page
  complaints: string[]
  /** Every address that the page asked for. */
  seen: string[]
}

interface ShopOptions extends TestOptions {
  window?: BrowserContextOptions
  /** More attributes of the script. */
  data?: string
  /** More of the page's own elements, and of its root. */
  body?: string
  html?: string
  /** A service without keys, which knows the page's origin from its settings. */
  keyless?: boolean
  /** The page's styles fight everything; as they come when false. */
  hostile?: boolean
}

const hostileStyles = `
  * { all: revert; font: 40px serif !important; color: red !important; position: static !important; display: block !important;
    transform: rotate(3deg); letter-spacing: 1em !important; z-index: -1 !important; width: 90% !important; margin: 50px !important }
  button, div, textarea, dialog { background: yellow !important; opacity: .1 !important; visibility: hidden !important }
  head, script, style, title, meta { display: none !important }`

/** Waits for the end of the newest answer: with it, the answer is drawn again, and its sources and thumbs appear. */
export async function answerEnds (page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Helpful', exact: true }).last().waitFor()
}

/** Starts the service and the shop, and opens the shop's page. */
export async function openShop (t: Test, options: ShopOptions = {}): Promise<Shop> {
  const { window = {}, data = '', body = '', html = 'lang="en"', keyless = false, hostile = true, config = {}, ...rest } = options
  await buildWeb()
  let document = ''
  let headers = {}
  const server = createServer((request, response) => {
    if (request.url === '/hostile.css') response.writeHead(200, { 'content-type': 'text/css' }).end(hostileStyles)
    else if (request.url === '/plain.css') response.writeHead(200, { 'content-type': 'text/css' }).end('body { margin: 40px }')
    else if (request.url?.startsWith('/favicon')) response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(document)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const origins = keyless ? { CORS_ORIGINS: origin } : {}
  const started = await startTestApp(t, { ...rest, config: { KEY_CACHE_SECONDS: 0, ...origins, ...config } })
  let who = 'data-company="shop"'
  if (!keyless) {
    const { key, text } = makeKey({ kind: 'site', company: 'shop', scopes: ['chat'], origins: [origin] })
    await started.app.keys.create(key)
    who = `data-site="${text}"`
  }
  headers = {
    'content-security-policy': `default-src 'none'; script-src ${started.url}; connect-src ${started.url}; style-src 'self'; ` +
      "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  }
  document = `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Tents</title>
    <link rel="stylesheet" href="/${hostile ? 'hostile' : 'plain'}.css">
    <meta name="viewport" content="width=device-width">
    <script src="${started.url}/widget.js" ${who} ${data} async></script></head>
    <body><main><h1>Tents for two</h1><p>All our tents.</p>${body}</main></body></html>`
  const page = await openPage(t, window)
  const complaints = watchComplaints(page)
  const seen: string[] = []
  page.on('request', request => seen.push(`${request.method()} ${request.url().replace(started.url, '')}`))
  await page.goto(origin)
  return { ...started, page, complaints, seen }
}
