// Starts and warms up the service, a bare server and the scripted language model, and provides questions.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEvents } from './checks.ts'
import { openClient, post } from './client.ts'
import { createRunning, startChild, startLlm, type Child, type Llm } from './processes.ts'

export interface Options {
  /** Shorter runs with rough figures. */
  quick: boolean
  /** The folder for CPU profiles of the service; none when absent. */
  profile?: string
  /** The embedding model, where a bench can use another one than its own. */
  model?: string
  /** The share of the real latencies that mocks take, where a bench has slow ones. */
  scale?: number
  /** The length of a bench that takes as long as one wants. */
  minutes?: number
}

export interface Asked { company_id: string, user_id: string, message: string }

export interface Stack {
  llm: Llm
  server: Child
  bare: Child
  /** Questions that the language model answers; their vectors are in the cache. */
  questions: Asked[]
  stop (): Promise<void>
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Returns the settings of the service under test: the defaults, without the limits that would stop a load. */
export function settings (dataDir: string, llmUrl: string, more: object = {}): object {
  return {
    DATA_DIR: dataDir, SAMPLES_DIR: path('../data'), MODELS_DIR: path('../var/models'), RATE_LIMIT_CALLS: 0, WARM_QUESTIONS: 0,
    LOG_LEVEL: 'warn', LLM_URL: llmUrl, LLM_MODEL: 'scripted', LLM_POOL_SIZE: connections,
    // `uncached` makes requests differ by their own limit, which may not exceed this one.
    LLM_MAX_TOKENS: 1_000_000, ...more,
  }
}

/** The connections to the language model: the service's default, for the bare server too. */
export const connections = 20

export function profileFlags ({ profile }: Options): string[] {
  return profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
}

/** Returns the questions of the golden sets that have an answer. */
export async function goldenQuestions (): Promise<Asked[]> {
  const dir = path('../test/golden')
  const questions: Asked[] = []
  for (const file of (await readdir(dir)).filter(name => name.endsWith('.json')).sort()) {
    const set = JSON.parse(await readFile(join(dir, file), 'utf8')) as { company_id: string, questions?: { q: string }[] }
    // The folder has other sets too: conversations and FAQ.
    if (!set.questions) continue
    // Nobody asks hundreds of different questions in a second.
    for (const { q } of set.questions) questions.push({ company_id: set.company_id, user_id: `bench-${questions.length}`, message: q })
  }
  return questions
}

/**
 * @param warm asks every question once, and leaves out those that do not reach the language model
 * @param more further settings of the service
 */
export async function startStack (
  options: Options,
  { llm: script = {}, warm = true, more = {} }: {
    llm?: Parameters<typeof startLlm>[0], warm?: boolean, more?: Record<string, unknown> & { LLM_POOL_SIZE?: number }
  } = {}
): Promise<Stack> {
  const { started, stop: stopAll } = createRunning()
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const stop = async () => {
    // The language model starts first and ends last: without it the others would complain.
    await stopAll()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const llm = await started(startLlm(script))
    const server = await started(startChild('server.ts', settings(dataDir, llm.url, more), profileFlags(options)))
    const bare = await started(startChild('bare.ts', { llmUrl: llm.url, connections: more.LLM_POOL_SIZE ?? connections }))
    const questions = await goldenQuestions()
    return { llm, server, bare, questions: warm ? await answered(server.port, questions) : questions, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Starts the same service with further settings, and the questions' vectors in its cache. What ends it is put before `endings`. */
export async function startAnother (
  { llm, questions }: Stack, more: object, options: Options, endings: (() => unknown)[]
): Promise<Child> {
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  endings.unshift(() => rm(dataDir, { recursive: true, force: true }))
  const child = await startChild('server.ts', settings(dataDir, llm.url, more), profileFlags(options))
  endings.unshift(child.stop)
  await askEach(child.port, questions)
  return child
}

/** Asks each question once, so that its vector is in the cache. */
export async function askEach (port: number, questions: readonly Asked[]): Promise<void> {
  const client = await openClient(port, 'event: delta')
  for (const question of questions) await client.ask(post(port, '/chat', question))
  client.close()
}

/** Asks each question once, some at a time, and returns those that reach the language model. */
export async function answered (port: number, questions: Asked[]): Promise<Asked[]> {
  const left = [...questions]
  const kept = new Set<Asked>()
  await Promise.all(Array.from({ length: 16 }, async () => {
    const client = await openClient(port, 'event: delta')
    try {
      for (let question = left.pop(); question; question = left.pop()) {
        const { body } = await client.ask(post(port, '/chat', question))
        if (readEvents(body).at(-1)!.data.answered_by === 'llm') kept.add(question)
      }
    } finally {
      client.close()
    }
  }))
  if (kept.size < questions.length / 2) throw new Error(`only ${kept.size} of ${questions.length} questions reached the language model`)
  return questions.filter(question => kept.has(question))
}

/**
 * Makes requests that the answer cache cannot match (their `max_tokens` differ), with vectors that are cached.
 * @param path the path at which a bare server accepts the same body
 */
export function uncached ({ questions }: Pick<Stack, 'questions'>, port: number, path = '/chat'): () => Buffer {
  const next = counter()
  return () => {
    const n = next()
    return post(port, path, { ...questions[n % questions.length]!, max_tokens: 1000 + n })
  }
}

/**
 * Makes requests whose questions are new to the embedder: they differ only in the width of their spaces, so that the
 * search finds the same for them.
 */
export function fresh ({ questions }: Pick<Stack, 'questions'>, port: number): () => Buffer {
  const next = counter()
  return () => {
    const n = next()
    const { message, ...rest } = questions[n % questions.length]!
    return post(port, '/chat', { ...rest, max_tokens: 1000 + n, message: withSpaces(message, n) })
  }
}

/** Returns the n-th way to space a text: each gap is one to four spaces wide, by a digit of n. */
function withSpaces (text: string, n: number): string {
  return text.replaceAll(' ', () => {
    const width = n % 4
    n = Math.floor(n / 4)
    return ' '.repeat(width + 1)
  })
}

// One counter for the whole run: no two requests of a process are ever equal.
let asked = 0
function counter (): () => number {
  return () => asked++
}
