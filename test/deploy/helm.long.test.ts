// The Helm chart with helm itself, and Kubernetes' own schemas (PyPI's kubernetes-validate), where they are installed.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { cases, chart, hasHelm, render, renderedOf, runHelm, valuesOf } from '../fixtures/helm/render.ts'
import { temporaryFolder } from '../helper.ts'

// Kubernetes' schemas take seconds to read.
t.setTimeout(300_000)
const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url))
const read = (path: string) => readFileSync(path, 'utf8')
const without = (tool: string) => t.comment(`skipped: ${tool} is not installed`)
const monitoring = ['--set', 'metrics.rules=true,metrics.dashboard=true']
const everything = (name: string) => name === 'shared' ? monitoring : []

t.test('renders as what is checked in, and has nothing to complain about', async t => {
  if (!hasHelm) return without('helm')
  for (const name of cases) {
    t.equal(render(valuesOf(name)), read(renderedOf(name)), `${name}: run node test/fixtures/helm/render.ts`)
    const { status, stdout, stderr } = runHelm('lint', '--strict', chart, '-f', valuesOf(name))
    t.equal(status, 0, stdout + stderr)
  }
})

t.test('brings the alerts and the dashboard as they are', async t => {
  if (!hasHelm) return without('helm')
  const manifests = parseAllDocuments(render(valuesOf('shared'), ...monitoring)).map(document => document.toJS())
  const { spec } = manifests.find(({ kind }) => kind === 'PrometheusRule')
  t.same(spec, parse(read(join(deploy, 'prometheus/alerts.yml'))))
  const { data } = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-dashboard'))
  t.equal(data['causerie.json'], read(join(deploy, 'grafana/causerie.json')))
})

t.test('refuses what cannot work, and says why', async t => {
  if (!hasHelm) return without('helm')
  const refused = (expected: RegExp, ...set: string[]) =>
    t.throws(() => render(valuesOf('embedded'), ...set.flatMap(one => ['--set', one])), expected)
  refused(/settings.MEILI_URL.*mode: embedded/s, 'mode=shared')
  refused(/REDIS_URL/, 'mode=shared', 'settings.MEILI_URL=http://m:7700', 'settings.SUPABASE_URL=https://s.example')
  refused(/autoscaling needs mode: shared/, 'autoscaling.enabled=true')
  refused(/ingress.host is missing/, 'ingress.enabled=true')
  refused(/metrics.keySecret.name is missing/, 'metrics.serviceMonitor=true')
  refused(/PROFIL/, 'settings.PROFIL=production')
})

t.test('is valid for Kubernetes', async t => {
  if (spawnSync('python3', ['-c', 'import kubernetes_validate']).status !== 0) return without('kubernetes-validate')
  const dir = await temporaryFolder(t)
  const files = cases.map(name => {
    const file = join(dir, `${name}.yaml`)
    writeFileSync(file, hasHelm ? render(valuesOf(name), ...everything(name)) : read(renderedOf(name)))
    return file
  })
  for (const version of ['1.29', '1.33']) {
    const { status, stdout, stderr } = await run('python3', ['-m', 'kubernetes_validate', '--strict', '-k', version, ...files])
    t.equal(status, 0, `${stdout}${stderr}`)
    t.equal(`${stdout}${stderr}`.match(/ passed /g)?.length, hasHelm ? 23 : 22, 'all but those of the Prometheus operator')
  }
})

async function run (program: string, given: string[]) {
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { status: status as number, stdout, stderr }
}
