// The set-up of a fresh clone: installs once, also after an interrupted installation, and says what is wrong.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, readFile, rm, symlink, watch, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { temporaryFolder } from '../helper.ts'

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const lock = {
  packages: {
    '': { name: 'clone' }, 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-system': { version: '1.0.0', optional: true },
  },
}

/** Installs as npm does: the packages, then the list of them. */
const working = `
const { cpSync, mkdirSync, rmSync, writeFileSync, readFileSync, appendFileSync } = require('node:fs')
appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')
rmSync('node_modules', { recursive: true, force: true })
mkdirSync('node_modules/a', { recursive: true })
writeFileSync('node_modules/a/package.json', '{}')
cpSync('node', 'node_modules/node/bin/node')
const { packages } = JSON.parse(readFileSync('package-lock.json'))
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': packages['node_modules/a'] } }))`

/** Stops half-way, ignores signals like npm, and has a child that continues to write. */
const stuck = `
const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs')
appendFileSync('npm.log', 'stuck\\n')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
mkdirSync('node_modules/a', { recursive: true })
const deaf = 'process.on("SIGINT", () => {}); setInterval(() => {}, 1000)'
require('node:child_process').spawn(process.execPath, ['-e', deaf], { stdio: 'inherit' })
writeFileSync('half-installed', '')
setInterval(() => {}, 1000)`

/** Makes a clone whose npm is our script, and whose Node is a script that reports its start. */
async function open (t: Test) {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, 'scripts'))
  await mkdir(join(dir, 'bin'))
  await copyFile(project('scripts/setup.mjs'), join(dir, 'scripts', 'setup.mjs'))
  await writeFile(join(dir, 'package-lock.json'), JSON.stringify(lock))
  await writeFile(join(dir, 'node'), '#!/bin/sh\necho "provision $*"\n')
  await chmod(join(dir, 'node'), 0o755)
  const env = { ...process.env, PATH: `${join(dir, 'bin')}${delimiter}${process.env.PATH}` }

  function start () {
    const child = spawn(process.execPath, [join(dir, 'scripts', 'setup.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', part => { text += part })
    t.teardown(() => child.kill('SIGKILL'))
    return {
      child, ended: once(child, 'close', { signal: AbortSignal.timeout(60_000) }).then(([code, signal]) => ({ code, signal, text })),
    }
  }

  return {
    dir, start,
    setUp: () => start().ended,
    async useNpm (script: string) {
      await writeFile(join(dir, 'bin', 'npm'), `#!${process.execPath}\n${script}`)
      await chmod(join(dir, 'bin', 'npm'), 0o755)
    },
    runs: async () => (await readFile(join(dir, 'npm.log'), 'utf8')).trim().split('\n'),
  }
}

async function appearance (file: string): Promise<void> {
  const changes = watch(dirname(file), { signal: AbortSignal.timeout(20_000) })
  if (existsSync(file)) return
  for await (const { filename } of changes) if (filename === basename(file)) return
}

t.test('installs packages once, and again when the lockfile names others', async t => {
  const { dir, useNpm, setUp, runs } = await open(t)
  await useNpm(working)
  t.match(await setUp(), { code: 0, text: /installing packages[^]*provision \S+provision\.ts/ })
  const second = await setUp()
  t.equal(second.code, 0)
  t.notMatch(second.text, 'installing')
  t.same(await runs(), ['ci --no-audit --no-fund'])
  await writeFile(
    join(dir, 'package-lock.json'), JSON.stringify({ packages: { ...lock.packages, 'node_modules/a': { version: '1.1.0' } } })
  )
  t.match(await setUp(), { code: 0, text: 'installing packages' })
  await rm(join(dir, 'node_modules', 'a'), { recursive: true })
  t.match(await setUp(), { code: 0, text: 'installing packages' }, 'a package that was removed by hand')
  t.equal((await runs()).length, 3)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`leaves no npm behind when ${signal} ends the installation, and installs again at the next start`, async t => {
    const { dir, useNpm, start, setUp, runs } = await open(t)
    await useNpm(working)
    await setUp()
    // The remains of an earlier installation look complete.
    await writeFile(
      join(dir, 'package-lock.json'), JSON.stringify({ packages: { ...lock.packages, 'node_modules/b': { version: '1.0.0' } } })
    )
    await useNpm(stuck)
    const { child, ended } = start()
    await appearance(join(dir, 'half-installed'))
    child.kill(signal)
    // Its output is closed once npm and npm's child, which share it, are gone.
    t.match(await ended, { code: null, signal })
    await writeFile(join(dir, 'package-lock.json'), JSON.stringify(lock))
    await useNpm(working)
    t.match(await setUp(), { code: 0, text: /installing packages[^]*provision/ })
    t.same(await runs(), ['ci --no-audit --no-fund', 'stuck', 'ci --no-audit --no-fund'])
  })
}

t.test('reports an npm that is killed or fails, and installs again at the next start', async t => {
  const { dir, useNpm, setUp } = await open(t)
  await useNpm('process.kill(process.pid, "SIGKILL")')
  t.match(await setUp(), { code: 1, text: /"npm ci" failed \(SIGKILL\)\. The next start installs anew\.\n$/ })
  await useNpm('process.exit(7)')
  t.match(await setUp(), { code: 1, text: /"npm ci" failed \(exit code 7\)/ })
  await mkdir(join(dir, 'node_modules'))
  await writeFile(join(dir, 'node_modules', '.package-lock.json'), '{"packages":{}}')
  await useNpm(working)
  t.match(await setUp(), { code: 0, text: 'installing packages' }, 'a list that lacks packages')
})

t.test('says what to do when node\'s install script did not run', async t => {
  const { useNpm, setUp } = await open(t)
  await useNpm(`${working}\nrmSync('node_modules/node', { recursive: true })`)
  t.match(await setUp(), { code: 1, text: /node_modules\/node is incomplete.*npm ci/ })
})

t.test('installs nothing through a link, whose target npm would empty', async t => {
  const { dir, useNpm, setUp } = await open(t)
  const other = await temporaryFolder(t)
  await mkdir(join(other, 'node_modules', 'node', 'bin'), { recursive: true })
  await copyFile(join(dir, 'node'), join(other, 'node_modules', 'node', 'bin', 'node'))
  await symlink(join(other, 'node_modules'), join(dir, 'node_modules'))
  await useNpm('process.exit(1)')
  t.match(await setUp(), {
    code: 0, text: new RegExp(`node_modules is a link.*run "npm ci" in .*${other.split('/').at(-1)}\\.\nprovision`),
  })
})

t.test('causes no warnings of npm about the project\'s own settings', async t => {
  const dir = await temporaryFolder(t)
  for (const file of ['.npmrc', 'package.json']) await copyFile(project(file), join(dir, file))
  const npm = spawn('npm', ['pkg', 'get', 'name'], {
    cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, HOME: dir },
  })
  let text = ''
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', part => { text += part })
  t.same(await once(npm, 'close'), [0, null])
  t.equal(text, '"causerie"\n')
})
