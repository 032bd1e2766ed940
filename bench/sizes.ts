// Half a million, one and two million tokens: how long they take to be found, how fast they are searched, and what memory that takes.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createTokenCounter } from '../src/language/token-count.ts'
import { quantile, type Figure } from './figures.ts'
import { askAll, put } from './knowledge-client.ts'
import { corpus, questionsOf } from './knowledge-corpus.ts'
import { startKnowledge, tokenizerFile } from './knowledge.ts'
import type { Options } from './stack.ts'

export async function sizes ({ quick }: Options): Promise<Figure[]> {
  const { count } = createTokenCounter(JSON.parse(await readFile(tokenizerFile, 'utf8')))
  const goals = quick ? [50_000, 100_000] : [524_288, 1_048_576, 2_097_152]
  const figures: Figure[] = []
  for (const goal of goals) {
    const { files, chunks } = await corpus(goal, count)
    const { server, stop } = await startKnowledge(['docs'])
    try {
      const { rss: empty } = await server.ask<{ rss: number }>('memory')
      const began = performance.now()
      const done = await put(server, 'docs', files)
      const seconds = (performance.now() - began) / 1000
      assert.equal(done.rejected, 0)
      const answers = await askAll(server, 'docs', questionsOf(chunks, quick ? 50 : 200))
      // Five words in a row of some page: the floor refuses some of them, whatever was found.
      const found = answers.filter(({ sources }) => sources > 0).length / answers.length
      assert.ok(found > 0.5, `${found} of the questions were answered`)
      const search = answers.map(({ searchMs }) => searchMs)
      const { rss, peak } = await server.ask<{ rss: number, peak: number }>('memory')
      const name = `${Math.round(goal / 1024)}K tokens`
      figures.push(
        { name: `${name}: in`, value: seconds, unit: 's', note: `${files.length} files, ${done.tokens} tokens, ${done.chunks} chunks` },
        {
          name: `${name}: search p50`, value: quantile(search, 0.5), unit: 'ms',
          note: `p95 ${quantile(search, 0.95).toFixed(0)} ms; ${Math.round(100 * found)} % answered`,
        },
        {
          name: `${name}: memory`, value: rss / 1e6, unit: 'MB', bare: empty / 1e6, note: `peak ${(peak / 1e6).toFixed(0)} MB; bare: empty`,
        }
      )
    } finally {
      await stop()
    }
  }
  return figures
}
