// The Helm chart, by what helm made of it (test/fixtures/helm): the settings exist, the probes are routes, nothing runs as root.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Compile } from 'typebox/schema'
import { parse, parseAllDocuments } from 'yaml'
import { fixedSettings, isSecret, schemaFile, schemaText } from '../../scripts/helm-schema.ts'
import { makeConfig } from '../../src/config.ts'
import { ConfigSchema } from '../../src/config-schema.ts'
import { cases, chart, renderedOf, stampFile, stampOf, valuesOf } from '../fixtures/helm/render.ts'

// Manifests of many kinds: a test knows which it reads.
type Manifest = any

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(path, 'utf8')
const rendered = Object.fromEntries(cases.map(name => [
  name, parseAllDocuments(read(renderedOf(name))).map(document => document.toJS() as Manifest),
])) as Record<typeof cases[number], Manifest[]>
const one = (name: typeof cases[number], kind: string, fits: (manifest: Manifest) => boolean = () => true): Manifest =>
  rendered[name].find(manifest => manifest.kind === kind && fits(manifest))
const settingsOf = (name: typeof cases[number]) => one(name, 'ConfigMap').data as Record<string, string>
const podOf = (name: typeof cases[number]) => one(name, 'StatefulSet').spec.template

t.test('was rendered after its last change', async t => {
  t.equal(stampOf(), read(stampFile).trim(), 'run: node test/fixtures/helm/render.ts')
})

t.test('knows every setting of the service', async t => {
  t.equal(read(schemaFile), schemaText(), 'run: node scripts/helm-schema.ts')
})

t.test('accepts its own values and those of the examples, and refuses others', async t => {
  const schema = Compile(JSON.parse(read(schemaFile)))
  t.ok(schema.Check(parse(read(join(chart, 'values.yaml')))))
  for (const name of cases) t.ok(schema.Check(parse(read(valuesOf(name)))), name)
  for (const wrong of [
    { settings: { PROFIL: 'production' } }, { settings: { PROFILE: 'fast' } }, { settings: { LLM_API_KEY: 'in plain sight' } },
    { settings: { DATA_DIR: '/elsewhere' } }, { settings: { SHUTDOWN_SECONDS: 0 } }, { secrets: { values: { PROFILE: 'production' } } },
    { replica: 3 }, { mode: 'cluster' },
  ]) t.notOk(schema.Check(wrong), JSON.stringify(wrong))
})

t.test('is the version of the service', async t => {
  const { version } = JSON.parse(read(join(root, 'package.json'))) as { version: string }
  t.match(parse(read(join(chart, 'Chart.yaml'))), { version, appVersion: version })
})

t.test('starts the service with settings that it accepts, and with no secret among them', async t => {
  const dockerfile = read(join(root, 'Dockerfile'))
  for (const name of cases) {
    const settings = settingsOf(name)
    for (const setting of Object.keys(settings)) {
      t.ok(Object.hasOwn(ConfigSchema.properties, setting), setting)
      t.notOk(isSecret(setting), setting)
    }
    const secrets = name === 'shared' ? { REDIS_URL: 'redis://redis:6379', MEILI_KEY: 'k', SUPABASE_KEY: 'k' } : {}
    const config = makeConfig({ ...settings, ...secrets })
    t.match(config, { HOST: '0.0.0.0', PORT: 8002, PRINT_FIRST_KEY: false, SAMPLES_DIR: '' })
    for (const setting of fixedSettings) t.ok(setting in settings, setting)
    t.match(dockerfile, `VOLUME ${config.DATA_DIR}\n`)
    t.match(dockerfile, `MODELS_DIR=${config.MODELS_DIR}\n`)
    t.match(dockerfile, `EXPOSE ${config.PORT}\n`)
  }
  t.equal(settingsOf('shared').SPOOL_MAX_BYTES, '21474836480', 'a large number has no exponent')
  t.same(one('embedded', 'Secret').stringData, { LLM_API_KEY: 'not-a-real-key' })
})

t.test('gives answers their time when an instance ends', async t => {
  for (const name of cases) {
    const { terminationGracePeriodSeconds: grace, containers: [container] } = podOf(name).spec
    const preStop = Number(container.lifecycle.preStop.exec.command[1])
    const { SHUTDOWN_SECONDS: shutdown } = makeConfig({ SHUTDOWN_SECONDS: settingsOf(name).SHUTDOWN_SECONDS })
    const { periodSeconds, failureThreshold } = container.readinessProbe
    // src/server.ts: a second of 503, SHUTDOWN_SECONDS, and five more until it ends by force.
    t.ok(grace > preStop + 1 + shutdown + 5, `${name}: ${grace} s`)
    t.ok(periodSeconds * failureThreshold <= 10, 'an instance that cannot answer is left out soon')
  }
  t.equal(podOf('low-memory').spec.terminationGracePeriodSeconds, 45)
})

t.test('probes routes that exist, and ask for no key', async t => {
  const routes = read(join(root, 'routes/status.ts'))
  for (const name of cases) {
    const [container] = podOf(name).spec.containers
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      const { path, port } = container[probe].httpGet
      t.equal(port, 'http')
      t.match(routes, `'${path}',\n    {\n`)
    }
    t.equal(container.livenessProbe.httpGet.path, '/health', 'an instance whose Meilisearch is away is not restarted')
  }
})

t.test('runs as nobody in particular, and writes to its volumes alone', async t => {
  for (const name of cases) {
    for (const pod of [podOf(name), one(name, 'Pod')]) {
      t.match(pod.spec, {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      })
      for (const container of pod.spec.containers) {
        t.same(container.securityContext, {
          allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
        })
        t.ok(container.resources.requests.cpu && container.resources.requests.memory && container.resources.limits.memory)
        t.notOk(container.resources.limits.cpu, 'a stream that is throttled stalls')
      }
    }
    const { containers: [{ volumeMounts }], volumes } = podOf(name).spec
    const claimed = (one(name, 'StatefulSet').spec.volumeClaimTemplates ?? []).map((claim: Manifest) => claim.metadata.name)
    const there = [...volumes.map((volume: Manifest) => volume.name), ...claimed]
    t.same(volumeMounts.map((mount: Manifest) => mount.name).sort(), there.sort(), name)
  }
})

t.test('finds its instances by the same labels everywhere', async t => {
  for (const name of cases) {
    const labels = podOf(name).metadata.labels as Record<string, string>
    const selectors = rendered[name].flatMap(({ kind, spec }: Manifest) => [
      ...(kind === 'Service' ? [spec.selector] : []),
      ...(kind === 'NetworkPolicy' ? [spec.podSelector.matchLabels] : []),
      ...(['StatefulSet', 'PodDisruptionBudget'].includes(kind) ? [spec.selector.matchLabels] : []),
    ])
    t.ok(selectors.length >= 4)
    for (const selector of selectors) for (const [label, value] of Object.entries(selector)) t.equal(labels[label], value, label)
    t.ok(one(name, 'Service', ({ metadata }) => metadata.name === one(name, 'StatefulSet').spec.serviceName), 'the headless service exists')
    // The pod of `helm test` gets no questions.
    t.not(one(name, 'Pod').metadata.labels['app.kubernetes.io/name'], labels['app.kubernetes.io/name'])
  }
})

t.test('is one instance with a volume, or several that share everything', async t => {
  t.equal(one('embedded', 'StatefulSet').spec.replicas, 1)
  t.equal(one('embedded', 'StatefulSet').spec.volumeClaimTemplates.length, 1)
  for (const kind of ['PodDisruptionBudget', 'HorizontalPodAutoscaler', 'Ingress', 'ServiceMonitor']) t.notOk(one('embedded', kind), kind)
  const { spec } = one('shared', 'StatefulSet')
  t.notOk('replicas' in spec, 'the autoscaler decides')
  t.match(spec.template.spec.containers[0].envFrom, [{}, { secretRef: { name: 'causerie-secrets' } }])
  t.notOk(one('shared', 'Secret'), 'an existing Secret is used')
})

t.test('scales by a metric that the service has, and by CPU', async t => {
  const { spec } = one('shared', 'HorizontalPodAutoscaler')
  t.match(spec.scaleTargetRef, { kind: 'StatefulSet', name: one('shared', 'StatefulSet').metadata.name })
  const [live, cpu] = spec.metrics
  t.match(read(join(root, 'src/metrics/parts.ts')), `'${live.pods.metric.name}'`)
  t.match(read(join(chart, 'README.md')), live.pods.metric.name, 'README.md has the rule of prometheus-adapter')
  t.equal(cpu.resource.name, 'cpu')
})

t.test('lets streams and uploads through the ingress', async t => {
  const { metadata: { annotations }, spec } = one('shared', 'Ingress')
  for (const name of ['proxy-buffering', 'proxy-request-buffering']) t.equal(annotations[`nginx.ingress.kubernetes.io/${name}`], 'off')
  t.ok(Number(annotations['nginx.ingress.kubernetes.io/proxy-read-timeout']) > makeConfig({}).HEARTBEAT_SECONDS)
  t.equal(annotations['nginx.ingress.kubernetes.io/proxy-body-size'], settingsOf('shared').MAX_FILE_BYTES)
  t.match(spec.tls, [{ hosts: ['ask.example'], secretName: 'ask-tls' }])
  t.equal(spec.rules[0].http.paths[0].backend.service.name, one('shared', 'Service').metadata.name)
})

t.test('reaches its back ends and nothing else', async t => {
  const ports = (name: typeof cases[number]) => one(name, 'NetworkPolicy').spec.egress.flatMap((rule: Manifest) => rule.ports)
    .map(({ protocol, port }: Manifest) => `${protocol} ${port}`)
  const dns = ['UDP 53', 'TCP 53']
  t.same(ports('embedded'), [...dns, 'TCP 8443'], 'the language model')
  t.same(ports('low-memory'), [...dns, 'TCP 443'], 'the hub of the models')
  t.same(ports('shared'), [...dns, 'TCP 443', 'TCP 6379', 'TCP 7700'])
  t.same(one('embedded', 'NetworkPolicy').spec.ingress[0].from, [{ namespaceSelector: {} }])
  t.equal(one('shared', 'NetworkPolicy').spec.ingress[0].from.length, 2)
})

t.test('is scraped as the alerts expect, also while it is not ready', async t => {
  const { spec } = one('shared', 'ServiceMonitor')
  const [endpoint] = spec.endpoints
  const service = one('shared', 'Service', ({ spec }) => spec.ports[0].name === endpoint.port)
  t.equal(service.metadata.labels[spec.jobLabel], 'causerie', 'the job')
  t.equal(service.spec.publishNotReadyAddresses, true)
  for (const [label, value] of Object.entries(spec.selector.matchLabels)) t.equal(service.metadata.labels[label], value)
  t.match(endpoint, { path: '/metrics', authorization: { credentials: { name: 'causerie-metrics', key: 'key' } } })
})
