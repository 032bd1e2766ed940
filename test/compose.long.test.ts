// compose.yaml by Compose's own loader: `docker compose config` where it is installed, else the library behind it, run by Go.
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import t from 'tap'
import { temporaryFolder } from './helper.ts'

// Go may have to fetch and build it.
t.setTimeout(300_000)
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const composeGo = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2'
const isThere = (program: string, ...given: string[]) => spawnSync(program, given).status === 0

/** Returns the exit code and the outputs of loading a file; null where nothing can load one. */
function load (folder: string) {
  const options = { cwd: folder, encoding: 'utf8' } as const
  if (isThere('docker', 'compose', 'version')) return spawnSync('docker', ['compose', '--profile', '*', 'config'], options)
  if (isThere('go', 'version')) return spawnSync('go', ['run', composeGo, 'compose.yaml'], options)
  return null
}

t.test('is a Compose file, and a misspelt setting in it would be seen', async t => {
  const folder = await temporaryFolder(t)
  const secrets = parseEnv(spawnSync(process.execPath, [path('deploy/secrets.mjs')], { encoding: 'utf8' }).stdout)
  const given: Record<string, string | undefined> = { MEILI_KEY: 'key', MEILI_KEY_UID: 'uid', ...secrets }
  // Compose-go reads no file of variables.
  const text = (await readFile(path('compose.yaml'), 'utf8')).replace(
    /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest = '') => given[name] ?? (kind === '-' ? rest : '')
  )
  for (const mounted of ['deploy/postgres', 'supabase']) await mkdir(join(folder, mounted), { recursive: true })
  await writeFile(join(folder, 'deploy/postgres/init.sh'), '')
  await writeFile(join(folder, 'compose.yaml'), text)
  const loaded = load(folder)
  if (loaded === null || (loaded.status !== 0 && /dial tcp|proxyconnect|no such host/.test(loaded.stderr))) {
    return t.comment('skipped: neither docker compose nor Go can load it')
  }
  t.equal(loaded.status, 0, loaded.stderr)
  t.match(loaded.stdout, 'meilisearch')
  await writeFile(join(folder, 'compose.yaml'), text.replace('mem_limit:', 'mem_limt:'))
  const { status, stderr } = load(folder)!
  t.not(status, 0)
  t.match(stderr, 'mem_limt')
})
