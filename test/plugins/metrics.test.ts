// /metrics: names by convention, what is counted, both formats, and what a real Prometheus says of them.
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp, startTestApp, temporaryFolder, writeCompany } from '../helper.ts'

const openMetrics = 'application/openmetrics-text; version=1.0.0'

async function scrape (url: string, accept = ''): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { accept } })
  return response.text()
}

/** Returns the value of a series, whose labels are given as they are written; undefined when there is none. */
function valueOf (metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find(line => line.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1).split(' ')[0])
}

t.test('counts questions by how they ended, what answered, and whether the answer existed', async t => {
  const { url } = await startTestApp(t)
  await askJson(url, question)
  await askJson(url, question)
  await askJson(url, { ...question, message: 'zzz qqq xxx?' })
  const metrics = await scrape(url)
  const series = (reason: string, cache: string) =>
    `causerie_questions_total{finish_reason="${reason}",answered_by="extractive",cache="${cache}"}`
  t.equal(valueOf(metrics, series('stop', 'miss')), 1)
  t.equal(valueOf(metrics, series('stop', 'hit')), 1)
  t.equal(valueOf(metrics, series('no_answer', 'miss')), 1)
  t.equal(valueOf(metrics, 'causerie_cache_lookups_total{cache="answers",result="hit"}'), 1)
  t.equal(valueOf(metrics, 'causerie_searches_total'), 2)
  t.equal(valueOf(metrics, 'causerie_company_questions_total{company="shop",outcome="answered"}'), 2)
  t.equal(valueOf(metrics, 'causerie_company_questions_total{company="shop",outcome="no_answer"}'), 1)
  t.equal(valueOf(metrics, 'causerie_http_requests_total{method="POST",route="/chat",status="200"}'), 3)
  t.equal(valueOf(metrics, 'causerie_first_token_seconds_count'), 2, 'a kept answer takes no time to make')
})

t.test('counts tokens, errors of the model and ratings, each from zero', async t => {
  const { url } = await startTestApp(t, { model: fakeModel(['Two days [1].']) })
  const before = await scrape(url)
  for (const series of ['causerie_tokens_total{direction="input"}', 'causerie_feedback_total{rating="up"}']) {
    t.equal(valueOf(before, series), 0, series)
  }
  const { json } = await askJson(url, question)
  await askJson(url, { company_id: 'shop', user_id: question.user_id, rating: -1 }, { path: `/chat/${json.answer_id}/feedback` })
  const metrics = await scrape(url)
  t.equal(valueOf(metrics, 'causerie_tokens_total{direction="input"}'), json.usage.input_tokens)
  t.equal(valueOf(metrics, 'causerie_company_tokens_total{company="shop",direction="output"}'), json.usage.output_tokens)
  t.equal(valueOf(metrics, 'causerie_context_tokens_count'), 1)
  t.equal(valueOf(metrics, 'causerie_feedback_total{rating="down"}'), 1)
})

t.test('keeps the companies and routes that a client can make up out of its labels', async t => {
  const dir = await temporaryFolder(t)
  for (const id of ['a', 'b', 'c']) await writeCompany(dir, id)
  const { app, url } = await startTestApp(t, { config: { SAMPLES_DIR: dir, METRICS_COMPANIES: 1 } })
  for (const company_id of ['a', 'b', 'c', 'nobody']) await askJson(url, { ...question, company_id })
  await app.inject({ method: 'GET', url: '/made-up/1' })
  await app.inject({ method: 'GET', url: '/made-up/2' })
  const metrics = await scrape(url)
  t.equal(valueOf(metrics, 'causerie_company_questions_total{company="_other",outcome="answered"}'), 2)
  t.equal(valueOf(metrics, 'causerie_http_requests_total{method="GET",route="none",status="404"}'), 2)
  t.notMatch(metrics, /made-up|nobody/)
})

t.test('tells of the parts, the queues and the disk', async t => {
  const { app } = await buildTestApp(t)
  const { payload } = await app.inject('/metrics')
  t.equal(valueOf(payload, 'causerie_ready'), 1)
  t.equal(valueOf(payload, 'causerie_part_up{part="search"}'), 1)
  for (const queue of ['embedding_questions', 'turns', 'uploads', 'sqlite']) {
    t.equal(valueOf(payload, `causerie_queue_length{queue="${queue}"}`), 0, queue)
  }
  t.ok(valueOf(payload, 'causerie_disk_free_bytes')! <= valueOf(payload, 'causerie_disk_size_bytes')!)
  t.match(payload, /causerie_build_info\{version="[^"]+",node="v\d+[^"]*"\} 1/)
})

t.test('has names by convention, and no counter that is a gauge', async t => {
  const { app } = await buildTestApp(t)
  const { payload, headers } = await app.inject('/metrics')
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  const own = [...payload.matchAll(/^# TYPE (causerie_\S+) (\S+)$/gm)]
  t.ok(own.length > 40)
  for (const [, name, type] of own) {
    t.equal(type === 'counter', name!.endsWith('_total'), name!)
    t.notMatch(name!, /_(ms|milliseconds|kb|mb|percent)(_|$)/, 'base units')
  }
  for (const [, help] of payload.matchAll(/^# HELP causerie_\S+ (.*)$/gm)) t.notMatch(help!, /since the start/)
  t.notMatch(payload, /# EOF|\n\n| # \{/)
})

t.test('leads from a bucket to an answer in OpenMetrics', async t => {
  const { url } = await startTestApp(t)
  const { json } = await askJson(url, question)
  const metrics = await scrape(url, openMetrics)
  t.match(metrics, new RegExp(`causerie_first_token_seconds_bucket\\{le="[^"]+"\\} 1 # \\{answer_id="${json.answer_id}"\\} [\\d.]+ \\d`))
  t.match(metrics, /# EOF\n$/)
  t.match(metrics, /^# TYPE causerie_searches counter$/m)
  t.match(metrics, /^causerie_searches_total 1$/m)
  t.equal((await ask(url, undefined, { method: 'GET', path: '/metrics' })).status, 200)
})

t.test('is what Prometheus reads', async t => {
  if (spawnSync('promtool', ['--version']).error) return t.comment('skipped: promtool is not installed')
  const { url } = await startTestApp(t)
  await askJson(url, question)
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await scrape(url), encoding: 'utf8' })
  t.equal(status, 0)
  t.equal(`${stdout}${stderr}`, '')
})
