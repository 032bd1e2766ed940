// The unit for systemd, read: it starts the service as npm start does, lets it end in peace, and lets it write where it has to.
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeConfig } from '../../src/config.ts'
import { temporaryFolder } from '../helper.ts'
import { writeFile } from 'node:fs/promises'

const root = fileURLToPath(new URL('../../', import.meta.url))
const unit = readFileSync(join(root, 'deploy/systemd/causerie.service'), 'utf8')
const valuesOf = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!)

t.test('starts the service as npm start does', async t => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  t.equal(valuesOf('ExecStart')[0], `/opt/causerie/node_modules/node/bin/${scripts.start}`)
})

t.test('lets running answers end, and writes only where it may', async t => {
  t.ok(Number(valuesOf('TimeoutStopSec')[0]) > makeConfig({}).SHUTDOWN_SECONDS + 1)
  const settings = valuesOf('Environment').flatMap(line => line.split(' ')).map(setting => setting.split('=') as [string, string])
  const state = `/var/lib/${valuesOf('StateDirectory')[0]}/`
  for (const name of ['DATA_DIR', 'MODELS_DIR']) t.ok(new Map(settings).get(name)!.startsWith(state), name)
  // Files are read in namespaces of their own, and V8 writes what it runs.
  for (const name of ['RestrictNamespaces', 'MemoryDenyWriteExecute']) t.same(valuesOf(name), [])
})

t.test('is a unit that systemd reads', async t => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return t.comment('NOT TESTED: there is no systemd-analyze here')
  const file = join(await temporaryFolder(t), 'causerie.service')
  await writeFile(file, unit.replaceAll('/opt/causerie/node_modules/node/bin/node', process.execPath).replace('/opt/causerie', root))
  const { stderr, status } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  // It names the unit whose fault something is; it also fails where it cannot run, as in some containers.
  t.notMatch(stderr, /causerie\.service/)
  if (status !== 0) t.comment(`NOT TESTED: ${stderr}`)
})
