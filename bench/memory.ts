// The memory of the service, started as `npm start` does, under a load of unique answers: how much, and whether it grows.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClient } from './client.ts'
import { answerCheck } from './checks.ts'
import type { Figure } from './figures.ts'
import { asNpmStart } from './knowledge.ts'
import { createRunning, startChild, startLlm } from './processes.ts'
import { answered, goldenQuestions, profileFlags, settings, uncached, type Options } from './stack.ts'

const clients = 64
const pageBytes = 4096

export async function memory (options: Options): Promise<Figure[]> {
  const quarter = options.quick ? 375 : 1500
  const { started, stop } = createRunning()
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  try {
    const llm = await started(startLlm())
    const { flags, environment } = asNpmStart
    const own = [...flags, ...profileFlags(options)]
    const server = await started(startChild('server.ts', settings(dataDir, llm.url), own, environment))
    // Linux counts it, so the process is not asked: it would collect garbage first.
    const resident = async () => Number((await readFile(`/proc/${server.pid}/statm`, 'utf8')).split(' ')[1]) * pageBytes / 1e6
    const questions = await answered(server.port, await goldenQuestions())
    const figures: Figure[] = [{ name: 'memory, each question asked once', value: await resident(), unit: 'MB' }]
    const next = uncached({ questions }, server.port)
    const check = answerCheck({ whole: true })
    const open = await Promise.all(Array.from({ length: clients }, () => openClient(server.port, 'event: delta')))
    const after: number[] = []
    for (let part = 1; part <= 4; part++) {
      let asked = 0
      await Promise.all(open.map(async (client) => {
        while (asked++ < quarter) check(await client.ask(next()))
      }))
      after.push(await resident())
      figures.push({
        name: `… after ${part * quarter} unique answers`, value: after.at(-1)!, unit: 'MB',
        ...(part === 4 && !options.quick ? { bare: after[1]!, goal: { of: 'value', atMost: 450 }, note: 'bare: after half of them' } : {}),
      })
    }
    for (const client of open) client.close()
    return figures
  } finally {
    await stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
