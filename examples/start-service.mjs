// Starts Causerie for an example, with the sample companies and a folder of its own, unless CAUSERIE_URL names a service.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const isWindows = process.platform === 'win32'
/** The service's own Node. */
const node = join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node')
const endsWithParent = new URL('ends-with-parent.mjs', import.meta.url).href
const failure = 'Causerie did not start. Run npm start in the project to see why.'
const tries = 120

/** @param {string} origin the address of the example's page, from which browsers ask */
export async function startService (origin) {
  if (process.env.CAUSERIE_URL) return process.env.CAUSERIE_URL.replace(/\/$/, '')
  const dir = await mkdtemp(join(tmpdir(), 'causerie-example-'))
  const port = await freePort()
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dir, CORS_ORIGINS: origin, LOG_LEVEL: 'warn' }
  // In a group of its own, it is not told twice to end: by a terminal, and from here.
  const run = (command, args, input) => spawn(command, args, { cwd: root, env, stdio: [input, 'ignore', 'inherit'], detached: !isWindows })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  let isStopping = false
  // What npm start does, without npm: it would not hand on every signal.
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  let child = run(process.execPath, ['scripts/setup.mjs'], 'ignore')
  process.once('exit', () => child.kill())
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      isStopping = true
      child.kill()
      if (isRunning()) await once(child, 'exit')
      await rm(dir, { recursive: true, force: true })
      process.exit()
    })
  }
  const [code] = await once(child, 'exit')
  // This process ends.
  if (isStopping) return new Promise(() => {})
  if (code !== 0) throw new Error(failure)
  child = run(node, ['--import', endsWithParent, ...scripts.start.split(' ').slice(1)], 'pipe')
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; i < tries && isRunning(); i++) {
    const isReady = await fetch(`${url}/ready`).then(({ ok }) => ok, () => false)
    if (isReady) return url
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  if (isStopping) return new Promise(() => {})
  throw new Error(failure)
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
