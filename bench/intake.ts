// A million tokens put in over HTTP: until they are found by words, with the CPU time of each thread and reading process.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createTokenCounter } from '../src/language/token-count.ts'
import type { Figure } from './figures.ts'
import { ask, put } from './knowledge-client.ts'
import { corpus, questionsOf } from './knowledge-corpus.ts'
import { startKnowledge, tokenizerFile } from './knowledge.ts'
import type { Options } from './stack.ts'
import { cpuOfProcess, cpuOfThreads } from './threads.ts'

export async function intake (options: Options): Promise<Figure[]> {
  const goal = options.quick ? 100_000 : 1_048_576
  const { count } = createTokenCounter(JSON.parse(await readFile(tokenizerFile, 'utf8')))
  const { files, chunks } = await corpus(goal, count)
  const { server, stop } = await startKnowledge(['docs'], options)
  try {
    const { rss: empty } = await server.ask<{ rss: number }>('memory')
    await server.ask('watchLoop')
    const before = await cpuOfThreads(server.pid)
    const began = performance.now()
    const done = await put(server, 'docs', files)
    const seconds = (performance.now() - began) / 1000
    const after = await cpuOfThreads(server.pid)
    const reading = await cpuOfProcess(server.pid, { children: true })
    const { longest } = await server.ask<{ longest: number }>('loopDelay')
    const { rss, peak } = await server.ask<{ rss: number, peak: number }>('memory')
    assert.equal(done.rejected, 0)
    assert.ok((await ask(server, 'docs', questionsOf(chunks, 1)[0]!)).sources > 0, 'what was put in is not found')
    const threads = after
      .map(({ id, name, cpu }) => ({ name, cpu: cpu - (before.find(thread => thread.id === id)?.cpu ?? 0) }))
      .sort((a, b) => b.cpu - a.cpu)
    const own = threads.reduce((sum, { cpu }) => sum + cpu, 0)
    return [
      {
        name: `${goal} tokens in`, value: seconds, unit: 's', goal: { of: 'value', atMost: options.quick ? 2 : 5 },
        note: `${files.length} files, ${done.tokens} tokens, ${done.chunks} chunks`,
      },
      {
        name: 'CPU of the service', value: own, unit: 's',
        note: threads.filter(({ cpu }) => cpu >= 0.02).map(({ name, cpu }) => `${name} ${cpu.toFixed(2)}`).join(', '),
      },
      { name: 'CPU of the reading processes', value: reading, unit: 's', note: 'their start is counted' },
      {
        name: 'memory of the service then', value: rss / 1e6, unit: 'MB', bare: empty / 1e6, goal: { of: 'value', atMost: 350 },
        note: `peak ${(peak / 1e6).toFixed(0)} MB; bare: empty`,
      },
      { name: 'longest hold of the event loop', value: longest, unit: 'ms', goal: { of: 'value', atMost: 30 } },
    ]
  } finally {
    await stop()
  }
}
