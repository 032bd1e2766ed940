// The service beside LangChain.js, Mastra, LlamaIndex.TS, the AI SDK and bare Node: the same mocks, in turn, in one run.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerCheck } from './checks.ts'
import { openClient, post } from './client.ts'
import { median, type Figure } from './figures.ts'
import { installBeside } from './install-beside.ts'
import { asNpmStart } from './knowledge.ts'
import { load, type Outcome } from './load.ts'
import { indexKinds, longQuestions } from './meilisearch.ts'
import { searchingSettings, startMock } from './pipeline.ts'
import { createRunning, startChild, startLlm, type Child } from './processes.ts'
import { goldenQuestions, profileFlags, settings, type Asked, type Options } from './stack.ts'

/** The peers by folder; the first one is what the others are compared with. */
const peers = { langchain: 'LangChain.js', mastra: 'Mastra', llamaindex: 'LlamaIndex.TS', aisdk: 'AI SDK', bare: 'bare Node' }
/** Their packages are not the service's: they are installed beside it. */
const installed = fileURLToPath(new URL('../var/peers', import.meta.url))

interface Contestant {
  name: string
  child: Child
  isService: boolean
  questions: Asked[]
}

/** How the model writes, and how many ask at once. */
interface Stage { name: string, llm: Parameters<typeof startLlm>[0], clients: number, seconds: number, goals: Record<string, number> }

const sqlite = 'Causerie, SQLite'
const meilisearch = 'Causerie, Meilisearch'

export async function peersBench (options: Options): Promise<Figure[]> {
  for (const peer of Object.keys(peers)) {
    await installBeside(fileURLToPath(new URL(`peers/${peer}`, import.meta.url)), join(installed, peer))
  }
  await cp(fileURLToPath(new URL('peers/common.js', import.meta.url)), join(installed, 'common.js'))
  const rounds = options.quick ? 1 : 5
  const figures: Figure[] = []
  for (const stage of stages(options.quick)) figures.push(...await runStage(stage, rounds, options))
  return figures
}

function stages (quick: boolean): Stage[] {
  return [
    {
      name: '32 clients', llm: { writes: 100, isSeparate: true }, clients: 32, seconds: quick ? 2 : 4,
      goals: { [sqlite]: 0.5, [meilisearch]: 0.55 },
    },
    {
      name: '64 streams, a token every 20 ms', llm: { writes: 100, delayMs: 20 }, clients: 64, seconds: quick ? 4 : 7,
      goals: { [sqlite]: 0.45, [meilisearch]: 0.45 },
    },
  ]
}

async function runStage (stage: Stage, rounds: number, options: Options): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const { started, stop } = createRunning()
  try {
    const llm = await started(startLlm(stage.llm))
    const mock = await started(startMock())
    const long = (await longQuestions(100)).map((message, i) => ({ company_id: 'bench', user_id: `bench-${i}`, message }))
    const all: Contestant[] = []
    for (const [peer, name] of Object.entries(peers)) {
      const child = await started(startChild(join(installed, peer, 'server.js'), {
        llmUrl: llm.url, searchUrl: `http://127.0.0.1:${mock.port}`, indexes: indexKinds.map(kind => `bench__${kind}`),
        child: new URL('child.ts', import.meta.url).href,
      }))
      all.push({ name, child, isService: false, questions: long })
    }
    const pool = { LLM_POOL_SIZE: 256 }
    const startService = (own: object) =>
      startChild('server.ts', own, [...asNpmStart.flags, ...profileFlags(options)], asNpmStart.environment)
    const embedded = await started(startService(settings(join(dir, 'sqlite'), llm.url, pool)))
    all.push({ name: sqlite, child: embedded, isService: true, questions: (await goldenQuestions()).slice(0, 100) })
    const searching = await started(startService(await searchingSettings(dir, llm.url, mock, pool)))
    all.push({ name: meilisearch, child: searching, isService: true, questions: long })

    await Promise.all(all.map(prepare))
    const outcomes = new Map<string, (Outcome & { rss: number })[]>(all.map(({ name }) => [name, []]))
    for (let round = -1; round < rounds; round++) {
      for (const contestant of all) {
        const outcome = await measure(contestant, stage, round < 0)
        if (round >= 0) outcomes.get(contestant.name)!.push(outcome)
      }
    }
    return all.map(({ name }) => figureOf(name, stage, outcomes))
  } finally {
    await stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Asks each question once, so that vectors are known, and keeps those that the language model answers. */
async function prepare (contestant: Contestant): Promise<void> {
  const clients = await Promise.all(Array.from({ length: 24 }, () => openClient(contestant.child.port, 'event: delta')))
  const left = [...contestant.questions]
  const kept: Asked[] = []
  await Promise.all(clients.map(async client => {
    for (let question = left.pop(); question; question = left.pop()) {
      const { body } = await client.ask(post(contestant.child.port, '/chat', question))
      if (body.includes(' word99')) kept.push(question)
    }
    client.close()
  }))
  if (kept.length < contestant.questions.length / 2) throw new Error(`${contestant.name} answers ${kept.length} questions only`)
  contestant.questions = kept
}

// One counter for the whole run: no two requests of a process are ever equal.
let asked = 0

async function measure ({ child, questions, isService }: Contestant, stage: Stage, isWarmUp: boolean): Promise<Outcome & { rss: number }> {
  const next = () => {
    const n = asked++
    return post(child.port, '/chat', { ...questions[n % questions.length]!, max_tokens: 1000 + n })
  }
  const { clients, seconds } = stage
  const outcome = await load({ child, clients, seconds: isWarmUp ? seconds / 2 : seconds, next, check: answerCheck({ whole: isService }) })
  return { ...outcome, rss: (await child.usage()).rss }
}

/** Compares a contestant with the first one, round by round: both sides of a round met the same noise. */
function figureOf (name: string, { name: stage, goals }: Stage, outcomes: Map<string, (Outcome & { rss: number })[]>): Figure {
  const own = outcomes.get(name)!
  const first = outcomes.get(peers.langchain)!
  const cpu = median(own.map(({ cpu }) => cpu))
  const ratios = own.map(({ cpu }, i) => cpu / first[i]!.cpu)
  const ms = (part: 'p50' | 'p95') => median(own.map(outcome => outcome.first[part])).toFixed(0)
  return {
    name: `${stage}: ${name}`,
    value: cpu,
    unit: 's per 1,000',
    bare: cpu / median(ratios),
    ...(goals[name] === undefined ? {} : { goal: { of: 'ratio' as const, atMost: goals[name] } }),
    note:
      `${median(own.map(({ perSecond }) => perSecond)).toFixed(0)} answers/s; first token ${ms('p50')} ms, p95 ${ms('p95')}; ` +
      `${(median(own.map(({ rss }) => rss)) / 1e6).toFixed(0)} MB`,
  }
}
