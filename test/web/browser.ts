// A real Chromium on the console of a service that a test started.
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildWeb } from '../../scripts/web.mjs'
import { startTestApp, type TestApp, type TestOptions } from '../helper.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** The reason to skip the tests with a browser; false when they can run. In CI they must run. */
export const noChromium: string | false = (() => {
  if (spawnSync(executablePath, ['--version']).status === 0) return false
  const reason = 'NOT TESTED: chromium is not installed (apt-get install chromium, or CHROMIUM_PATH)'
  if (process.env.CI) throw new Error(reason)
  console.error(reason)
  return reason
})()

/** The window of a phone. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** Waits are generous: a loaded machine must not fail a test. */
const patienceMs = 40_000

export interface Console extends TestApp {
  page: Page
  /** Everything that the page or its console complained about. */
  complaints: string[]
}

/** One browser for all tests of a process; it ends soon after the last window is closed, or the process would wait for it. */
let browser: Promise<Browser> | undefined
let windows = 0
let closing: NodeJS.Timeout | undefined
const closeAfterMs = 1000

/** Starts the service, and opens its console in a window of its own. */
export async function openConsole (
  t: Test, { window = {}, path = '/', ...options }: TestOptions & { window?: BrowserContextOptions, path?: string } = {}
): Promise<Console> {
  await buildWeb()
  const started = await startTestApp(t, options)
  const page = await openPage(t, window)
  const complaints = watchComplaints(page)
  await page.goto(started.url + path)
  return { ...started, page, complaints }
}

export async function openPage (t: Test, options: BrowserContextOptions = {}): Promise<Page> {
  // Debian's Chromium has no sandbox for root, as whom CI runs. The machine's memory may not be in /dev/shm.
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'], timeout: patienceMs })
  windows++
  clearTimeout(closing)
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options })
  t.teardown(async () => {
    await context.close()
    if (--windows > 0) return
    closing = setTimeout(async () => {
      const ended = browser
      browser = undefined
      await (await ended)?.close()
    }, closeAfterMs)
  })
  context.setDefaultTimeout(patienceMs)
  return context.newPage()
}

/** Opens a page of the console as a person does: on a phone, some are behind a button. */
export async function goTo (page: Page, name: string): Promise<void> {
  const pages = page.getByRole('navigation', { name: 'Pages' })
  const link = pages.getByRole('link', { name, exact: true })
  await pages.getByRole('link').first().waitFor()
  if (!await link.isVisible()) await pages.getByRole('button', { name: 'More' }).click()
  await link.click()
  // What the page before shows may look like what the next one will: its link, which a phone may hide, says which one is there.
  await page.locator('nav a[aria-current=page]', { hasText: new RegExp(`^${name}$`) }).waitFor({ state: 'attached' })
  await page.locator('main h1').waitFor({ state: 'attached' })
}

/** Collects errors of scripts, refused resources, and lines of the console that are errors. */
export function watchComplaints (page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
  return complaints
}

interface Violation { id: string, nodes: { html: string, failureSummary?: string }[] }

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Returns axe's violations: the rule, and the elements. */
export async function violationsOf (page: Page): Promise<string[]> {
  // Colours on their way are none to judge: from now on nothing moves, also what comes while axe looks at the page. What moves
  // already is ended; what is within shadow roots does not stand in the document's own list.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(() => {
    const roots = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }: any) => shadowRoot ?? [])
    for (const animation of [document, ...roots].flatMap(root => root.getAnimations())) {
      if (animation.effect.getTiming().iterations === Infinity) animation.cancel()
      else animation.finish()
    }
  })
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { violations } = await window.axe.run() as { violations: Violation[] }
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`))
  })
}

/** Returns by how many pixels the page is wider than its window. */
export function overflowOf (page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}
