// A company that floods the service, beside a quiet one: the bench, as a test.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const bench = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))
/** A machine with other work can be slow for a while; a service that is not fair is so each time. */
const tries = 3

interface Line { name: string, value: number, reached?: boolean }

t.test('the quiet company gets its first token and its upload in time', async t => {
  for (let n = 1; ; n++) {
    const { stdout } = await promisify(execFile)(process.execPath, [bench, '--quick', '--json', 'flood'])
      .catch((error: { stdout: string }) => error)
    const lines = stdout.trim().split('\n').map(line => JSON.parse(line) as Line)
    t.equal(lines.length, 4)
    const missed = lines.filter(({ reached }) => reached === false)
    if (missed.length === 0) return
    if (n === tries) return t.fail('goals were missed', { lines })
  }
})
