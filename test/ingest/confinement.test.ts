// Reader processes are confined, however the service itself was started.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { childEnvironment } from '../fixtures/child-environment.ts'

const script = fileURLToPath(new URL('../fixtures/reader-confined.ts', import.meta.url))
const confined = {
  probe: [
    ['environment', ''], ['options', ''], ['hooked', 'false'], ['read', 'ERR_ACCESS_DENIED'], ['write', 'ERR_ACCESS_DENIED'],
    ['start', 'ERR_ACCESS_DENIED'],
  ],
  read: ['All is well.', 'One', 'a', 'x', 'Head', 'Raft (One)', 'y', 'Hello', 'z'],
}

/** Runs the script with only these environment variables, so that the test tool does not load its own hooks. */
async function run (flags: string[], environment: Record<string, string> = {}): Promise<unknown> {
  const { PATH: _, ...cache } = childEnvironment
  const variables = Object.entries({ ...cache, ...environment }).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await promisify(execFile)('env', ['-i', ...variables, process.execPath, ...flags, script])
  return JSON.parse(stdout)
}

/** Writes hooks that record in `log` the processes that load them. */
function writeHooks (t: Test): { module: string, script: string, log: string } {
  const body = 'globalThis.hooked = true\nappendFileSync(process.env.HOOK_LOG, process.pid + String.fromCharCode(10))\n'
  const dir = t.testdir({
    'hook.mjs': `import { appendFileSync } from 'node:fs'\n${body}`,
    'hook.cjs': `const { appendFileSync } = require('node:fs')\n${body}`,
  })
  return { module: join(dir, 'hook.mjs'), script: join(dir, 'hook.cjs'), log: join(dir, 'log') }
}

t.test('a reader process has no environment and cannot read, write or start anything', async t => {
  t.same(await run([]), confined)
})

for (const flag of ['--import', '--require'] as const) {
  t.test(`the same under ${flag}, which loads nothing into it`, async t => {
    const { module, script, log } = writeHooks(t)
    const hook = flag === '--import' ? module : script
    for (const flags of [[flag, hook], [`${flag}=${hook}`]]) {
      await writeFile(log, '')
      t.same(await run(flags, { HOOK_LOG: log }), confined)
      t.equal((await readFile(log, 'utf8')).trim().split('\n').length, 1, 'only the service loaded it')
    }
  })

  t.test(`the same with ${flag} in NODE_OPTIONS`, async t => {
    const { module, script, log } = writeHooks(t)
    t.same(await run([], { HOOK_LOG: log, NODE_OPTIONS: `${flag}=${flag === '--import' ? module : script}` }), confined)
    t.equal((await readFile(log, 'utf8')).trim().split('\n').length, 1, 'only the service loaded it')
  })
}
