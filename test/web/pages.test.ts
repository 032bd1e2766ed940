// Every page and state of the console: for screen readers (axe), in light and dark, on a phone, and without motion.
import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { askJson } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { goTo, noChromium, openConsole, overflowOf, phone, violationsOf, watchComplaints, type Console } from './browser.ts'

async function ask (page: Page, question = 'How long does delivery take?'): Promise<void> {
  await page.getByLabel('Your question').fill(question)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Regenerate' }).last().waitFor()
}

/** Each state: its name, how to get there, and what shows that it is there. */
const states: [name: string, reach: (opened: Console) => Promise<void>][] = [
  ['ask, empty', async ({ page }) => page.getByLabel('Your question').waitFor()],
  ['ask, options', async ({ page }) => {
    await page.getByRole('button', { name: 'Where to search' }).click()
    await page.getByText('Search only in').waitFor()
  }],
  ['ask, answered', async ({ page }) => {
    await ask(page)
    const inspect = page.getByRole('button', { name: 'Inspect', exact: true })
    // On a wide page it is open.
    if (await inspect.getAttribute('aria-pressed') === 'false') await inspect.click()
    await page.getByText('What the model was sent').waitFor()
    await page.locator('.candidate summary').first().click()
  }],
  ['ask, passage', async ({ page }) => {
    await ask(page, 'What is the price of the gas stove?')
    await page.locator('.sources button').first().click()
    await page.locator('dialog dt mark').first().waitFor()
  }],
  ['documents', async ({ page }) => {
    await goTo(page, 'Documents')
    await page.locator('.document').first().waitFor()
  }],
  ['documents, one', async ({ page }) => {
    await goTo(page, 'Documents')
    await page.locator('.document-open').first().click()
    await page.locator('.chunks li').first().waitFor()
  }],
  ['documents, removal', async ({ page }) => {
    await goTo(page, 'Documents')
    await page.getByRole('button', { name: /^Remove/ }).first().click()
    await page.getByRole('dialog').waitFor()
  }],
  ['gaps', async ({ page }) => {
    await ask(page)
    await page.getByRole('button', { name: 'Bad answer' }).click()
    await page.getByRole('button', { name: 'Bad answer', pressed: true }).waitFor()
    await goTo(page, 'Gaps')
    await page.locator('.row-open').waitFor()
  }],
  ['gap', async ({ page }) => {
    await goTo(page, 'Gaps')
    await page.locator('.row-open').click()
    await page.getByLabel('Answer', { exact: true }).waitFor()
  }],
  ['feedback', async ({ page }) => {
    await ask(page)
    await page.getByRole('button', { name: 'Good answer' }).click()
    await page.getByRole('button', { name: 'Good answer', pressed: true }).waitFor()
    await goTo(page, 'Feedback')
    await page.locator('.rated summary').first().click()
  }],
  ['company', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByText('How documents are read').waitFor()
  }],
  ['company, profile', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByLabel('Prompt', { exact: true }).waitFor()
  }],
  ['company, mapping', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByRole('button', { name: 'Change how faq is read' }).click()
    await page.locator('.preview').waitFor()
  }],
  ['company, new', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByRole('button', { name: 'New company' }).click()
    await page.getByLabel('Id, in addresses and keys').waitFor()
  }],
  ['company, website', async ({ page }) => {
    const site = {
      id: 'AAAAAAAAAAAA', kind: 'site', scopes: ['chat'], origins: ['https://shop.example'], name: '',
      created_at: '2026-01-01T00:00:00.000Z', expires_at: null, revoked_at: null,
    }
    // A real one would close the service.
    await page.route('**/keys', route => route.fulfill({ json: { data: [site], next: null } }))
    await goTo(page, 'Company')
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('button', { name: 'Change https://shop.example' }).click()
    await page.getByLabel('Addresses of the pages').waitFor()
  }],
  ['company, key', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Server').waitFor()
  }],
  ['company, usage', async ({ page }) => {
    await ask(page)
    await goTo(page, 'Company')
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.locator('.curve canvas').first().waitFor()
  }],
  ['company, budget', async ({ page }) => {
    await goTo(page, 'Company')
    await page.getByRole('link', { name: 'Usage' }).click()
    // Within its card: the profile, which is there until the usage has been read, has buttons of these names too.
    await page.getByRole('region', { name: 'Budget' }).getByRole('button', { name: /budget|Change/ }).click()
    await page.getByRole('group', { name: 'The whole company' }).waitFor()
  }],
  ['company, changes', async ({ page, app }) => {
    await app.audit.add({ company: 'shop', action: 'document.delete', target: 'faq/x', key: null, by: null }, Date.now())
    await goTo(page, 'Company')
    await page.getByRole('link', { name: 'Changes' }).click()
    await page.locator('.log-row').first().waitFor()
  }],
  ['answers', async ({ page, url }) => {
    const body = { company_id: 'shop', question: 'Do you wrap gifts?', answer: 'Yes, for 3 €.', variants: ['Gift wrapping?'] }
    t.equal((await askJson(url, body, { path: '/v1/curated' })).status, 201)
    await goTo(page, 'Answers')
    await page.getByRole('button', { name: 'Do you wrap gifts?' }).first().waitFor()
  }],
  ['answer', async ({ page }) => {
    await goTo(page, 'Answers')
    await page.getByRole('button', { name: 'Do you wrap gifts?' }).first().click()
    await page.getByRole('dialog').getByLabel('Answer', { exact: true }).waitFor()
  }],
  ['install, widget', async ({ page }) => {
    await goTo(page, 'Install')
    await page.getByLabel('Title', { exact: true }).fill('Ask the shop')
  }],
  ['install', async ({ page }) => {
    await goTo(page, 'Install')
    await page.getByRole('tab', { name: 'OpenAI client' }).click()
  }],
  ['health', async ({ page }) => {
    await ask(page)
    await goTo(page, 'Health')
    await page.getByText('What is kept').waitFor()
    await page.locator('.curve canvas').first().waitFor()
  }],
  // The last one, since the browser complains about it too.
  ['ask, error', async ({ page }) => {
    const json = { statusCode: 503, code: 'OVERLOADED', message: 'Too many answers are running. Try again in a moment.' }
    await page.route('**/chat', route => route.fulfill({ status: 503, json }))
    await page.getByLabel('Your question').fill('Delivery?')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
  }],
]

const make = (t: Test, window: object) => openConsole(t, {
  model: fakeModel(['It takes **two** working days [1]. On islands four [1].']), window, config: { KEY_CACHE_SECONDS: 0 },
})

const schemes = ['light', 'dark'] as const

for (const [width, size] of [['desktop', {}], ['phone', phone]] as const) {
  t.test(`${width}, ${schemes.join(' and ')}: no violations, and nothing to scroll sideways`, { skip: noChromium }, async t => {
    const { page: first, ...service } = await make(t, size)
    for (const [n, [name, reach]] of states.entries()) {
      // Each in a tab of its own, which has asked nothing yet, and is reached in either colours.
      const page = await first.context().newPage()
      const complaints = watchComplaints(page)
      const ordered = n % 2 === 0 ? schemes : schemes.toReversed()
      await page.emulateMedia({ colorScheme: ordered[0]! })
      await page.goto(service.url)
      await reach({ ...service, page, complaints })
      for (const colorScheme of ordered) {
        await page.emulateMedia({ colorScheme })
        t.same(await violationsOf(page), [], `${name}, ${colorScheme}`)
        t.ok(await overflowOf(page) <= 0, `${name}, ${colorScheme}: as wide as the window`)
      }
      if (name !== states.at(-1)![0]) t.same(complaints, [], name)
      await page.close()
    }
  })
}

for (const width of [360, 390]) {
  t.test(`all pages can be reached on ${width} pixels, whole and beside each other`, { skip: noChromium }, async t => {
    const { page } = await make(t, { ...phone, viewport: { width, height: 800 } })
    const navigation = page.getByRole('navigation', { name: 'Pages' })
    const more = navigation.getByRole('button', { name: 'More' })
    await more.waitFor()
    const boxes = await page.locator('.side nav > ul:first-child span, .nav-more span').evaluateAll((labels: any[]) => labels.map(label => {
      const { left, right } = label.getBoundingClientRect()
      return { left, right }
    }))
    t.ok(boxes[0]!.left >= 0 && boxes.at(-1)!.right <= width, JSON.stringify(boxes))
    for (const [i, { left }] of boxes.entries()) if (i > 0) t.ok(left >= boxes[i - 1]!.right, `${i}`)
    // By keyboard alone; Escape gives the focus back.
    await more.focus()
    await page.keyboard.press('Enter')
    const last = navigation.getByRole('link', { name: 'Health' })
    t.same(await violationsOf(page), [])
    await page.keyboard.press('Escape')
    await last.waitFor({ state: 'hidden' })
    await more.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    t.ok(await navigation.getByRole('link', { name: 'API' }).isVisible())
    await goTo(page, 'Health')
    await page.getByRole('heading', { name: 'Health', level: 1 }).waitFor()
    t.equal(await more.getAttribute('aria-expanded'), 'false')
  })
}

t.test('is whole at twice the size', { skip: noChromium }, async t => {
  const { page } = await make(t, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 })
  await ask(page)
  for (const name of ['Ask', 'Documents', 'Company', 'Install', 'Health']) {
    await goTo(page, name)
    await page.locator('main h1').waitFor({ state: 'attached' })
    t.ok(await overflowOf(page) <= 0, name)
  }
})

t.test('writes a language from the right from the right', { skip: noChromium }, async t => {
  const { page } = await openConsole(t, { model: fakeModel(['التوصيل خلال يومين [1].']) })
  await ask(page, 'كم يستغرق التوصيل؟ delivery')
  for (const part of ['.question', '.answer-text']) {
    t.equal(await page.locator(part).evaluate((element: any) => getComputedStyle(element).direction), 'rtl', part)
  }
})

t.test('holds a person who asks for it back from motion', { skip: noChromium }, async t => {
  const { page } = await make(t, { reducedMotion: 'reduce' })
  await ask(page)
  const longest = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('*')].map(element => {
    const { animationDuration, transitionDuration } = getComputedStyle(element)
    return Math.max(...`${animationDuration},${transitionDuration}`.split(',').map(text => parseFloat(text)))
  })))
  t.ok(longest < 0.001, `${longest} s`)
})

t.test('asks for a key, keeps it out of the address, and shows what it may see', { skip: noChromium }, async t => {
  const opened = await make(t, {})
  const { page, app, url } = opened
  const keyed = async (company: string | null, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return text
  }
  const asking = await keyed('shop', 'chat')
  await page.reload()
  const field = page.getByLabel('Key', { exact: true })
  await field.waitFor()
  t.same(await violationsOf(page), [])
  await field.fill('cau_wrong')
  await page.keyboard.press('Enter')
  await page.getByText('This key does not work').waitFor()
  await page.getByLabel('Key', { exact: true }).fill(asking)
  await page.keyboard.press('Enter')
  await page.getByLabel('Your question').waitFor()
  t.notOk(page.url().includes('cau_'))
  t.equal(page.url(), `${url}/`)
  t.same(await page.getByRole('navigation').getByRole('link').allInnerTexts(), ['Ask', 'Install', 'Health'])
  await ask(page)
  await page.getByRole('complementary').getByText('scope “write”').waitFor()
  await page.reload()
  await page.getByLabel('Your question').waitFor()
  await page.getByRole('button', { name: 'Forget the key' }).click()
  await page.getByLabel('Key', { exact: true }).waitFor()
  await page.getByLabel('Key', { exact: true }).fill(await keyed(null, 'admin'))
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Documents' }).waitFor()
  t.equal(await page.getByRole('article').count(), 0, 'the conversation went with the key')
})

t.test('asks for a key as soon as one is needed, and keeps the conversation', { skip: noChromium }, async t => {
  const { page, app } = await make(t, {})
  await ask(page)
  const { key, text } = makeKey({ company: null, scopes: ['admin'] })
  await app.keys.create(key)
  await page.getByLabel('Your question').fill('Can I return a tent?')
  await page.keyboard.press('Enter')
  await page.getByLabel('Key', { exact: true }).fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'How long does delivery take?' }).waitFor()
})

t.test('says that the service is away', { skip: noChromium }, async t => {
  const { page } = await make(t, {})
  await page.route('**/v1/access', route => route.abort())
  await page.reload()
  const alert = page.getByRole('alert')
  t.match(await alert.innerText(), /cannot be reached/)
  t.same(await violationsOf(page), [])
  await page.unroute('**/v1/access')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByLabel('Your question').waitFor()
})
