// The command `causerie` on a machine whose own Node is old, or whose packages are missing.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { temporaryFolder } from '../helper.ts'

const command = fileURLToPath(new URL('../../cli/causerie.mjs', import.meta.url))
/** Makes a Node take itself for an old one. */
const old = [
  '--import', 'data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.9.0" } })',
]

function causerie (node: string[], file = command): Promise<{ code: number, out: string, err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [...node, file, '--version'], { env: childEnvironment }, (error, out, err) => {
      resolve({ code: error ? error.code as number : 0, out, err })
    })
  })
}

t.test('runs with any Node once the packages are installed', async t => {
  const [own, other] = await Promise.all([causerie([]), causerie(old)])
  t.match(own, { code: 0, out: /^\d+\.\d+\.\d+\n$/ })
  t.same(other, own)
})

t.test('hands on the exit code', async t => {
  const failing = spawn(process.execPath, [...old, command, 'no-such-command'], { env: childEnvironment, stdio: 'ignore' })
  const [code] = await once(failing, 'exit')
  t.equal(code, 2)
})

t.test('ends the command with itself when it is stopped', async t => {
  const silent = createServer()
  t.teardown(() => silent.close())
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const waiting = spawn(process.execPath, [...old, command, 'status', '--url', url], { env: childEnvironment, stdio: 'ignore' })
  const [request] = await once(silent, 'request') as [IncomingMessage]
  const [[code, signal]] = await Promise.all([
    once(waiting, 'exit'), once(request.socket, 'close'), Promise.resolve(waiting.kill('SIGTERM')),
  ])
  t.ok(signal === 'SIGTERM' || code !== 0)
})

t.test('says what to do where the packages are missing', async t => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'cli'))
  const file = join(folder, 'cli/causerie.mjs')
  await copyFile(command, file)
  const { code, out, err } = await causerie([], file)
  t.equal(code, 1)
  t.equal(out, '')
  t.match(err, `The packages of ${folder}`)
  t.match(err, 'Run "npm start" there')
})
