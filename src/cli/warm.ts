// `causerie warm`: has a running service answer common questions ahead.
import { Command } from 'commander'
import { Agent, fetch } from 'undici'
import { loadConfig } from '../config.ts'
import { createProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

interface WarmOptions { url?: string, company?: string[] }
interface Warmed { company_id: string, questions: number, answered: number, already: number, failed: number }

/** A company's questions are answered one after the other, each by a language model that takes its time. */
const companyMs = 3_600_000
const listMs = 30_000
/** Nothing is sent until all questions of a company are answered. */
const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 1 })

export function warmCommand (terminal: Terminal): Command {
  const { stdout, stderr, env } = terminal

  async function ask<T> (url: URL, body: object | null, ms: number): Promise<T> {
    const key = env.CAUSERIE_KEY
    const response = await fetch(url, {
      dispatcher: patient,
      method: body ? 'POST' : 'GET',
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(ms),
      redirect: 'error',
    }).catch(error => { throw new Error(`${url.origin} cannot be reached (${(error.cause as Error | undefined)?.message ?? error.message}). Is the service running? --url says where.`) })
    const answer = await response.json().catch(() => null) as { message?: string, error?: { message?: string } } & T | null
    if (!response.ok || answer === null) throw new Error(`${url.pathname}: ${answer?.message ?? answer?.error?.message ?? `HTTP ${response.status}`}${response.status === 401 ? ' Put a key with the scope admin into CAUSERIE_KEY.' : ''}`)
    return answer
  }

  async function run ({ url, company }: WarmOptions): Promise<number> {
    const base = new URL(url ?? addressOf(loadConfig(env)))
    const companies = company ?? (await ask<{ data: { id: string }[] }>(new URL('/v1/models', base), null, listMs)).data.map(({ id }) => id)
    const progress = createProgress({ output: stderr, label: 'warm', total: companies.length, unit: 'companies' })
    let failed = 0
    for (const [i, id] of companies.entries()) {
      progress.update(i, id)
      const done = await ask<Warmed>(new URL('/warm', base), { company_id: id }, companyMs)
      progress.end()
      failed += done.failed
      stdout.write(`${id}: ${done.questions === 0 ? 'no common questions' : `${done.answered} of ${done.questions} answered ahead, ${done.already} were already${done.failed > 0 ? `, ${done.failed} failed` : ''}`}\n`)
    }
    return failed === 0 ? 0 : 1
  }

  return new Command('warm')
    .description('Answer the common questions of every company ahead, in a running service')
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .option('--company <id...>', 'these companies only')
    .configureOutput({ writeOut: text => { stdout.write(text) }, writeErr: text => { stderr.write(text) } })
    .exitOverride(({ exitCode }) => terminal.exit(exitCode === 0 ? 0 : 2))
    .addHelpText('after', `
Common questions are those of a profile ("common_questions"), and the most asked of the last day; at most WARM_QUESTIONS.
Where keys are asked for, it takes one with the scope admin, in CAUSERIE_KEY.
Exit code 0: done; 1: something failed; 2: the command is not understood.`)
    .action(async (options: WarmOptions) => {
      try {
        terminal.exitCode = await run(options)
      } catch (error) {
        stderr.write(`${(error as Error).message}\n`)
        terminal.exitCode = 1
      }
    })
}

/** Where the service of these settings can be reached from this machine. */
function addressOf ({ HOST, PORT }: { HOST: string, PORT: number }): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}
