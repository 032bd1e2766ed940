// The fan-out over a mock Meilisearch: compares ways to send a question's eighty searches.
import assert from 'node:assert/strict'
import { parseProfile } from '../src/profiles/profile.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import { createMeilisearch } from '../src/backends/meilisearch/index.ts'
import { transports } from '../test/fixtures/meili-transports.ts'
import { median, quantile, type Figure } from './figures.ts'
import { longQuestions, writtenProfile, type MockOptions } from './meilisearch.ts'
import { startChild } from './processes.ts'
import type { Options } from './stack.ts'

const dimensions = 384

/** Runs each transport on its own engine with cold caches, against a server with four permits and 3 ms per search. */
export async function fanout ({ quick }: Options): Promise<Figure[]> {
  const mock = await startChild('meilisearch.ts', { searchMs: 3, permits: 4 } satisfies MockOptions)
  const questions = await longQuestions(quick ? 20 : 60)
  const measured: Record<string, { found: string, ms: number[], cpu: number, requests: number }> = {}
  try {
    for (const [name, transport] of Object.entries(transports)) {
      const { engine, close } = createMeilisearch({
        url: `http://127.0.0.1:${mock.port}`, apiKey: 'k'.repeat(32), apiKeyUid: '6f1b4b1e-7f3a-4c52-9a36-0d6f5a3b2c1d', plan: 'fanout',
        concurrency: 50, connections: 200, timeoutMs: 60_000, cacheMs: 0, cacheMaxBytes: 67_108_864, models: ['bench'], transport,
      })
      const company = parseProfile(writtenProfile)
      const ask = (text: string) =>
        engine.search({
          company, query: analyzeQuestion(text, 'fr', 'fr'), vectors: [{ model: 'bench', vector: vectorOf(text) }], limit: 6,
          signal: new AbortController().signal,
        })
      // The documents of all questions are loaded first, so that only the searches are measured.
      const found: unknown[] = []
      for (const question of questions) found.push((await ask(question)).passages.map(({ id, score }) => [id, score.toFixed(9)]))
      await mock.ask('counts')
      const ms: number[] = []
      const before = process.cpuUsage()
      for (const question of questions) {
        const began = performance.now()
        assert.equal((await ask(question)).degraded, undefined)
        ms.push(performance.now() - began)
      }
      const { user, system } = process.cpuUsage(before)
      const { requests, searches } = await mock.ask<{ requests: number, searches: number }>('counts')
      assert.ok(searches >= questions.length * 80, `${searches} searches for ${questions.length} questions`)
      measured[name] = {
        found: JSON.stringify(found), ms, cpu: ((user + system) / 1e6 / questions.length) * 1000, requests: requests / questions.length,
      }
      await close()
    }
  } finally {
    await mock.stop()
  }
  const bare = measured.single!
  for (const [name, { found }] of Object.entries(measured)) assert.equal(found, bare.found, `${name} merges unlike single searches`)
  return Object.entries(measured).flatMap(([name, { ms, cpu, requests }]): Figure[] => [
    {
      name: `${name}: CPU of the searches`, unit: 's per 1,000', value: cpu, bare: bare.cpu,
      note: `${requests.toFixed(1)} requests a question`,
    },
    { name: `${name}: p50`, unit: 'ms', value: median(ms), bare: median(bare.ms) },
    { name: `${name}: p95`, unit: 'ms', value: quantile(ms, 0.95), bare: quantile(bare.ms, 0.95) },
  ])
}

/** Makes a vector of the usual length, different for each text. */
function vectorOf (text: string): Float32Array {
  return Float32Array.from({ length: dimensions }, (_, i) => Math.sin(i + text.length) / Math.sqrt(dimensions / 2))
}
