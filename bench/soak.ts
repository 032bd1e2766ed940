// npm run soak: a thousand companies on one service, asked as in life (Zipf), written to meanwhile; for minutes, or for hours.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Agent, request } from 'undici'
import { sleep } from '../src/async/signals.ts'
import { random } from '../src/evaluation/random.ts'
import { quantile } from './figures.ts'

const { values } = parseArgs({
  options: {
    companies: { type: 'string', default: '1000' },
    documents: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '3' },
    hours: { type: 'string' },
    rate: { type: 'string', default: '20' },
    open: { type: 'string', default: '100' },
  },
})
const companies = Number(values.companies)
const documents = Number(values.documents)
const minutes = values.hours === undefined ? Number(values.minutes) : 60 * Number(values.hours)
const rate = Number(values.rate)

const things = ['tent', 'stove', 'lamp', 'rope', 'boot', 'jacket', 'bottle', 'map', 'knife', 'bag']
const qualities = ['light', 'warm', 'strong', 'small', 'blue', 'folding', 'waterproof', 'quiet', 'simple', 'heavy']
const name = (n: number) => `company-${String(n).padStart(4, '0')}`
const item = (company: number, n: number) => ({
  id: `d${n}`, question: `How much is the ${qualities[n % 10]} ${things[Math.floor(n / 10) % 10]} number ${n}?`,
  answer: `The ${qualities[n % 10]} ${things[Math.floor(n / 10) % 10]} number ${n} of ${name(company)} costs ${company + n} euros.`,
})

const next = random(42)
/** The k-th company is asked about k times as rarely as the first. */
function zipf (of: number): () => number {
  const sums: number[] = []
  for (let k = 1, sum = 0; k <= of; k++) sums.push(sum += 1 / k)
  return () => {
    const at = next() * sums.at(-1)!
    const found = sums.findIndex(sum => sum >= at)
    return found < 0 ? of - 1 : found
  }
}

async function writeCompanies (dir: string): Promise<void> {
  for (let c = 0; c < companies; c++) {
    await mkdir(join(dir, name(c)), { recursive: true })
    await writeFile(join(dir, name(c), 'company.json'), JSON.stringify({
      id: name(c), name: `Company ${c}`, language: 'en', indexes: { faq: { title: 'question', text: ['answer'] } },
    }))
    await writeFile(join(dir, name(c), 'faq.json'), JSON.stringify(Array.from({ length: documents }, (_, n) => item(c, n))))
  }
}

interface Service { child: ChildProcess, url: string, startMs: number }

/** @param samples the folder of companies to load; none when absent: a service with customers of its own has no samples */
async function start (dir: string, samples = ''): Promise<Service> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/server.ts', import.meta.url))], {
    cwd: dir,
    env: {
      PATH: process.env.PATH, DATA_DIR: join(dir, 'data'), SAMPLES_DIR: samples, MODELS_DIR: join(dir, 'models'),
      MODELS_HUB_URL: '',
      // Vectors of so many documents would take the time of the soak; search is by words.
      EMBEDDING_MODELS: 'none/none', PORT: '0', RATE_LIMIT_CALLS: '0', WARM_QUESTIONS: '0', LOG_LEVEL: 'error', PROFILE: 'production',
      SQLITE_OPEN_COMPANIES: values.open,
      // Full before growth is looked at: it must be told from a cache that only fills. That of answers is full after five minutes.
      SEARCH_CACHE_MAX_BYTES: '16777216',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let said = ''
  for await (const chunk of child.stdout!) {
    said += String(chunk)
    const url = /ready: (http:\S+)/.exec(said)?.[1]
    if (url) {
      child.stdout!.resume()
      return { child, url, startMs: performance.now() - began }
    }
  }
  throw new Error('the service did not start')
}

async function stop ({ child }: Service): Promise<void> {
  child.kill('SIGINT')
  await once(child, 'exit')
}

process.once('SIGTERM', () => process.exit(1))

const agent = new Agent({ connections: 256 })
const send = async (url: string, method: 'GET' | 'POST' | 'PUT', body?: unknown) => {
  const { statusCode, body: answer } = await request(url, {
    dispatcher: agent,
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: statusCode, json: await answer.json() as any }
}

interface Window { ms: number[], errors: number, wrong: number, memory: number, files: number }

/** Asks at a steady pace for a while, and changes one document in a hundred questions. */
async function traffic ({ url, child }: Service, of: number, seconds: number): Promise<Window> {
  const pick = zipf(of)
  const window: Window = { ms: [], errors: 0, wrong: 0, memory: 0, files: 0 }
  const began = performance.now()
  const running: Promise<unknown>[] = []
  for (let n = 0; n < seconds * rate; n++) {
    const dueAt = began + 1000 * n / rate
    const wait = dueAt - performance.now()
    if (wait > 0) await sleep(wait)
    const c = pick()
    const d = Math.floor(next() * documents)
    running.push((async () => {
      const company = name(c)
      if (n % 100 === 99) {
        const { status } = await send(`${url}/v1/indexes/faq/documents?company_id=${company}`, 'PUT', [item(c, d), item(c, documents + d)])
        if (status !== 202) window.errors++
        return
      }
      const message = `${item(c, d).question}${' '.repeat(n % 3)}`
      const { status, json } = await send(`${url}/chat`, 'POST', { company_id: company, user_id: `u${n}`, message, stream: false })
      window.ms.push(performance.now() - dueAt)
      if (status !== 200) window.errors++
      else if (!String(json.answer).includes(`${company} costs ${c + d} euros`)) window.wrong++
    })().catch(() => { window.errors++ }))
  }
  await Promise.all(running)
  window.memory = (await send(`${url}/stats`, 'GET')).json.memory_mb
  window.files = (await readdir(`/proc/${child.pid}/fd`)).length
  return window
}

const row = (label: string, { ms, errors, wrong, memory, files }: Window) => console.log([
  label.padEnd(24), `p50 ${quantile(ms, 0.5).toFixed(0)}`, `p99 ${quantile(ms, 0.99).toFixed(0)} ms`, `${ms.length} answers`,
  `${errors} errors`, `${wrong} wrong`, `${memory} MB`, `${files} files`,
].join('   '))

/** Minutes after which nothing may grow any more; what is compared are the first and the last third of those that follow. */
const settlingMinutes = 15
const mayGrow = 1.05

/** Says whether memory, handles and times stay as they are. Returns null for a run that is too short to tell. */
function isFlat (windows: readonly Window[]): boolean | null {
  const settled = windows.slice(settlingMinutes)
  const third = Math.floor(settled.length / 3)
  if (third < 3) return null
  const figures: Record<string, (part: readonly Window[]) => number> = {
    memory: part => quantile(part.map(({ memory }) => memory), 0.5),
    files: part => quantile(part.map(({ files }) => files), 0.5),
    p50: part => quantile(part.flatMap(({ ms }) => ms), 0.5),
    p99: part => quantile(part.flatMap(({ ms }) => ms), 0.99),
  }
  let flat = true
  for (const [name, of] of Object.entries(figures)) {
    const growth = of(settled.slice(-third)) / of(settled.slice(0, third))
    if (growth > mayGrow) flat = false
    const compared = `the last ${third} minutes beside the ${third} after minute ${settlingMinutes}`
    console.log(`${name}, ${compared}: × ${growth.toFixed(3)} (goal: ${mayGrow})`)
  }
  return flat
}

const dir = await mkdtemp(join(tmpdir(), 'causerie-soak-'))
try {
  const empty = await start(dir)
  await stop(empty)
  await writeCompanies(join(dir, 'samples'))
  const first = await start(dir, join(dir, 'samples'))
  console.log(`${companies} companies with ${documents} documents each were loaded in ${(first.startMs / 1000).toFixed(1)} s`)
  await stop(first)
  const service = await start(dir)
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  console.log(`started with all of them in ${seconds(service.startMs)} s (goal: 5), without any in ${seconds(empty.startMs)} s`)
  // Compiled code, and files that are open.
  await traffic(service, 10, 10)
  const few = await traffic(service, 10, Math.min(180, Math.max(10, 12 * minutes)))
  row('10 companies', few)
  const windows: Window[] = []
  // A long run says every minute how it is; a short one has five parts.
  const parts = minutes >= 10 ? Math.round(minutes) : 5
  for (let n = 0; n < parts; n++) {
    windows.push(await traffic(service, companies, minutes >= 10 ? 60 : 60 * minutes * 0.8 / 5))
    row(`${companies} companies, ${minutes >= 10 ? 'minute' : 'part'} ${n + 1}`, windows.at(-1)!)
  }
  const flat = isFlat(windows)
  const many = windows.flatMap(({ ms }) => ms)
  const ratio = quantile(many, 0.99) / quantile(few.ms, 0.99)
  const most = Math.max(...windows.map(({ memory }) => memory))
  const errors = [few, ...windows].reduce((sum, { errors, wrong }) => sum + errors + wrong, 0)
  console.log(
    `p99 beside 10 companies: × ${ratio.toFixed(2)} (goal: 2); most memory: ${most} MB (goal: 700); ` +
    `errors and wrong answers: ${errors} (goal: 0)`
  )
  const isPassed = ratio <= 2 && most <= 700 && errors === 0 && flat !== false
  const saidOfGrowth = flat === null ? 'too short to say whether anything grows' : flat ? 'nothing grows' : 'something grows'
  console.log(`verdict: ${isPassed ? 'passed' : 'FAILED'}; ${saidOfGrowth}`)
  process.exitCode = isPassed ? 0 : 1
  await stop(service)
} finally {
  await agent.close()
  await rm(dir, { recursive: true, force: true })
}
