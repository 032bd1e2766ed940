// `causerie warm`: makes a running service answer common questions in advance.
import { Command } from 'commander'
import { newCommand } from './action.ts'
import { createProgress } from './progress.ts'
import { jsonBody, once, openService } from './service.ts'
import { UsageError, type CommandIo } from './command-io.ts'

interface WarmOptions { url?: string, company?: string[] }
interface Warmed { company_id: string, questions: number, answered: number, already: number, failed: number }

/** A slow language model answers a company's questions one by one, and the response comes only after the last. */
const companyMs = 3_600_000
const listMs = 30_000

export function warmCommand (io: CommandIo): Command {
  const { stdout, stderr, env } = io

  async function run ({ url, company }: WarmOptions): Promise<number> {
    const service = openService({ url, env, scope: 'admin', patience: once })
    try {
      const companies =
        company ?? (await service.ask<{ data: { id: string }[] }>('GET', '/v1/models', { silenceMs: listMs })).data.map(({ id }) => id)
      const progress = createProgress({ output: stderr, label: 'warm', total: companies.length, unit: 'companies' })
      let failed = 0
      for (const [i, id] of companies.entries()) {
        progress.update(i, id)
        const done = await service
          .ask<Warmed>('POST', '/warm', { body: jsonBody({ company_id: id }), silenceMs: companyMs })
          .finally(() => progress.end())
        failed += done.failed
        const failures = done.failed > 0 ? `, ${done.failed} failed` : ''
        const counts = `${done.answered} of ${done.questions} answered in advance, ${done.already} already cached${failures}`
        stdout.write(`${id}: ${done.questions === 0 ? 'no common questions' : counts}\n`)
      }
      return failed === 0 ? 0 : 1
    } finally {
      await service.close()
    }
  }

  return newCommand(io, 'warm')
    .description('Make a running service answer the common questions of every company in advance')
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .option('--company <id...>', 'only these companies')
    .addHelpText('after', `
Common questions are those of a profile ("common_questions"), and the most asked of the last day; at most WARM_QUESTIONS.
If the service asks for keys, put one with the scope admin into CAUSERIE_KEY.
Exit code 0: done; 1: something failed; 2: wrong usage.`)
    .action(async (options: WarmOptions) => {
      try {
        io.exitCode = await run(options)
      } catch (error) {
        stderr.write(`${(error as Error).message}\n`)
        io.exitCode = error instanceof UsageError ? 2 : 1
      }
    })
}
