// The server under test: the real app in a process that reports its CPU time and memory to the bench.
import { growYoungGeneration } from '../src/heap.ts'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AddressInfo } from 'node:net'
import type { EmbeddedText } from '../src/embed/embedder.ts'
import { serveParent } from './child.ts'

// Loaded with a small heap, as src/server.ts does.
const { buildApp } = await import('../src/app.ts')
const { makeConfig } = await import('../src/config.ts')

const options = JSON.parse(process.argv[2]!) as Record<string, unknown> & { mayBeDegraded?: boolean }
const app = await buildApp(makeConfig(options))
growYoungGeneration(app.answerEvents)
await app.listen({ host: '127.0.0.1', port: 0 })
// No background work may run during a measurement.
const failure = await app.samplesLoaded
if (failure !== null) throw new Error(failure)
await app.vectors.fill(await app.store.companies())
const { ready, waiting, degraded } = await app.readiness()
const isAsExpected = ready && (options.mayBeDegraded || Object.keys(degraded).length === 0)
if (!isAsExpected) throw new Error(`not ready: ${JSON.stringify({ waiting, degraded })}`)

const delays = monitorEventLoopDelay({ resolution: 5 })

serveParent((app.server.address() as AddressInfo).port, {
  stats: () => ({ embedding: app.embedder.stats(), answers: app.answers.stats(), vectors: app.vectors.stats() }),
  memory () {
    globalThis.gc?.()
    return { rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }
  },
  watchLoop () {
    delays.reset()
    delays.enable()
  },
  /** Returns the longest delay since `watchLoop`, in ms. */
  loopDelay () {
    delays.disable()
    return { longest: delays.max / 1e6 }
  },
  /** Embeds passages as ingestion does; returns their number and the longest delay of the event loop meanwhile, in ms. */
  async embed (documents: EmbeddedText[]) {
    delays.reset()
    delays.enable()
    const began = performance.now()
    const vectors = await app.embedder.embedPassages(documents)
    delays.disable()
    // The histogram's values include its own interval.
    return { vectors: vectors?.flat().length ?? 0, ms: performance.now() - began, longestDelay: delays.max / 1e6 }
  },
}, () => app.close())
