// Uploads a million tokens over HTTP: the time, the memory, the effect on questions, the vectors, and searching afterwards.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import '../scripts/write-plain-code.mjs'
import { createTokenCounter } from '../src/language/token-count.ts'
import { splitWindows } from '../src/embed/windows.ts'
import { pdf } from '../test/fixtures/files.ts'
import { startBare } from './embedding.ts'
import { median, quantile, type Figure } from './figures.ts'
import { ask, askAll, put, untilEmbedded, upload, type Task } from './knowledge-client.ts'
import { corpus, plainInsert, questionsOf } from './knowledge-corpus.ts'
import { startChild, type Child } from './processes.ts'
import { profileFlags, settings, type Options } from './stack.ts'

export const tokenizerFile = new URL('../var/models/onnx-community/all-MiniLM-L6-v2-ONNX/tokenizer.json', import.meta.url)

interface Watched { longest: number }

export async function knowledge ({ quick }: Options): Promise<Figure[]> {
  const goal = quick ? 100_000 : 1_048_576
  const { count } = createTokenCounter(JSON.parse(await readFile(tokenizerFile, 'utf8')))
  const { files, tokens, chunks } = await corpus(goal, count)
  const bareRate = await bareVectorRate(chunks, count, quick ? 10_000 : 30_000)
  const figures: Figure[] = []
  const { server, dir, stop } = await startKnowledge(['first', 'second', 'papers'])
  try {
    // First without questions at the same time.
    await server.ask('watchLoop')
    const ours = monitorEventLoopDelay({ resolution: 5 })
    ours.enable()
    const began = performance.now()
    const done = await put(server, 'first', files)
    const seconds = (performance.now() - began) / 1000
    ours.disable()
    const { longest } = await server.ask<Watched>('loopDelay')
    assert.ok(done.tokens > tokens * 0.9 && done.rejected === 0, JSON.stringify(done))
    const words = questionsOf(chunks, 100)
    assert.ok((await ask(server, 'first', words[0]!)).sources > 0, 'what was put in is not found')
    const { rss, peak } = await server.ask<{ rss: number, peak: number }>('memory')
    const plain = plainInsert(join(dir, 'plain.sqlite'), chunks)
    const about = `${files.length} files, ${done.tokens} tokens, ${done.chunks} chunks`
    figures.push(
      {
        name: `${goal} tokens in`, value: seconds, unit: 's', bare: plain.seconds, goal: { of: 'value', atMost: quick ? 2 : 5 },
        note: `${about}; bare: the same chunks into one FTS5 table`,
      },
      {
        name: "the service's memory then · peak", value: rss / 1e6, unit: 'MB', goal: { of: 'value', atMost: 350 },
        note: `peak ${(peak / 1e6).toFixed(0)} MB; model loaded; the reading process, which ends by itself, is not in it`,
      },
      {
        name: 'longest hold of the event loop', value: longest, unit: 'ms', bare: ours.max / 1e6, goal: { of: 'value', atMost: 50 },
        note: 'bare: of this process, which only waits',
      }
    )

    // Again, for another company, while clients ask questions.
    const loading = put(server, 'second', files)
    const busy: number[] = []
    const state = { over: false }
    loading.finally(() => { state.over = true }).catch(() => {})
    for (let n = 0; !state.over; n++) busy.push((await ask(server, 'first', words[n % words.length]!)).firstMs)
    await loading
    const removed = await fetch(`http://127.0.0.1:${server.port}/v1/indexes/docs/documents?company_id=second&all=true`, {
      method: 'DELETE',
    })
    assert.equal(removed.status, 200)
    const rate = await vectorRate(server, quick ? 10_000 : 60_000)
    figures.push({
      name: 'passages that get their vectors', value: rate, unit: 'per s', bare: bareRate, goal: { of: 'ratio', atLeast: 0.9 },
      note: 'bare: transformers.js in a worker, one thread, title and windows of the same passages',
    })
    await untilEmbedded(server, 'first')
    const vectored = await askAll(server, 'first', questionsOf(chunks, quick ? 100 : 300, 7))
    const idle = vectored.map(({ firstMs }) => firstMs)
    figures.push({
      name: 'first token while documents come in, p50', value: median(busy), unit: 'ms', bare: median(idle),
      goal: { of: 'ratio', atMost: 2 },
      note:
        `${busy.length} questions; p95 ${quantile(busy, 0.95).toFixed(0)} and ${quantile(idle, 0.95).toFixed(0)} ms; bare: the ` +
        'same service when nothing comes in, and all vectors are there',
    })
    const search = vectored.map(({ searchMs }) => searchMs)
    const bare = plain.search(questionsOf(chunks, quick ? 100 : 300, 7))
    figures.push(
      {
        name: 'search with vectors over it p50', value: quantile(search, 0.5), unit: 'ms', bare: quantile(bare, 0.5),
        goal: { of: 'value', atMost: 15 }, note: 'bare: FTS5 alone, one table',
      },
      {
        name: 'search with vectors over it p95', value: quantile(search, 0.95), unit: 'ms', bare: quantile(bare, 0.95),
        goal: { of: 'value', atMost: 40 },
      }
    )
    plain.close()
    figures.push(...await paper(server))
    return figures
  } finally {
    await stop()
  }
}

/** What `scripts/start.mjs` starts the service with. */
export const asNpmStart = {
  flags: ['--import', new URL('../scripts/plain-code.mjs', import.meta.url).href],
  environment: { MALLOC_ARENA_MAX: '2' },
}

/** Starts a service with companies that have no documents yet, as `npm start` does. */
export async function startKnowledge (ids: string[], options?: Options): Promise<{ server: Child, dir: string, stop (): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-knowledge-'))
  for (const id of ids) {
    await mkdir(join(dir, 'companies', id), { recursive: true })
    await writeFile(join(dir, 'companies', id, 'company.json'), JSON.stringify({ id, name: id, language: 'en', indexes: { docs: {} } }))
    await writeFile(join(dir, 'companies', id, 'docs.json'), '[]')
  }
  const server = await startChild(
    './server.ts',
    settings(join(dir, 'var'), '', {
      SAMPLES_DIR: join(dir, 'companies'), FAQ_ANSWERS: false, KNOWLEDGE_MAX_TOKENS: 10_000_000, SPOOL_MAX_BYTES: 1e9,
    }),
    ['--expose-gc', ...asNpmStart.flags, ...(options ? profileFlags(options) : [])], asNpmStart.environment
  )
  return {
    server,
    dir,
    async stop () {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Measures how many passages get their vectors per second, without questions at the same time. */
async function vectorRate (server: Child, ms: number): Promise<number> {
  const made = async () => (await server.ask<{ vectors: { passages: number } }>('stats')).vectors.passages
  const before = await made()
  const began = performance.now()
  await delay(ms)
  return (await made() - before) / (performance.now() - began) * 1000
}

/** Measures the same for the bare model, one text per call: each passage's title and windows, as in the service. */
async function bareVectorRate (chunks: string[], count: (text: string) => number, ms: number): Promise<number> {
  const bare = await startBare()
  let passages = 0
  const began = performance.now()
  while (performance.now() - began < ms) {
    await bare.embed('The title of the file › A heading')
    for (const { text } of splitWindows(chunks[(passages * 97) % chunks.length]!, count)) {
      await bare.embed(`The title of the file › A heading\n${text}`)
    }
    passages++
  }
  const rate = passages / (performance.now() - began) * 1000
  await bare.stop()
  return rate
}

/** Measures a PDF of 50 MB, the first time and again. */
async function paper (server: Child): Promise<Figure[]> {
  const line = (page: number, n: number) => `Page ${page}, line ${n}: the pump of unit ${page * 40 + n} is serviced every ${n + 3} months.`
  const file = Buffer.from(
    pdf(
      Array.from({ length: 600 }, (_, page) => Array.from({ length: 40 }, (_, n) => line(page, n))), { padding: 50_000_000 }
    )
  )
  const once = async () => {
    const began = performance.now()
    const { task } = await upload(server.port, '/v1/indexes/docs/documents?company_id=papers&name=manual.pdf', file)
    const ended = await (await fetch(`http://127.0.0.1:${server.port}/v1/tasks/${task.id}?company_id=papers&wait=60`)).json() as Task
    assert.equal(ended.status, 'done', JSON.stringify(ended))
    return { ms: performance.now() - began, ended }
  }
  const first = await once()
  const again = await Array.fromAsync(Array.from({ length: 5 }), async () => {
    const { ms, ended } = await once()
    assert.equal(ended.unchanged, 1)
    return ms
  })
  return [
    {
      name: 'a PDF of 50 MB again', value: median(again), unit: 'ms', bare: first.ms, goal: { of: 'value', atMost: 300 },
      note: `sent whole each time, ${first.ended.chunks} chunks; bare: the first time`,
    },
  ]
}
