// `causerie eval` of a thousand questions, without a language model: the command and the service, from the set to the report.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokens } from '../src/language/words.ts'
import type { Report } from '../src/evaluation/report.ts'
import { madeUpDocuments, type MadeUp } from './documents.ts'
import { runEval, startService, writeCompany } from './eval-service.ts'
import type { Figure } from './figures.ts'
import { profileFlags, type Options } from './stack.ts'

const company = 'bench'
const profile = {
  id: company, name: 'Bench', language: 'fr' as const, indexes: { pages: { title: 'title', text: ['text'], url: 'url' } },
}
const questionsOfEach = 4

export async function evaluation (options: Options): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const documents = await madeUpDocuments(options.quick ? 50 : 250)
  const companies = join(dir, 'companies')
  await writeCompany(companies, profile, { pages: documents.map(({ id, title, text, url }) => ({ id, title, text, url })) })
  const server = await startService({ dataDir: join(dir, 'data'), companies, execArgv: profileFlags(options) })
  try {
    const set = join(dir, 'set.json')
    await writeFile(set, JSON.stringify(documents.flatMap(questionsOf)))
    const before = (await server.usage()).cpu
    const began = process.cpuUsage()
    const since = performance.now()
    const url = `http://127.0.0.1:${server.port}`
    const { code, out } = await runEval([set, '--company', company, '--url', url, '--json', '-'], { isQuiet: true })
    if (code !== 0) throw new Error(`causerie eval ended with ${code}`)
    const report = JSON.parse(out) as Report
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
