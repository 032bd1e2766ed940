// A steady pace of questions that are in no cache, for minutes: what `causerie bench` reports of them, and the memory before and after.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from '../cli/bench/report.ts'
import type { Figure } from './figures.ts'
import { startStack, type Options } from './stack.ts'

const company = 'petit-nid'
/** Questions a minute. */
const rate = 150
/** The model writes for a second and a half. */
const model = { tokens: 100, writes: 50, delayMs: 40 }

export async function steady ({ quick, minutes = quick ? 0.2 : 1 }: Options): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const stack = await startStack({ quick }, { llm: model, warm: false })
  try {
    const file = join(dir, 'questions.txt')
    await writeFile(file, stack.questions.filter(one => one.company_id === company).map(({ message }) => message).join('\n'))
    const run = async (seconds: number): Promise<Report> => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        fileURLToPath(new URL('../cli/main.ts', import.meta.url)), 'bench', '--json', '--fresh', '--company', company,
        '--url', `http://127.0.0.1:${stack.server.port}`, '--questions', file, '--rate', `${rate}`, '--seconds', `${seconds}`,
      ], { cwd: dir }).catch(({ stdout }: { stdout: string }) => ({ stdout }))
      return JSON.parse(stdout) as Report
    }
    const memory = async () => (await stack.server.ask<{ rss: number }>('memory')).rss / 1e6
    await run(5)
    const before = await memory()
    const { asked, ok, per_minute: perMinute, first_token_ms: first, total_ms: total, answered_by: by } = await run(60 * minutes)
    return [
      {
        name: 'questions answered a minute', value: perMinute * ok / asked, unit: '', goal: { of: 'value', atLeast: 100 },
        note: `${ok} of ${asked} in ${minutes} minutes; ${Object.entries(by).map(([name, n]) => `${name} ${n}`).join(', ')}`,
      },
      { name: 'not answered', value: asked - ok, unit: '', goal: { of: 'value', atMost: 0 } },
      { name: 'first token p95', value: first.p95, unit: 'ms', note: `p50 ${first.p50}, p99 ${first.p99}` },
      {
        name: 'whole answer p95', value: total.p95, unit: 'ms', goal: { of: 'value', atMost: 5000 },
        note: `p50 ${total.p50}, p99 ${total.p99}`,
      },
      { name: 'memory after', value: await memory(), unit: 'MB', bare: before, goal: { of: 'ratio', atMost: 1.15 }, note: 'bare: before' },
    ]
  } finally {
    await stack.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
