// The main thread stays responsive while passages are embedded.
import t from 'tap'
import { createEmbedder } from '../../src/embed/create.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { embedModels } from '../fixtures/embed-models.ts'

const tickMs = 20
const maxGapMs = 60

t.test('a ticker of 20 ms has no gap over 60 ms while 500 passages are embedded', async (t) => {
  const modelsDir = await embedModels()
  const embedder = createEmbedder({ models: ['all-MiniLM-L6-v2'], dtype: 'q4', threads: 1, modelsDir, cacheMax: 0 })
  t.teardown(() => embedder.close())
  await embedder.ready()
  const documents = Array.from({ length: 500 }, (_, i) => ({
    title: '', text: `Parcel ${i} leaves our warehouse in Lille within two days.`
  }))
  let gap = Infinity
  // A garbage collection may widen a gap, so the best of three rounds counts.
  for (let round = 0; round < 3 && gap > maxGapMs; round++) {
    let widest = 0
    let ticks = 0
    // Only this thread's work between two ticks keeps it from answering; the work of other processes does not count.
    let last = cpuMs()
    const ticker = setInterval(() => {
      const now = cpuMs()
      widest = Math.max(widest, now - last)
      last = now
      ticks++
    }, tickMs)
    t.equal((await embedder.embedPassages(documents))!.length, 500)
    clearInterval(ticker)
    t.ok(ticks > 20, `${ticks} ticks`)
    gap = Math.min(gap, widest)
  }
  t.ok(gap <= maxGapMs, `widest gap ${gap.toFixed(1)} ms`)
})
