// `causerie eval` of a thousand questions, without a language model: the command and the service, from the set to the report.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { CommandIo } from '../cli/command-io.ts'
import { evalCommand } from '../cli/eval.ts'
import { tokens } from '../src/language/words.ts'
import type { Report } from '../src/evaluation/report.ts'
import { madeUpDocuments, type MadeUp } from './documents.ts'
import type { Figure } from './figures.ts'
import { startChild } from './processes.ts'
import { profileFlags, settings, type Options } from './stack.ts'

const company = 'bench'
const questionsOfEach = 4

export async function evaluation (options: Options): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const documents = await madeUpDocuments(options.quick ? 50 : 250)
  const { LLM_URL, LLM_MODEL, ...own } = settings(join(dir, 'data'), '') as Record<string, unknown>
  await writeCompany(join(dir, 'companies', company), documents)
  const server = await startChild('server.ts', { ...own, SAMPLES_DIR: join(dir, 'companies') }, profileFlags(options))
  try {
    const set = join(dir, 'set.json')
    await writeFile(set, JSON.stringify(documents.flatMap(questionsOf)))
    const before = (await server.usage()).cpu
    const began = process.cpuUsage()
    const since = performance.now()
    const report = await runCommand([set, '--company', company, '--url', `http://127.0.0.1:${server.port}`, '--json', '-'])
    const seconds = (performance.now() - since) / 1000
    const { user, system } = process.cpuUsage(began)
    const service = (await server.usage()).cpu - before
    const { questions, figures } = report
    const recall = figures.find(({ name }) => name === 'recall')!.value
    const isWrong = recall < 0.8 || report.causes.some(({ cause }) => cause === 'failed')
    if (isWrong) throw new Error(`wrong answers: ${JSON.stringify(report.causes)}`)
    const whole = questions * 1000 / (documents.length * questionsOfEach)
    return [
      {
        name: `${whole} questions, from the set to the report`, unit: 's', value: seconds,
        ...(options.quick ? {} : { goal: { of: 'value' as const, atMost: 60 } }),
        note: `right source among five: ${(100 * recall).toFixed(1)} %; an answer ${report.ms.p50} ms (median)`,
      },
      { name: 'CPU of the service, all threads', unit: 's', value: service },
      { name: 'CPU of the command', unit: 's', value: (user + system) / 1e6 },
    ]
  } finally {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function writeCompany (dir: string, documents: readonly MadeUp[]): Promise<void> {
  await mkdir(dir, { recursive: true })
  const profile = { id: company, name: 'Bench', language: 'fr', indexes: { pages: { title: 'title', text: ['text'], url: 'url' } } }
  await writeFile(join(dir, 'company.json'), JSON.stringify(profile))
  await writeFile(join(dir, 'pages.json'), JSON.stringify(documents.map(({ id, title, text, url }) => ({ id, title, text, url }))))
}

/** Returns questions in a document's own words, each with other ones. */
function questionsOf ({ id, question, title, text }: MadeUp): object[] {
  const words = [...new Set(tokens(text))]
  return Array.from({ length: questionsOfEach }, (_, i) => ({
    id: `${id}-${i}`,
    question: i === 0 ? question : `${title.split(' ').slice(0, 2).join(' ')} ${words.slice(i * 4, i * 4 + 5).join(' ')}?`,
    answer: words.slice(-2).join(' '),
    source: `pages/${id}`,
  }))
}

/** Runs the command in this process, and returns its report. */
async function runCommand (args: string[]): Promise<Report> {
  const written: Buffer[] = []
  const stdout = new PassThrough().on('data', part => written.push(part))
  const { stdin, stderr, exit } = process
  const [once, off] = [process.once.bind(process), process.off.bind(process)]
  const io = { stdin, stdout, stderr, env: {}, exit, once, off, exitCode: undefined as number | undefined }
  await evalCommand(io as unknown as CommandIo).parseAsync(args, { from: 'user' })
  if (io.exitCode !== 0) throw new Error(`causerie eval ended with ${io.exitCode}`)
  return JSON.parse(Buffer.concat(written).toString()) as Report
}
