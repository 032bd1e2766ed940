// The page of an evaluation: works from a file, in light and dark, on a phone, and reads well for everybody.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import type { EvalCase, Observed } from '../../src/evaluation/case.ts'
import { compareRuns } from '../../src/evaluation/compare-runs.ts'
import { judgeCase } from '../../src/evaluation/judge-case.ts'
import { random } from '../../src/evaluation/random.ts'
import { reportHtml } from '../../src/evaluation/report-html.ts'
import { makeReport, type Report } from '../../src/evaluation/report.ts'
import { temporaryFolder } from '../helper.ts'
import { noChromium, openPage, overflowOf, violationsOf, watchComplaints } from './browser.ts'

const ids = ['faq/delivery', 'faq/returns', 'products/tent', 'products/stove', 'pages/terms.pdf/3', 'pages/islands.md']

function reportOf (seed: number): Report {
  const next = random(seed)
  const outcomes = Array.from({ length: 60 }, (_, i) => {
    const one: EvalCase = {
      id: `q${i}`, question: `How long does delivery to island number ${i} take, and what does it cost?`, answers: [`${i} days`],
      sources: ['faq/delivery'], answerable: i % 6 > 0, required: i === 1, group: i % 2 === 0 ? 'delivery' : 'costs',
    }
    const passages = [...ids].sort(() => next() - 0.6).map(id => ({ id, title: id, url: '', text: '', contradicts: false }))
    const observed: Observed = {
      answer: next() < 0.7 ? `It takes ${i} days [1].` : 'It takes 400 days [1].', refused: next() < 0.3, answeredBy: 'extractive',
      cited: [0], given: passages, found: passages, ms: 5 + 40 * next(), tokens: 0,
    }
    return judgeCase(one, observed)
  })
  return makeReport({ set: 'islands.csv', company: 'shop', service: 'http://127.0.0.1:8002', madeAt: new Date(0), totalMs: 900 }, outcomes)
}

async function open (t: Test, options: Parameters<typeof openPage>[1]) {
  const dir = await temporaryFolder(t)
  const now = reportOf(2)
  const html = await reportHtml(now, compareRuns(reportOf(1), now), ['The required case q1 failed: How long?'])
  await writeFile(join(dir, 'report.html'), html)
  const page = await openPage(t, options)
  const complaints = watchComplaints(page)
  await page.goto(pathToFileURL(join(dir, 'report.html')).href)
  await page.waitForSelector('#by-rank canvas')
  return { page, complaints }
}

const windows = {
  'a desk, light': {}, 'a desk, dark': { colorScheme: 'dark' as const },
  'a phone': { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const },
}

t.test('the page of an evaluation', { skip: noChromium }, async t => {
  for (const [name, options] of Object.entries(windows)) {
    await t.test(name, async t => {
      const { page, complaints } = await open(t, options)
      t.equal(await page.locator('canvas').count(), 2)
      await page.locator('#cases summary').first().press('Enter')
      t.same(await violationsOf(page), [])
      t.ok(await overflowOf(page) <= 0, 'nothing is cut off')
      t.same(complaints, [])
    })
  }

  await t.test('questions are searched and narrowed by what went wrong', async t => {
    const { page } = await open(t, {})
    await page.fill('#search', 'island zeppelin')
    await page.locator('#shown', { hasText: '0 of 60' }).waitFor({ state: 'attached' })
    await page.fill('#search', '')
    await page.selectOption('#kind', 'should_refuse')
    const shown = page.locator('#cases details:visible')
    t.ok(await shown.count() > 0)
    t.match(await shown.first().textContent(), /there is no answer, and one was given/)
  })
})
