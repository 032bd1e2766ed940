// Brings a fresh clone to where the service can start: packages, then the embedding model. Any Node from 20 on.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [major] = process.versions.node.split('.').map(Number)
if (major < 20) fail(`Node ${process.versions.node} is too old; install Node 20 or newer.`)

const installed = join(root, 'node_modules', '.package-lock.json')
const lock = join(root, 'package-lock.json')
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.log('causerie: installing packages (once)…')
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'])
}

const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
if (!existsSync(node)) fail('node_modules/node is missing: its install script did not run; allow install scripts and run "npm rebuild node".')
run(node, [join(root, 'scripts', 'provision.ts'), ...process.argv.slice(2)], 'tolerate')

/** A model that cannot be had is no reason not to start: search is by words until it comes. */
function run (command, args, failure = 'stop') {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0 && failure === 'stop') fail(`${command} ${args[0]} failed${error ? `: ${error.message}` : ''}`)
}

function fail (message) {
  console.error(`causerie: ${message}`)
  process.exit(1)
}
