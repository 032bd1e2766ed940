// compose.yaml and the files that it mounts: only the service is published, its settings exist, and the database's set-up works.
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import t from 'tap'
import { makeConfig } from '../src/config.ts'
import { ConfigSchema } from '../src/config-schema.ts'
import { missing, startPostgres } from './fixtures/postgrest.ts'

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const compose = readFileSync(path('compose.yaml'), 'utf8')
/** Service → its lines. There is no YAML reader among the dependencies; this one is enough for this file. */
const services = Object.fromEntries(
  [
    ...compose
      .slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:'))
      .matchAll(/^ {2}([a-z]+):\n((?: {4}.*\n|\n|(?= {2}#).*\n)*)/gm),
  ].map(([, name, lines]) => [name!, lines!])
)

t.test('has the expected services, and publishes only one', async t => {
  t.same(Object.keys(services).sort(), ['causerie', 'meilisearch', 'ollama', 'postgres', 'postgrest', 'redis'])
  for (const [name, lines] of Object.entries(services)) {
    t.match(lines, /^ {4}healthcheck:\n {6}(#.*\n {6})?test: \[CMD, /m, `${name} has a health check`)
    t.equal(/^ {4}ports:/m.test(lines), name === 'causerie', `${name} is ${name === 'causerie' ? '' : 'not '}published`)
  }
  t.match(services.causerie, "ports: ['127.0.0.1:")
  t.match(services.ollama, 'profiles: [ollama]')
})

t.test('uses only settings that exist, and explains the required ones', async t => {
  const environment = services.causerie!.slice(services.causerie!.indexOf('environment:'), services.causerie!.indexOf('volumes:'))
  const names = [...environment.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name!)
  t.ok(names.includes('MEILI_URL') && names.includes('SUPABASE_URL') && names.includes('REDIS_URL'))
  for (const name of names) t.ok(Object.hasOwn(ConfigSchema.properties, name), name)
  for (const [, name, rest] of compose.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)) {
    if (name !== 'AUTHENTICATOR_PASSWORD' || rest !== '') t.match(rest, /^:(\?.{10,}|-)/, name!)
  }
})

t.test('gives each container as little as it needs', async t => {
  const shared = compose.slice(compose.indexOf('x-restart:'), compose.indexOf('\nservices:'))
  for (const setting of ['no-new-privileges:true', 'cap_drop: [ALL]', 'read_only: true']) t.match(shared, setting)
  for (const [name, lines] of Object.entries(services)) {
    t.match(lines, '<<: *restart', name)
    t.notMatch(lines, /cap_add|privileged|read_only: false|network_mode/, name)
    const [, tag = ''] = /image: \S+?:(\S+)/.exec(lines) ?? []
    if (name !== 'causerie') t.match(tag, /^v?\d+\.\d+/, `the image of ${name} is pinned`)
  }
  t.match(services.redis, '--requirepass')
  t.match(services.causerie, /REDIS_URL: redis:\/\/:\$\{REDIS_PASSWORD/)
  t.match(services.causerie, "PRINT_FIRST_KEY: 'false'")
})

t.test('mounts only existing files', async t => {
  for (const [, mounted] of compose.matchAll(/- \.\/([^:]+):/g)) t.ok(existsSync(path(mounted!)), mounted!)
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
