// Starts Causerie for an example, with the sample companies and a folder of its own, unless CAUSERIE_URL names a service.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tries = 120

/** @param {string} origin the address of the example's page, from which browsers ask */
export async function startService (origin) {
  if (process.env.CAUSERIE_URL) return process.env.CAUSERIE_URL.replace(/\/$/, '')
  const dir = await mkdtemp(join(tmpdir(), 'causerie-example-'))
  const port = await freePort()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dir, CORS_ORIGINS: origin, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      stop()
      if (child.exitCode === null) await once(child, 'exit')
      await rm(dir, { recursive: true, force: true })
      process.exit()
    })
  }
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; i < tries && child.exitCode === null; i++) {
    const isReady = await fetch(`${url}/ready`).then(({ ok }) => ok, () => false)
    if (isReady) return url
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  throw new Error('Causerie did not start. Run npm start in the project to see why.')
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
