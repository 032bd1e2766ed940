// Takes the screenshots of the documentation, from a service that runs with the sample companies.
import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'

const help = `Usage: node scripts/screenshots.ts [--url URL] [--shop URL] [--out DIR]

Takes the screenshots of docs/images. Start first: npm start, and node examples/shop/start.mjs for the widget.

  --url URL   the service; http://127.0.0.1:8002 when absent
  --shop URL  the page with the widget; left out when absent
  --out DIR   docs/images when absent
`

const { values: { help: wantsHelp, url = 'http://127.0.0.1:8002', shop, out = 'docs/images' } } = parseArgs({
  options: { help: { type: 'boolean' }, url: { type: 'string' }, shop: { type: 'string' }, out: { type: 'string' } },
})

const question = 'How can I track my parcel?'

const pages: Record<string, (page: Page) => Promise<void>> = {
  console: async page => {
    await page.goto(url)
    await page.getByLabel('Your question').fill(question)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Regenerate' }).waitFor()
    await page.locator('.inspector .candidate').first().waitFor()
  },
  'console-answers': async page => {
    await page.goto(`${url}/#/answers`)
    await page.locator('.row-open').first().waitFor()
  },
  'console-usage': async page => {
    await page.goto(`${url}/#/company/usage`)
    await page.getByText('The last 30 days').waitFor()
  },
  'console-documents': async page => {
    await page.goto(`${url}/#/documents`)
    await page.locator('.document').first().waitFor()
  },
  'console-gaps': async page => {
    await page.goto(`${url}/#/gaps`)
    await page.locator('.row-open').first().click()
    await page.getByLabel('Answer', { exact: true }).waitFor()
  },
  'console-feedback': async page => {
    await page.goto(`${url}/#/feedback`)
    await page.locator('.rated').first().waitFor()
  },
  'console-evaluation': async page => {
    await page.goto(`${url}/#/evaluation`)
    await page.locator('.row-open').first().waitFor()
  },
  'console-company': async page => {
    await page.goto(`${url}/#/company`)
    await page.getByText('How documents are read').waitFor()
  },
  'console-install': async page => {
    await page.goto(`${url}/#/install`)
    await page.getByRole('button', { name: 'Ask a question' }).click()
    await page.getByRole('dialog', { name: 'Ask us' }).waitFor()
  },
  'console-health': async page => {
    await page.goto(`${url}/#/health`)
    await page.getByText('What is kept').waitFor()
  },
  'docs-page': async page => {
    await page.goto(`${url}/docs/`)
    await page.getByText('Ask a question', { exact: true }).waitFor()
  },
  ...(shop === undefined
    ? {}
    : {
        widget: async (page: Page) => {
          await page.goto(shop)
          await page.getByRole('link', { name: 'Ask us anything' }).click()
          await page.getByLabel('Your question').fill(question)
          await page.keyboard.press('Enter')
          await page.locator('.source').first().waitFor()
        },
      }),
}

/** What a phone shows: side by side in one picture. */
const onPhone: [scheme: 'light' | 'dark', reach: (page: Page) => Promise<void>][] = [
  ['light', pages['console-documents']!],
  ['dark', async page => {
    await page.goto(url)
    await page.getByLabel('Your question').fill(question)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Regenerate' }).waitFor()
    await page.locator('.cite').first().click()
    await page.locator('dialog mark').first().waitFor()
  }],
  ['light', async page => {
    await pages['console-usage']!(page)
    await page.getByRole('button', { name: 'More' }).click()
  }],
]

async function shootPhone (browser: Browser): Promise<void> {
  const taken: string[] = []
  for (const [colorScheme, reach] of onPhone) {
    const page = await browser.newPage({ viewport: { width: 390, height: 760 }, colorScheme, reducedMotion: 'reduce', isMobile: true })
    await reach(page)
    await page.waitForLoadState('networkidle')
    taken.push((await page.screenshot()).toString('base64'))
    await page.close()
  }
  const page = await browser.newPage({ viewport: { width: 1012, height: 646 } })
  await page.setContent(`<body style="display: flex; gap: 19px; margin: 19px; background: #f0efe9">${
    taken.map(image => `<img width="312" height="608" src="data:image/png;base64,${image}">`).join('')}`)
  await page.screenshot({ path: `${out}/console-phone.png` })
  console.log(`${out}/console-phone.png`)
}

if (wantsHelp) console.log(help)
else {
  await mkdir(out, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  for (const [name, reach] of Object.entries(pages)) {
    const viewport = name === 'widget' ? { width: 960, height: 640 } : { width: name === 'console' ? 1240 : 1100, height: 700 }
    const page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
    await reach(page)
    // What is loaded late, such as curves, is drawn by then.
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: `${out}/${name}.png` })
    console.log(`${out}/${name}.png`)
    await page.close()
  }
  await shootPhone(browser)
  await browser.close()
}
