// The history of evaluations in the console: nothing yet, runs as curves and figures, one run, what broke and what was mended.
import t, { type Test } from 'tap'
import type { EvaluationStore } from '../../src/evaluation/store.ts'
import { evaluationRun } from '../fixtures/evaluation-run.ts'
import { goTo, noChromium, openConsole, overflowOf, phone, violationsOf } from './browser.ts'

async function keepRuns (evaluations: EvaluationStore): Promise<void> {
  for (let day = 0; day < 6; day++) await evaluations.add('shop', evaluationRun({ day, seed: day + 1 }))
  await evaluations.add('shop', evaluationRun({ day: 6, seed: 3, set: 'prices.csv' }))
}

async function open (t: Test, window = {}) {
  const opened = await openConsole(t, { window })
  await keepRuns(opened.app.evaluations)
  await goTo(opened.page, 'Evaluation')
  await opened.page.getByRole('heading', { name: 'prices.csv' }).waitFor()
  return opened
}

t.test('without a run it says how to make one', { skip: noChromium }, async t => {
  const { page, url, complaints } = await openConsole(t)
  await goTo(page, 'Evaluation')
  await page.getByRole('heading', { name: 'Nothing measured yet' }).waitFor()
  await page.getByText(`causerie eval questions.csv --company shop --url ${url}`).waitFor()
  t.same(await violationsOf(page), [])
  t.same(complaints, [])
})

t.test('runs a set that is chosen here', { skip: noChromium }, async t => {
  const { page, complaints } = await openConsole(t)
  await goTo(page, 'Evaluation')
  await page.getByRole('button', { name: 'Run a set here' }).waitFor()
  const buffer = Buffer.from('question,answer,source\nHow long does delivery take?,two working days,faq/delivery\n')
  await page.locator('#set-file').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('heading', { name: 'mine.csv' }).waitFor()
  await page.getByRole('button', { name: 'Run a set here' }).waitFor()
  t.match(await page.locator('.row').innerText(), /1 question · none failed · extractive/)
  t.same(complaints, [])
})

const windows = { 'a desk, light': {}, 'a desk, dark': { colorScheme: 'dark' }, 'a phone': { ...phone, colorScheme: 'dark' } }

for (const [name, window] of Object.entries(windows)) {
  t.test(`shows the runs of a set, and one of them: ${name}`, { skip: noChromium }, async t => {
    const { page, complaints } = await open(t, window)
    await page.getByLabel('Set of questions').selectOption('questions.csv')
    await page.locator('.curve canvas').waitFor()
    t.equal(await page.locator('.row').count(), 6)
    t.same(await violationsOf(page), [])
    t.ok(await overflowOf(page) <= 0, 'nothing is cut off')
    await page.locator('.row-open').first().press('Enter')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('heading', { name: 'What went wrong' }).waitFor()
    t.same(await violationsOf(page), [])
    t.ok(await overflowOf(page) <= 0, 'the sheet is as wide as the window')
    t.same(complaints, [])
  })
}

t.test('says what broke and what was mended since a run, and removes one', { skip: noChromium }, async t => {
  const { page, app } = await open(t)
  await page.getByLabel('Set of questions').selectOption('questions.csv')
  await page.locator('.row-open').first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText(/^\d+ broke$/).waitFor()
  await sheet.getByText(/^\d+ mended$/).click()
  await sheet.getByText(/^Before: /).first().waitFor()
  t.match(await sheet.getByRole('table').innerText(), /cases passed/)
  await sheet.getByLabel('Compared with').selectOption('')
  await sheet.getByText('What has changed').waitFor({ state: 'detached' })
  await sheet.getByRole('button', { name: 'Remove this run' }).click()
  await sheet.getByRole('button', { name: 'Remove for good' }).click()
  await sheet.waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.querySelectorAll('.row').length === 5)
  t.equal((await app.evaluations.list('shop', { set: 'questions.csv' }, { limit: 10 })).length, 5)
})
