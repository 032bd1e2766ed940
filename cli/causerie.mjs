#!/usr/bin/env node
// The command `causerie` for whichever Node runs this file: the command itself needs the one that comes with the packages.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ownNode = fileURLToPath(new URL(`../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url))
const main = new URL('./main.ts', import.meta.url)
/** The first Node that reads all of the code (`engines` in package.json). */
const leastMajor = 24

if (!existsSync(new URL('../node_modules/commander', import.meta.url))) {
  process.stderr.write(`The packages of ${root} are not installed yet. Run "npm start" there, or "npm ci".\n`)
  process.exitCode = 1
} else if (Number.parseInt(process.versions.node) >= leastMajor) await import(main.href)
else if (existsSync(ownNode)) {
  const command = spawn(ownNode, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => command.kill(signal))
  command.on('exit', (code, signal) => {
    process.exitCode = code ?? 1
    if (signal !== null) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
} else {
  process.stderr.write(`causerie needs Node ${leastMajor}; this is ${process.version}. Run "npm ci" in ${root}, which brings it.\n`)
  process.exitCode = 1
}
