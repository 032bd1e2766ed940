// The ONNX runtime reports what it does to Microsoft unless it is told not to: it is told.
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import t from 'tap'
import { temporaryFolder } from '../helper.ts'

const [thread, worker] = ['../../src/embed/thread.ts', '../fixtures/onnx-worker.ts'].map(path => new URL(path, import.meta.url).href)
const script = `
  const { createThread } = await import('${thread}')
  const thread = createThread({ worker: new URL('${worker}') })
  await thread.load({ repository: 'none' })
  await thread.close()`

t.test('the runtime starts no telemetry, which would leave the id of this machine in the home folder', async t => {
  const home = await temporaryFolder(t)
  const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...env } = process.env
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...env, HOME: home }, encoding: 'utf8' })
  t.equal(child.status, 0, child.stderr)
  t.same(await readdir(home), [])
})
