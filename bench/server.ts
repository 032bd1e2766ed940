// The server under test: the real app in a process that reports its CPU time and memory to the bench.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { buildApp } from '../src/app.ts'
import { makeConfig } from '../src/config.ts'
import type { EmbeddedText } from '../src/embed/embedder.ts'
import { serveParent } from './child.ts'

// As scripts/start.mjs does: the threads have limits of their own.
setFlagsFromString('--max-semi-space-size=0')

const options = JSON.parse(process.argv[2]!) as Record<string, unknown> & { mayBeDegraded?: boolean }
const app = await buildApp(makeConfig(options))
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
