// `causerie bench`: its pace, its report, its exit code.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { benchCommand } from '../../cli/bench/main.ts'
import { quantiles } from '../../cli/bench/report.ts'
import { run, start } from '../fixtures/command.ts'
import { startTestApp, temporaryFolder, writeCompany } from '../helper.ts'

async function questionsFile (t: { teardown (end: () => unknown): unknown }): Promise<string> {
  const path = join(await temporaryFolder(t), 'questions.txt')
  await writeFile(path, 'How long does delivery take?\n\nCan I return a tent?\r\n')
  return path
}

t.test('asks at its pace and reports what users saw', async t => {
  const { url } = await startTestApp(t)
  const file = await questionsFile(t)
  const options = ['--url', url, '--company', 'shop', '--questions', file, '--rate', '600', '--seconds', '1']
  const { code, out } = await run(t, benchCommand, [...options, '--json'])
  t.equal(code, 0)
  const report = JSON.parse(out)
  t.match(report, { asked: 10, ok: 10, errors: {}, finish_reasons: { stop: 10 }, answered_by: { extractive: 10 }, degraded: 0 })
  t.equal(report.cache.miss, 2)
  t.ok(report.seconds >= 0.9, 'the pace is kept')
  t.ok(report.first_token_ms.p50 <= report.first_token_ms.p99 && report.total_ms.max > 0)
  const text = await run(t, benchCommand, [...options, '--fresh'])
  t.match(text, { code: 0, out: /^10 questions in \S+ s .*\n {2}errors +none\n {2}ended +stop 10\n[\s\S]* {2}cache +miss 10\n/ })
})

t.test('asks a company\'s common questions, and says when there are none', async t => {
  const dir = await temporaryFolder(t)
  await writeCompany(dir, 'shop', { common_questions: ['Can I return a tent?'] })
  const { url } = await startTestApp(t, { config: { SAMPLES_DIR: dir } })
  t.match(await run(t, benchCommand, ['--url', url, '--rate', '60', '--seconds', '1']), { code: 0, err: /^1 questions, 60 a minute/ })
  const bare = await startTestApp(t)
  t.match(await run(t, benchCommand, ['--url', bare.url]), { code: 2, err: /no common questions/ })
})

t.test('fails when questions are refused or slow', async t => {
  const { url } = await startTestApp(t, { config: { RATE_LIMIT_CALLS: 2 } })
  const options = ['--url', url, '--company', 'shop', '--questions', await questionsFile(t), '--rate', '1200', '--seconds', '1']
  t.match(await run(t, benchCommand, [...options, '--users', '1']), {
    code: 1, out: /errors +RATE_LIMITED 18\n/, err: /18 of 20 questions were not answered/,
  })
  t.match(await run(t, benchCommand, [...options, '--max-p95', '1']), { code: 1, err: /p95 is \S+ ms, more than 1/ })
  t.match(await run(t, benchCommand, ['--url', url, '--rate', '0']), { code: 2 })
})

t.test('reports what it has when it is interrupted', async t => {
  const { url } = await startTestApp(t)
  const running = start(t, benchCommand, [
    '--url', url, '--company', 'shop', '--questions', await questionsFile(t), '--rate', '60', '--seconds', '3600',
  ])
  await running.says(/a minute for/)
  running.interrupt()
  await running.ended
  t.match(running.out, /questions in/)
})

t.test('takes quantiles that were measured', async t => {
  t.same(quantiles([]), { p50: 0, p95: 0, p99: 0, max: 0 })
  t.same(quantiles([3, 1, 2]), { p50: 2, p95: 3, p99: 3, max: 3 })
})
