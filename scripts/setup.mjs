// Prepares a fresh clone to start the service: packages, the console, the embedding model. Runs on Node 20 or later.
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
/** npm's own list of installed packages. npm writes it last, so it also proves that the installation was completed. */
const installedList = join(modules, '.package-lock.json')
const isWindows = process.platform === 'win32'
const node = join(modules, 'node', 'bin', isWindows ? 'node.exe' : 'node')

const [major] = process.versions.node.split('.').map(Number)
if (major < 20) fail(`Node ${process.versions.node} is too old; install Node 20 or newer.`)

if (!isInstalled()) {
  if (isLink(modules)) {
    // npm would empty the folder behind the link.
    console.error(
      `causerie: node_modules is a link and lacks packages of package-lock.json; run "npm ci" in ${dirname(realpathSync(modules))}.`
    )
  } else await install()
}
if (!existsSync(node)) {
  fail(
    'node_modules/node is incomplete: its install script did not run. ' +
      'Allow install scripts (npm config get ignore-scripts) and run "npm ci".'
  )
}
// Without these texts Node reads TypeScript itself.
await run(node, [join(root, 'scripts', 'write-plain-code.mjs')])
// Without the console, the service answers all the same.
await run(node, [join(root, 'scripts', 'web.mjs')])
// Without a model, search works by words, so a failed download does not prevent the start.
await run(node, [join(root, 'scripts', 'provision.ts'), ...process.argv.slice(2)])

async function install () {
  console.log('causerie: installing packages (once)…')
  // If this installation is killed half-way, the list of an earlier one would make it look complete.
  rmSync(installedList, { force: true })
  const problem = await run(isWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'])
  if (problem) fail(`"npm ci" failed (${problem}). The next start installs anew.`)
}

/** Returns true when node_modules holds the packages of package-lock.json, except those for other systems. */
function isInstalled () {
  if (!existsSync(installedList)) return false
  const wanted = readPackages(join(root, 'package-lock.json'))
  const installed = readPackages(installedList)
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || (optional && !(path in installed))) return true
    return installed[path]?.version === version && existsSync(join(root, path, 'package.json'))
  })
}

function readPackages (file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

function isLink (path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/** Runs a command. Returns the error message, or undefined. An interruption ends the command and this process. */
async function run (command, args) {
  // npm keeps writing for a while after an interruption, even into the next installation. In its own process group, it can
  // be killed with everything that it has started.
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: !isWindows,
    shell: command.endsWith('.cmd'),
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  function interrupt (signal) {
    for (const other of signals) process.off(other, interrupt)
    killGroup(child)
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, interrupt)
  const problem = await new Promise(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('exit', (code, signal) => resolve(code === 0 ? undefined : signal ?? `exit code ${code}`))
  })
  for (const signal of signals) process.off(signal, interrupt)
  return problem
}

function killGroup (child) {
  try {
    if (isWindows) child.kill()
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
}

function fail (message) {
  console.error(`causerie: ${message}`)
  process.exit(1)
}
