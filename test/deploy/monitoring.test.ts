// The alerts and the dashboard, with the real promtool and Prometheus where they are installed (Debian's package prometheus).
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { askJson, question } from '../fixtures/app-client.ts'
import { freePort } from '../fixtures/free-port.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp, temporaryFolder } from '../helper.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFile(join(root, path), 'utf8')
const hasPrometheus = !spawnSync('promtool', ['--version']).error && !spawnSync('prometheus', ['--version']).error

interface Rule { alert: string, expr: string, annotations: { summary: string, runbook: string } }
interface Dashboard { panels: { title: string, targets: { expr: string }[] }[] }

const { groups } = parse(await read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }
const rules = groups.flatMap(({ rules }) => rules)
const { panels } = JSON.parse(await read('deploy/grafana/causerie.json')) as Dashboard
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))

t.test('has a section that says what to do about each alert', async t => {
  const page = await read('docs/operate.md')
  for (const { alert, annotations: { runbook } } of rules) {
    t.equal(runbook, `docs/operate.md#${alert.toLowerCase()}`)
    t.match(page, `\n### ${alert}\n`)
  }
})

t.test('has alerts that fire when they should and are silent otherwise', async t => {
  if (!hasPrometheus) return t.comment('skipped: promtool is not installed (Debian\'s package prometheus)')
  const succeeds = (...given: string[]) => {
    const { status, stdout, stderr } = spawnSync('promtool', given, { cwd: join(root, 'deploy/prometheus'), encoding: 'utf8' })
    t.equal(status, 0, `${stdout}${stderr}`)
  }
  succeeds('test', 'rules', 'alerts.test.yml')
  succeeds('check', 'config', '--syntax-only', 'prometheus.yml')
  const tested = await read('deploy/prometheus/alerts.test.yml')
  for (const { alert } of rules) for (const does of ['fires', 'is silent']) t.match(tested, `name: ${alert} ${does}\n`)
})

t.test('asks for nothing that the service does not count', async t => {
  const { url } = await startTestApp(t)
  await askJson(url, question)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const known = new Set([...metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]))
  known.add('up')
  for (const { expr } of [...rules, ...queries]) {
    for (const [name] of expr.matchAll(/\b(?:causerie|process|nodejs)_\w+/g)) t.ok(known.has(name), name)
  }
})

t.test('shows figures of a real scrape', async t => {
  if (!hasPrometheus) return t.comment('skipped: Prometheus is not installed (Debian\'s package prometheus)')
  const { url } = await startTestApp(t)
  const prometheus = await startPrometheus(t, new URL(url).host)
  let n = 0
  // A rate needs two scrapes with something between them.
  await until(async () => {
    await askJson(url, { ...question, message: `How long does delivery take, or is it ${n++} days?` })
    const answered = await prometheus.ask('rate(causerie_http_requests_total{route="/chat",status="200"}[1m]) > 0')
    return answered.length > 0
  })
  const isEmpty = new Set<string>()
  for (const { title, expr } of queries) {
    const asked = expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*').replaceAll('$instance', '.*')
    if ((await prometheus.ask(asked)).length === 0) isEmpty.add(title)
  }
  t.same([...isEmpty], ['Errors by code'], 'every other panel has something to show')
  for (const { alert, expr } of rules) await t.resolves(prometheus.ask(expr), alert)
  const now = Date.now() / 1000
  const [exemplars] = await prometheus.get(`query_exemplars?query=causerie_first_token_seconds_bucket&start=${now - 600}&end=${now}`)
  t.match(exemplars, { exemplars: [{ labels: { answer_id: String } }] })
})

/** Starts a Prometheus that scrapes one target every second. */
async function startPrometheus (t: { teardown (end: () => unknown): unknown }, target: string) {
  const dir = await temporaryFolder(t)
  const port = await freePort()
  await writeFile(join(dir, 'prometheus.yml'), JSON.stringify({
    global: { scrape_interval: '1s' }, scrape_configs: [{ job_name: 'causerie', static_configs: [{ targets: [target] }] }],
  }))
  const server = spawn('prometheus', [
    `--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage', '--log.level=error',
  ], { stdio: 'ignore' })
  t.teardown(async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
  })
  const get = async (path: string): Promise<any> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
    const { status, data, error } = await response.json() as { status: string, data: unknown, error?: string }
    if (status !== 'success') throw new Error(`${path}: ${error}`)
    return data
  }
  await until(() => get('status/buildinfo').then(() => true, () => false))
  return { get, ask: async (query: string): Promise<unknown[]> => (await get(`query?query=${encodeURIComponent(query)}`)).result }
}
