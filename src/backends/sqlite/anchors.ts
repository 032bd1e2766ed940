// Opens the sample companies in a store of their own, to see what other weights would do to their answers.
import { join } from 'node:path'
import type { Embedder } from '../../embed/embedder.ts'
import { withBackground } from '../../search/background.ts'
import type { SearchEngine } from '../../search/engine.ts'
import type { CompanyProfile } from '../../types.ts'
import { getProfile } from './profiles.ts'
import { loadSamples } from './samples.ts'
import { createSqliteEngine } from './search.ts'
import { createStore } from './thread.ts'
import { createVectors } from './vectors.ts'

const timeoutMs = 30_000

/**
 * Resolves when they have their vectors. Their files stay, in `anchors/` of the data directory: the next run embeds nothing
 * again. Throws when they cannot be read.
 */
export async function openAnchorEngine ({ dataDir, samplesDir, embedder, signal }: {
  dataDir: string, samplesDir: string, embedder: Embedder, signal: AbortSignal
}): Promise<{ engine: SearchEngine, companies: CompanyProfile[], close (): Promise<void> }> {
  const store = createStore({ dataDir: join(dataDir, 'anchors') })
  try {
    const engine = createSqliteEngine({ store, timeoutMs })
    const loaded = await loadSamples({ dir: samplesDir, store, onChanged: engine.changed })
    const problem = loaded.find(({ problem }) => problem !== undefined)
    if (problem) throw new Error(`${problem.company}: ${problem.problem}`)
    signal.throwIfAborted()
    const read = async (company: string) => (await getProfile(store, company)).profile
    const failures: unknown[] = []
    const vectors = createVectors({
      store, embedder, profile: read, graceMs: 0, onChanged: engine.changed, onError: (_, error) => { failures.push(error) },
    })
    const stop = () => { vectors.close().catch(() => {}) }
    signal.addEventListener('abort', stop, { once: true })
    try {
      await vectors.fill(loaded.map(({ company }) => company))
    } finally {
      signal.removeEventListener('abort', stop)
      await vectors.close()
    }
    if (failures.length > 0) throw failures[0]
    signal.throwIfAborted()
    const companies = await Promise.all(loaded.map(({ company }) => read(company)))
    return { engine: withBackground(engine, embedder), companies: companies.filter(company => company !== null), close: store.close }
  } catch (error) {
    await store.close()
    throw error
  }
}
