// `causerie gaps`, `causerie curated` and `causerie feedback`: what they make of a running service, and their exit codes.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { curatedCommand } from '../../cli/curated.ts'
import { feedbackCommand } from '../../cli/feedback.ts'
import { gapsCommand } from '../../cli/gaps.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

async function make (t: Test) {
  const { app, url, dir } = await startTestApp(t)
  const ask = async (message: string, user_id: string) =>
    (await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id, message, stream: false } })).json()
  const common = ['--company', 'shop', '--url', url]
  return {
    app, dir, ask,
    gaps: (...args: string[]) => run(t, gapsCommand, [...args, ...common], { env: {} }),
    curated: (...args: string[]) => run(t, curatedCommand, [...args, ...common], { env: {} }),
    feedback: (...args: string[]) => run(t, feedbackCommand, [...args, ...common], { env: {} }),
  }
}

t.test('lists, shows, closes and changes gaps', async t => {
  const { gaps, ask, dir } = await make(t)
  t.match(await gaps('list'), { code: 0, out: 'no gaps\n' })
  const questions = ['Is gift wrapping possible?', 'Do you offer gift wrapping?', 'Any submarines?']
  for (const [i, text] of questions.entries()) await ask(text, `u${i}`)
  const { out } = await gaps('list')
  t.match(out, /^gap_\S+ {2}2 people, 2 questions {2}\[open\] {2}.*gift wrapping\?\ngap_\S+ {2}1 person, 1 question/)
  const [wrapping, submarines] = out.split('\n').map(line => line.split(' ')[0]!) as [string, string]
  t.match(await gaps('show', wrapping), { code: 0, out: /Asked:\n[^]*Nearest passages:\n[^]*It does not say[^]*Draft for the index faq/ })
  t.match(await gaps('assign', submarines, 'Zoé'), { code: 0, out: /\[open, Zoé\]/ })
  t.match(await gaps('assign', submarines), { code: 0, out: /\[open\]/ })
  t.match(await gaps('dismiss', submarines), { code: 0, out: /\[dismissed\]/ })
  t.match(await gaps('dismiss', submarines, '--reason', 'Not sold'), { code: 0, out: /\[dismissed: Not sold\]/ })
  t.match(await gaps('list', '--status', 'dismissed', '--json'), { code: 0, out: /^\{"data":\[\{/ })
  t.match(await gaps('reopen', submarines), { code: 0, out: /\[open\]/ })
  const file = join(dir, 'answer.txt')
  await writeFile(file, 'Yes, gift wrapping costs 3 €.\n')
  const asked = await gaps('publish', wrapping, '--question', 'Do you wrap gifts?', '--answer', `@${file}`)
  t.match(asked, { code: 0, out: '2 of 2 questions answered\n' })
  t.match(await gaps('merge', submarines, wrapping), { code: 0, out: /3 questions/ })
  t.match(await gaps('top'), { code: 0 })
})

t.test('says what is wrong', async t => {
  const { gaps, ask, feedback } = await make(t)
  await ask('Any submarines?', 'u')
  const id = (await gaps('list')).out.split(' ')[0]!
  t.match(await gaps('publish', id), { code: 1, err: /no answer/ })
  t.match(await gaps('show', 'nothing'), { code: 1, err: /Unknown gap/ })
  t.match(await gaps('list', '--status', 'lost'), { code: 2 })
  t.match(await feedback('import', '/nowhere'), { code: 2, err: /there is no such file/ })
  t.match(await feedback('list', '--limit', '0'), { code: 2 })
  t.match(await feedback('list'), { code: 0, out: '', err: 'No ratings.\n' })
})

t.test('lists, exports and imports ratings', async t => {
  const { feedback, dir } = await make(t)
  const file = join(dir, 'pairs.jsonl')
  const long = 'a'.repeat(800)
  const pairs = Array.from({ length: 1200 }, (_, i) => ({ input: `Question ${i}?`, target: `Answer ${long} ${i}`, score: i % 2 }))
  await writeFile(file, pairs.map(pair => JSON.stringify(pair)).join('\n'))
  t.match(await feedback('import', file), { code: 0, out: '1200 ratings imported, 0 changed\n' })
  t.match(await feedback('list', '--limit', '2', '--rating', 'up'), {
    code: 0, out: /^\S+ {2}\+1\.0 {2}Question 1199\?\n\S+ {2}\+1\.0 {2}Question 1197\?\n$/,
  })
  const exported = (await feedback('export', '--pairs')).out.trim().split('\n').map(line => JSON.parse(line))
  t.same(exported.toReversed(), pairs)
  t.equal((await feedback('export', '--rating', 'down')).out.trim().split('\n').length, 600)
})

t.test('lists, writes, changes and removes curated answers', async t => {
  const { curated, ask } = await make(t)
  const { answer_id: answerId } = await ask('Can I return a tent?', 'u')
  const added = await curated('add', '--of', answerId, '--answer', 'For sixty days.', '--variant', 'Send back a tent')
  t.match(added, { code: 0, out: /^cur_\S+ {2}0 hits {2}Can I return a tent\?\n$/ })
  const id = added.out.split(' ')[0]!
  t.match(await curated('set', id, '--question', 'May I return a tent?'), { code: 0, out: /May I return/ })
  t.match(await curated('confirm', id), { code: 0 })
  t.match(await curated('list'), { code: 0, out: /May I return/ })
  t.match(await curated('list', '--stale'), { code: 0, out: '' })
  t.match(await curated('remove', id), { code: 0, out: '' })
  t.match(await curated('remove', id), { code: 1, err: /Unknown curated answer/ })
  t.match(await curated('add', '--answer', 'Yes.'), { code: 1, err: /question/ })
})
