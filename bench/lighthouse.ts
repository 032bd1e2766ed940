// The pages by Lighthouse, as a phone on a slow network and as a desktop: accessibility, best practices and performance.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildWeb } from '../scripts/web.mjs'
import { freePort } from '../test/fixtures/free-port.ts'
import { median, type Figure } from './figures.ts'
import { installBeside } from './install-beside.ts'
import { createRunning, startChild } from './processes.ts'
import { profileFlags, settings, type Options } from './stack.ts'

const goals: Record<string, number> = { accessibility: 100, 'best-practices': 95, performance: 90 }
const from = fileURLToPath(new URL('lighthouse', import.meta.url))
/** Its packages are not the service's: they are installed beside it. */
const installed = fileURLToPath(new URL('../var/lighthouse', import.meta.url))
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

interface Report {
  runtimeError?: { message: string }
  categories: Record<string, { score: number | null }>
  audits: Record<string, { score: number | null, title: string, scoreDisplayMode: string }>
}

export async function lighthouseBench (options: Options): Promise<Figure[]> {
  await installBeside(from, installed)
  await buildWeb()
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const { started, stop } = createRunning()
  try {
    const shopPort = await freePort()
    const shop = `http://127.0.0.1:${shopPort}/`
    const { LLM_URL, LLM_MODEL, ...without } = settings(dir, '', { CORS_ORIGINS: shop.slice(0, -1) }) as Record<string, unknown>
    const server = await started(startChild('server.ts', without, profileFlags(options)))
    const service = `http://127.0.0.1:${server.port}`
    await started(startShop(shop, shopPort, service))
    const figures: Figure[] = []
    for (const [name, url] of [['console', `${service}/`], ['docs', `${service}/docs/`], ['shop', shop]] as const) {
      for (const form of ['phone', 'desktop'] as const) {
        const reports: Report[] = []
        for (let run = 0; run < (options.quick ? 1 : 3); run++) reports.push(await examine(url, form, join(dir, 'report.json')))
        figures.push(...figuresOf(name, form, reports))
      }
    }
    return figures
  } finally {
    await stop()
    await rm(dir, { recursive: true, force: true })
  }
}

function figuresOf (name: string, form: string, reports: Report[]): Figure[] {
  return Object.entries(goals).map(([category, atLeast]) => {
    const value = median(reports.map(({ categories }) => Math.round(100 * (categories[category]!.score ?? 0))))
    const note = value < atLeast ? faultsOf(reports[0]!) : ''
    return { name: `${name}, ${form}: ${category}`, unit: '', value, goal: { of: 'value', atLeast }, note }
  })
}

/** Names what a page did not pass, in the words of Lighthouse. */
function faultsOf ({ audits }: Report): string {
  return Object.values(audits)
    .filter(({ score, scoreDisplayMode: mode }) => score !== null && score < 0.9 && ['binary', 'numeric', 'metricSavings'].includes(mode))
    .map(({ title }) => title).join('; ')
}

async function examine (url: string, form: 'phone' | 'desktop', file: string): Promise<Report> {
  const cli = join(installed, 'node_modules/lighthouse/cli/index.js')
  await promisify(execFile)(process.execPath, [
    cli, url, '--quiet', '--output=json', `--output-path=${file}`, `--only-categories=${Object.keys(goals).join()}`,
    '--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage', ...(form === 'desktop' ? ['--preset=desktop'] : []),
  ], { env: { ...process.env, CHROME_PATH: chromium } })
  const report = JSON.parse(await readFile(file, 'utf8')) as Report
  if (report.runtimeError) throw new Error(`${url}: ${report.runtimeError.message}`)
  return report
}

/** Starts the example of a shop, with the widget of this service. */
async function startShop (url: string, port: number, service: string): Promise<{ stop (): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../examples/shop/start.mjs', import.meta.url))], {
    env: { ...process.env, PORT: String(port), CAUSERIE_URL: service }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  const open = Promise.withResolvers<void>()
  child.stdout.once('data', () => open.resolve())
  child.once('exit', code => open.reject(new Error(`The shop at ${url} ended with ${code}.`)))
  await open.promise
  return { async stop () { child.kill() } }
}
