// The widget in Chromium on a page of another origin: from Enter to the first words on the screen, without a language model.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { buildWeb } from '../scripts/web.mjs'
import { quantile, median, type Figure } from './figures.ts'
import { startChild } from './processes.ts'
import { goldenQuestions, profileFlags, settings, type Options } from './stack.ts'

const company = 'fjord-outdoor'

export async function widget (options: Options): Promise<Figure[]> {
  await buildWeb()
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  let html = ''
  const site = createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end(html) }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const { LLM_URL, LLM_MODEL, ...without } = settings(dir, '', { CORS_ORIGINS: origin }) as Record<string, unknown>
  const server = await startChild('server.ts', without, profileFlags(options))
  const service = `http://127.0.0.1:${server.port}`
  html = `<!doctype html><title>Bench</title><h1>Bench</h1><script src="${service}/widget.js" data-company="${company}" async></script>`
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await page.getByRole('button', { name: 'Ask a question' }).click()
    await page.getByRole('textbox').waitFor()
    const questions = (await goldenQuestions()).filter(({ company_id: id }) => id === company).map(({ message }) => message)
    const ms: number[] = []
    for (const [i, question] of questions.slice(0, options.quick ? 20 : 80).entries()) {
      const taken = await askInPage(page, question)
      // The first ones warm up what every process warms up once.
      if (i >= 5) ms.push(taken)
    }
    return [
      { name: 'Enter to the first words, p50', unit: 'ms', value: median(ms), note: `${ms.length} questions, each for the first time` },
      { name: 'Enter to the first words, p95', unit: 'ms', value: quantile(ms, 0.95) },
    ]
  } finally {
    await browser.close()
    site.close()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Types a question, and returns the time from Enter to the frame that shows the first words of its answer. */
async function askInPage (page: Page, question: string): Promise<number> {
  await page.getByRole('textbox').fill(question)
  const taken = await page.evaluate(() => new Promise<number>(resolve => {
    const { document, MutationObserver, KeyboardEvent, requestAnimationFrame } = globalThis as any
    const root = document.querySelector('causerie-chat').shadowRoot
    const before = root.querySelectorAll('.turn').length
    const over = new Promise(resolve => document.addEventListener('causerie:answer', resolve, { once: true }))
    const began = performance.now()
    const observer = new MutationObserver(() => {
      const turns = root.querySelectorAll('.turn')
      if (turns.length < Math.min(before + 1, 40) || turns[turns.length - 1].querySelector('.answer').textContent === '') return
      observer.disconnect()
      requestAnimationFrame(() => {
        const taken = performance.now() - began
        over.then(() => resolve(taken))
      })
    })
    observer.observe(root, { childList: true, subtree: true, characterData: true })
    root.querySelector('.field').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  }))
  assert.ok(await page.locator('.turn .answer').last().innerText() !== '')
  return taken
}
