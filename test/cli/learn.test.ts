// `causerie learn`: what it makes of a running service, and its exit codes.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { learnCommand, reportOf, type Version } from '../../cli/learn.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { shippedWeights } from '../../src/weights.ts'
import { learnedVersion } from '../contracts/learning.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp } from '../helper.ts'

async function make (t: Test) {
  const { app, url, dir } = await startTestApp(t)
  const command = (io: CommandIo) => learnCommand(io, 20)
  return { app, dir, learn: (...args: string[]) => run(t, command, [...args, '--company', 'shop', '--url', url], { env: {} }) }
}

t.test('learns from a set, and says why nothing is put into use', async t => {
  const { learn, dir } = await make(t)
  const file = join(dir, 'set.csv')
  await writeFile(file, 'question,source\nHow long is delivery?,faq/delivery\nMay I return a tent?,faq/returns\n')
  const { code, out } = await learn('--set', file)
  t.equal(code, 0)
  t.equal(out, [
    '0 rated questions, 0 curated ones, 2 of sets', 'weights: as shipped', 'Too few rated questions to learn from.', 'Not in use.', '',
  ].join('\n'))
  t.match(await learn('--list'), { code: 0, out: /^lrn_\S+ {2}\d{4}-\d\d-\d\dT\d\d:\d\d {2}too few rated questions to learn from\n$/ })
  t.match(JSON.parse((await learn('--dry-run', '--json')).out), { in_use: false, report: { verdict: 'too_few' } })
  t.equal(JSON.parse((await learn('--list', '--json')).out).data.length, 2)
})

t.test('takes versions back, and uses proven ones', async t => {
  const { app, learn } = await make(t)
  for (const id of ['lrn_a', 'lrn_b']) await app.learningStore.add('shop', learnedVersion(id), true)
  app.profiles.drop('shop')
  t.match(await learn('--list'), { out: /^lrn_b .*\[in use\]\nlrn_a .*\[can be used\]\n$/ })
  t.match(await learn('--rollback'), { code: 0, out: 'In use: lrn_a\n' })
  t.match((await app.profiles.get('shop'))!.weights, { version: 'lrn_a' })
  t.match(await learn('--use', 'shipped'), { code: 0, out: 'In use: the shipped weights\n' })
  t.match(await learn('--use', 'lrn_b', '--json'), { code: 0, out: '{"in_use":"lrn_b"}\n' })
})

t.test('says what is wrong', async t => {
  const { learn, dir } = await make(t)
  await writeFile(join(dir, 'half.json'), '[')
  t.match(await learn('--set', join(dir, 'half.json')), { code: 2, err: /half\.json cannot be read: The file is not JSON/ })
  t.match(await learn('--set', dir), { code: 2, err: /is no file/ })
  t.match(await learn('--rollback'), { code: 1, err: /The shipped weights are in use/ })
  t.match(await learn('--use', 'lrn_none'), { code: 1, err: /VERSION_NOT_FOUND/ })
  t.match(await learn('--rollback', '--list'), { code: 2, err: /Give one of/ })
  t.match(await learn('--set', '/nowhere.csv'), { code: 2, err: '/nowhere.csv: there is no such file.\n' })
  t.match(await learn('--seed', 'x'), { code: 2 })
})

t.test('a report shows what was gained, in points, with the interval', async t => {
  const change = { n: 150, before: 0.665, after: 0.794, low: 0.09, high: 0.17 }
  const version: Version = {
    id: 'lrn_a', in_use: true, proven: true, replaced: null, created_at: '2026-11-30T03:00:00.000Z',
    weights: { ...shippedWeights, title: -0.35, indexes: { archive: -0.07 }, units: { type: 0.2 } },
    report: {
      verdict: 'better', cases: { feedback: 150, curated: 1, set: 0 }, step: 1,
      held_out: { points: change, mrr: change, answers: { ...change, low: -0.01 } }, anchors: null,
    },
  }
  t.same(reportOf(version), [
    '150 rated questions, 1 curated one, 0 of sets',
    'held out, MRR: 66.5 → 79.4 (+9.0 to +17.0, 150 cases)',
    'held out, answers: 66.5 → 79.4 (−1.0 to +17.0, 150 cases)',
    'weights: title −0.35, index archive −0.07, sentence type +0.20',
    'Better on held-out cases, and no worse on the anchors.',
    'In use: lrn_a',
  ])
  t.match(reportOf({ ...version, in_use: false }).at(-1), 'Not in use: causerie learn --use lrn_a')
})
