// Profiles: what each costs in memory and time, with the same questions and the same language model, and how good answers are.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerCheck } from './checks.ts'
import type { Figure } from './figures.ts'
import { load } from './load.ts'
import { startChild } from './processes.ts'
import { profileQuality } from './profile-quality.ts'
import { askEach, profileFlags, settings, startStack, uncached, type Options } from './stack.ts'

const profiles = ['production', 'low-memory', 'quality'] as const
const clients = 16

export async function profilesBench (options: Options): Promise<Figure[]> {
  const stack = await startStack({ quick: options.quick })
  const figures: Figure[] = []
  try {
    for (const profile of profiles) {
      const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
      const child = await startChild(
        'server.ts', settings(dataDir, stack.llm.url, { PROFILE: profile }),
        ['--expose-gc', ...profileFlags(options)]
      )
      try {
        const idle = await child.ask<{ rss: number }>('memory')
        await askEach(child.port, stack.questions)
        const seconds = options.quick ? 1 : 6
        const outcome = await load({
          child, clients, seconds, next: uncached(stack, child.port), check: answerCheck({ whole: true }),
        })
        const loaded = await child.ask<{ peak: number }>('memory')
        figures.push(
          { name: `${profile}: memory, idle`, unit: 'MB', value: idle.rss / 1e6 },
          { name: `${profile}: memory, most`, unit: 'MB', value: loaded.peak / 1e6 },
          { name: `${profile}: first token p50`, unit: 'ms', value: outcome.first.p50, note: `p95 ${outcome.first.p95.toFixed(0)}` },
          { name: `${profile}: CPU`, unit: 's per 1,000', value: outcome.cpu }
        )
      } finally {
        await child.stop()
        await rm(dataDir, { recursive: true, force: true })
      }
      figures.push(...await profileQuality(profile))
    }
    return figures
  } finally {
    await stack.stop()
  }
}
