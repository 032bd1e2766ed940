// compose.yaml and the files that it mounts: only the service is published, its settings exist, and the database's set-up works.
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { makeConfig } from '../src/config.ts'
import { ConfigSchema } from '../src/config-schema.ts'
import { missing, startPostgres } from './fixtures/postgrest.ts'

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const compose = readFileSync(path('compose.yaml'), 'utf8')

interface Service {
  image?: string
  build?: string
  ports?: string[]
  profiles?: string[]
  environment?: Record<string, string>
  command?: string[]
  healthcheck: { test: string[], start_period?: string }
  depends_on?: Record<string, { condition: string }>
  stop_grace_period?: string
  volumes?: string[]
  [setting: string]: unknown
}
const { services, volumes } = parse(compose, { merge: true }) as { services: Record<string, Service>, volumes: Record<string, null> }

t.test('has the expected services, and publishes only one, on this machine', async t => {
  t.same(Object.keys(services).sort(), ['causerie', 'meilisearch', 'ollama', 'postgres', 'postgrest', 'redis'])
  for (const [name, { healthcheck, ports, depends_on: needs = {} }] of Object.entries(services)) {
    t.equal(healthcheck.test[0], 'CMD', `${name} has a health check`)
    t.equal(ports !== undefined, name === 'causerie', `${name} is ${name === 'causerie' ? '' : 'not '}published`)
    for (const [other, { condition }] of Object.entries(needs)) {
      t.ok(other in services, other)
      t.equal(condition, 'service_healthy')
    }
  }
  t.match(services.causerie!.ports, [/^127\.0\.0\.1:/])
  t.same(services.ollama!.profiles, ['ollama'])
})

t.test('uses only settings that exist, and explains the required ones', async t => {
  const names = Object.keys(services.causerie!.environment!)
  t.ok(names.includes('MEILI_URL') && names.includes('SUPABASE_URL') && names.includes('REDIS_URL'))
  for (const name of names) t.ok(Object.hasOwn(ConfigSchema.properties, name), name)
  for (const [, name, rest] of compose.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)) {
    if (name !== 'AUTHENTICATOR_PASSWORD' || rest !== '') t.match(rest, /^:(\?.{10,}|-)/, name!)
  }
})

t.test('gives each container as little as it needs', async t => {
  for (const [name, service] of Object.entries(services)) {
    t.match(service, { security_opt: ['no-new-privileges:true'], cap_drop: ['ALL'], read_only: true, restart: 'unless-stopped' }, name)
    for (const more of ['cap_add', 'privileged', 'network_mode', 'pid', 'devices']) t.notOk(more in service, `${name}: ${more}`)
    if (name !== 'causerie') t.match(service.image, /:v?\d+\.\d+/, `the image of ${name} is pinned`)
    if (name !== 'ollama') t.type(service.mem_limit, 'string', `the memory of ${name} is limited`)
  }
  t.ok(services.redis!.command!.includes('--requirepass'))
  t.match(services.causerie!.environment, { REDIS_URL: /^redis:\/\/:\$\{REDIS_PASSWORD/, PRINT_FIRST_KEY: 'false' })
})

t.test('gives running answers their time when it stops', async t => {
  // src/server.ts: a second of 503, SHUTDOWN_SECONDS, and five more until it ends by force.
  t.ok(Number.parseInt(services.causerie!.stop_grace_period!) > 1 + makeConfig({}).SHUTDOWN_SECONDS + 5)
})

t.test('mounts only volumes that are named, and files that exist', async t => {
  for (const [name, { volumes: mounts = [] }] of Object.entries(services)) {
    for (const mount of mounts) {
      const [source] = mount.split(':') as [string]
      t.ok(source.startsWith('./') ? existsSync(path(source)) : source in volumes, `${name}: ${source}`)
    }
  }
})

t.test('deploy/secrets.mjs makes all secrets, different ones each time', async t => {
  const made = () => parseEnv(execFileSync(process.execPath, [path('deploy/secrets.mjs')], { encoding: 'utf8' }))
  const [one, other] = [made(), made()]
  const wanted = new Set([...compose.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name!))
  for (const name of wanted) t.ok(Object.hasOwn(one, name), name)
  for (const name of ['MEILI_MASTER_KEY', 'POSTGRES_PASSWORD', 'PGRST_JWT_SECRET', 'SUPABASE_KEY', 'SUPABASE_WEBHOOK_SECRET']) {
    t.not(one[name], other[name])
    t.ok(one[name]!.length >= 32, name)
  }
  const [head, body, signature] = one.SUPABASE_KEY!.split('.')
  t.equal(signature, createHmac('sha256', one.PGRST_JWT_SECRET!).update(`${head}.${body}`).digest('base64url'))
  t.same(JSON.parse(Buffer.from(body!, 'base64url').toString()), { role: 'service_role' })
  t.doesNotThrow(() => makeConfig({ SUPABASE_URL: 'postgrest+http://postgrest:3000', SUPABASE_KEY: one.SUPABASE_KEY }))
})

const reason = missing()
t.test('sets up the database', { skip: reason !== null && process.env.CI === undefined ? reason : false }, async t => {
  if (reason !== null) return t.fail(reason)
  const { dir, bin, sql } = await startPostgres(t)
  execFileSync('sh', [path('deploy/postgres/init.sh')], {
    stdio: 'pipe',
    env: { PATH: `${bin}:${process.env.PATH}`, PGHOST: dir, SUPABASE_DIR: path('supabase'), AUTHENTICATOR_PASSWORD: 'it\'s "secret"' },
  })
  t.equal(await sql('set role service_role; select id from public.companies order by id'), 'fjord-outdoor\npetit-nid')
  for (const role of ['anon', 'authenticated']) {
    await t.rejects(sql(`set role ${role}; select id from public.companies`), /permission denied/)
  }
  t.equal(await sql('select rolcanlogin from pg_roles where rolname = \'authenticator\''), 't')
})
