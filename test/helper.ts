// Builds the whole service for a test: a folder of its own, a small company, and fakes where the real part does not matter.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'
import { buildApp, type Overrides } from '../src/app.ts'
import { makeConfig } from '../src/config.ts'
import { fakeEmbedder } from './fixtures/app-parts.ts'
import './fixtures/confined-children.ts'
import { schemaCompilers } from './fixtures/schema-compilers.ts'

interface Ending { teardown (end: () => unknown): unknown }

/** The sample companies that come with the project. */
export const samples = fileURLToPath(new URL('../data', import.meta.url))

export interface TestOptions extends Overrides {
  /** Settings, as in the environment. */
  config?: Record<string, unknown>
}

export interface TestApp {
  app: FastifyInstance
  /** `http://127.0.0.1:port` */
  url: string
  dir: string
}

/** Makes an empty folder that is removed when the test ends. */
export async function temporaryFolder (t: Ending): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Builds the app, not listening yet, and closes it after the test. */
export async function buildTestApp (
  t: Ending,
  { config = {}, ...overrides }: TestOptions = {}
): Promise<{ app: FastifyInstance; dir: string }> {
  const dir = await temporaryFolder(t)
  await writeCompany(join(dir, 'companies'), 'shop')
  const app = await buildApp(
    makeConfig({
      DATA_DIR: join(dir, 'var'), SAMPLES_DIR: join(dir, 'companies'), RATE_LIMIT_CALLS: 0, WARM_QUESTIONS: 0, FAQ_ANSWERS: false,
      LOG_LEVEL: 'silent', SHUTDOWN_SECONDS: 1,
      // A loaded machine must not fail a test. Tests of a time-out set their own.
      SEARCH_TIMEOUT_MS: 60_000, LLM_FIRST_TOKEN_SECONDS: 60, LLM_TIMEOUT_SECONDS: 60,
      LLM_CONNECT_TIMEOUT_SECONDS: 60, SUPABASE_TIMEOUT_MS: 60_000, ...config,
    }),
    { embedder: fakeEmbedder(), schemaController: { compilersFactory: schemaCompilers }, ...overrides }
  )
  t.teardown(() => app.close())
  await app.ready()
  await app.samplesLoaded
  // New vectors give the documents new versions, which outdate cached answers.
  if (!overrides.embedder && !overrides.profileStore) await app.vectors.fill([])
  return { app, dir }
}

/** Starts the same app on a free port. */
export async function startTestApp (t: Ending, options: TestOptions = {}): Promise<TestApp> {
  const { app, dir } = await buildTestApp(t, options)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, dir, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` }
}

/** Writes a small English company; `changes` replaces parts of its profile. */
export async function writeCompany (dir: string, id: string, changes: object = {}): Promise<void> {
  const folder = join(dir, id)
  await mkdir(folder, { recursive: true })
  const profile = {
    id, name: 'Shop', language: 'en',
    indexes: {
      faq: { title: 'question', text: ['answer'], url: 'url' },
      products: { title: 'name', text: ['description'], fields: { price: 'Price' } },
    },
    ...changes,
  }
  await writeFile(join(folder, 'company.json'), JSON.stringify(profile))
  await writeFile(
    join(folder, 'faq.json'),
    JSON.stringify([
      {
        id: 'delivery', question: 'How long does delivery take?', answer: 'Delivery takes two working days. On islands it takes four.',
        url: 'https://shop.example/faq/delivery',
      },
      {
        id: 'returns', question: 'Can I return a tent?', answer: 'A tent can be returned within thirty days, unused.',
        url: 'https://shop.example/faq/returns',
      },
    ])
  )
  await writeFile(join(folder, 'products.json'), JSON.stringify([
    { id: 'tent', name: 'Tent Fjell for two', description: 'A light tent for two people, 1.9 kg.', price: '299.00 €' },
    { id: 'stove', name: 'Gas stove Flamme', description: 'A gas stove that boils a litre in three minutes.', price: '49.90 €' },
  ]))
}
