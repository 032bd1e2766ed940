// The embedder when its thread crashes or a model is unavailable.

import { once, EventEmitter } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { createEmbedder } from '../../src/embed/create.ts'
import type { EmbedderOptions } from '../../src/embed/create.ts'
import { ProvisionError } from '../../src/embed/provision.ts'
import type { ProvisionRequest } from '../../src/embed/provision.ts'
import { createThread } from '../../src/embed/thread.ts'

const worker = new URL('../fixtures/embed-fake-worker.ts', import.meta.url)
const untitled = (texts: string[]) => texts.map((text) => ({ title: '', text }))
const found = async ({ id }: ProvisionRequest) => ({ repository: id, dtype: 'q4', dir: '/models', source: 'disk' as const })

/** Creates an embedder on a worker without a model, and its log as events named by the message. */
function open (t: Test, {
  maxCrashes = 5, forgetMs = 600_000, now = () => performance.now(), ...more
}: Partial<EmbedderOptions> & { maxCrashes?: number, forgetMs?: number, now?: () => number } = {}) {
  const log = new EventEmitter()
  const write = (fields: object, message: string) => { log.emit(message, fields) }
  const embedder = createEmbedder({
    models: ['a/fake'],
    dtype: 'q4',
    threads: 1,
    modelsDir: '/models',
    cacheMax: 100,
    provision: found,
    thread: (options) => createThread({ ...options, worker, maxCrashes, forgetMs, now }),
    log: { info: write, warn: write },
    ...more
  })
  // The embedder's timers do not keep the process alive; a test that waits for one must.
  const alive = setInterval(() => {}, 60_000)
  t.teardown(async () => {
    clearInterval(alive)
    await embedder.close()
  })
  return { embedder, log }
}

for (const text of ['please exit', 'please throw']) {
  t.test(`a thread that crashes ("${text}") fails only the running question, and restarts`, async (t) => {
    const { embedder, log } = open(t)
    await embedder.ready()
    const crashed = once(log, 'the embedding thread crashed and restarts')
    const [bad, good] = await Promise.allSettled([embedder.embedQuestion(text), embedder.embedQuestion('good')])
    t.match(bad, { status: 'rejected', reason: { code: 'EMBEDDING_FAILED' } })
    t.match(good, { status: 'fulfilled', value: Float32Array.of(4, 1) })
    await crashed
    t.equal(embedder.stats().models[0]!.state, 'ready')
    t.same(await embedder.embedPassages(untitled(['abc'])), [[Float32Array.of(3, 1)]])
  })
}

t.test('a company does not learn from the cache what another one has asked', async (t) => {
  const { embedder } = open(t)
  await embedder.ready()
  await embedder.embedQuestion('the same question', 'a/fake', 'one')
  t.ok(embedder.cachedQuestion('the same question', 'a/fake', 'one'))
  t.equal(embedder.cachedQuestion('the same question', 'a/fake', 'other'), undefined)
  await Promise.all([1, 2].flatMap(() => ['third', 'fourth'].map(company => embedder.embedQuestion('at once', 'a/fake', company))))
  t.match(embedder.stats().cache, { misses: 3 }, 'neither from one that is being made')
})

t.test('a crash during a passage fails its job, not the others', async (t) => {
  const { embedder } = open(t)
  const [bad, good] = await Promise.allSettled([
    embedder.embedPassages(untitled(['please exit'])), embedder.embedPassages(untitled(['one', 'two']))
  ])
  t.match(bad, { status: 'rejected', reason: { code: 'EMBEDDING_FAILED' } })
  t.match(good, { status: 'fulfilled', value: [[Float32Array.of(3, 1)], [Float32Array.of(3, 1)]] })
})

t.test('an error without a crash fails only its own task', async (t) => {
  const { embedder, log } = open(t)
  log.on('the embedding thread crashed and restarts', () => t.fail('no crash'))
  await t.rejects(embedder.embedQuestion('please fail'), { code: 'EMBEDDING_FAILED', cause: { message: 'this text cannot be embedded' } })
  t.ok(await embedder.embedQuestion('good'))
  t.equal(embedder.stats().cache.size, 1, 'a failure is not cached')
})

t.test('a thread that crashes too often stays down until the crashes are forgotten', async (t) => {
  let clock = 0
  const { embedder, log } = open(t, { maxCrashes: 1, retryMs: 1, forgetMs: 200, now: () => clock })
  await embedder.ready()
  const unavailable = once(log, 'embedding model unavailable')
  for (const text of ['please exit', 'please throw']) await t.rejects(embedder.embedQuestion(text), { code: 'EMBEDDING_FAILED' })
  const ready = once(log, 'embedding model ready')
  await unavailable
  t.match(embedder.stats().models, [{ state: 'unavailable', reason: /crashed 2 times/, dimensions: 0 }])
  t.equal(await embedder.embedQuestion('good'), null)
  clock = 200
  await ready
  t.ok(await embedder.embedQuestion('good'))
})

t.test('an unavailable model has a reason, is tried again, and leaves the others working', async (t) => {
  let reachable = false
  const provision = async (request: ProvisionRequest) => {
    if (request.id === 'b/late' && !reachable) throw new ProvisionError('The model b/late (q4) is not available.')
    return await found(request)
  }
  const { embedder, log } = open(t, { models: ['a/fake', 'b/late'], provision, retryMs: 1 })
  log.on('embedding model unavailable', () => { reachable = true })
  const unavailable = once(log, 'embedding model unavailable')
  const late = new Promise<void>((resolve) => {
    log.on('embedding model ready', ({ model }) => { if (model === 'b/late') resolve() })
  })
  await embedder.ready()
  t.match(await unavailable, [{ model: 'b/late', reason: /is not available/ }])
  t.ok(await embedder.embedQuestion('good'))
  await late
  t.match(embedder.stats().models[1], { state: 'ready', dimensions: 2, reason: undefined })
  t.ok(await embedder.embedQuestion('good', 'b/late'))
})

t.test('while the model is unavailable, questions and passages get null', async (t) => {
  const { embedder } = open(t, { provision: async () => { throw new ProvisionError('no network') } })
  t.equal(await embedder.embedQuestion('x'), null)
  t.equal(await embedder.embedPassages(untitled(['x'])), null)
  t.equal(embedder.dimensions(), 0)
  t.match(embedder.stats().models, [{ state: 'unavailable', reason: 'no network', load_ms: 0 }])
})

t.test('files that do not load are compared with the hub once', async (t) => {
  const rechecks: unknown[] = []
  const provision = async (request: ProvisionRequest) => {
    rechecks.push(request.recheck)
    return { ...await found(request), repository: request.recheck ? 'repaired' : 'broken' }
  }
  const { embedder } = open(t, { provision })
  await embedder.ready()
  t.same(rechecks, [false, true])
  t.equal(embedder.stats().models[0]!.state, 'ready')

  const hopeless = open(t, { models: ['a/broken'] }).embedder
  await hopeless.ready()
  t.match(hopeless.stats().models, [{ state: 'unavailable', reason: /these weights do not load/ }])
})

t.test('a question does not wait for a download, passages do', async (t) => {
  const download = Promise.withResolvers<void>()
  const { embedder } = open(t, {
    async provision (request) {
      request.onProgress?.({ source: 'hub', received: 0, total: 0 })
      await download.promise
      return await found(request)
    }
  })
  const passages = embedder.embedPassages(untitled(['abc']))
  t.equal(await embedder.embedQuestion('now'), null)
  t.equal(embedder.stats().models[0]!.state, 'loading')
  const stop = new AbortController()
  const abandoned = embedder.embedPassages(untitled(['abc']), { signal: stop.signal })
  stop.abort(new Error('gone'))
  await t.rejects(abandoned, { message: 'gone' })
  download.resolve()
  t.same(await passages, [[Float32Array.of(3, 1)]])
  t.ok(await embedder.embedQuestion('now'))
})

t.test('gives documents another model while theirs is fetched, and tells a listener when it is ready', async (t) => {
  const start = Promise.withResolvers<void>()
  const download = Promise.withResolvers<void>()
  const { embedder, log } = open(t, {
    models: ['a/fake', 'b/multilingual'],
    async provision (request) {
      if (request.id === 'a/fake') return await found(request)
      await start.promise
      request.onProgress?.({ source: 'pip', received: 0, total: 0 })
      for (const received of [0, 10, 25, 30]) request.onProgress?.({ source: 'pip', received, total: 100 })
      await download.promise
      return await found(request)
    }
  })
  const percents: number[] = []
  log.on('embedding model is being fetched', ({ percent }) => { percents.push(percent) })
  const replaced: object[] = []
  log.on('embedding model not available yet; another one is used', (fields) => { replaced.push(fields) })
  t.equal(embedder.modelFor('fr'), 'b/multilingual', 'both may be on disk')
  start.resolve()
  await embedder.loaded()
  t.match(embedder.stats().models, [{ state: 'ready' }, { state: 'loading', fetching: true }])
  t.same(percents, [0, 25], 'its progress is in the log')
  t.same([embedder.modelFor('fr'), embedder.modelFor('en'), embedder.modelFor('de')], ['a/fake', 'a/fake', 'a/fake'])
  t.same(replaced, [{ model: 'b/multilingual', instead: 'a/fake' }], 'said once')
  const ready: string[] = []
  embedder.onReady((model) => { ready.push(model) })
  download.resolve()
  await embedder.ready()
  t.same(ready, ['b/multilingual'])
  t.same([embedder.modelFor('fr'), embedder.modelFor('en')], ['b/multilingual', 'a/fake'])
  t.equal(embedder.stats().models[1]!.fetching, undefined)
})

t.test('close stops a download', async (t) => {
  const { embedder } = open(t, {
    async provision ({ signal }) {
      await once(signal!, 'abort')
      throw signal!.reason
    }
  })
  const passages = embedder.embedPassages(untitled(['abc']))
  await embedder.close()
  await embedder.ready()
  t.equal(await passages, null)
})

t.test('without any model, ready resolves at once', async (t) => {
  const { embedder } = open(t, { models: [] })
  await embedder.ready()
  t.equal(embedder.defaultModel, '')
  t.equal(embedder.modelFor('fr'), '')
  t.equal(await embedder.embedQuestion('x'), null)
})
