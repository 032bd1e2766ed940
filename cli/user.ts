// `causerie user …`: erases or exports what a running service keeps of a user.
import { Command } from 'commander'
import { companyOption, newCommand, printable, withService } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'
import type { Service } from './service.ts'

interface UserOptions { url?: string, company: string, yes?: true }
type Work = (service: Service, path: string, user: string, options: UserOptions) => Promise<number>
interface Receipt { erased: { what: string, where: string, count: number }[] }

/** Rewriting a large file takes a while. */
const erasureMs = 600_000

export function userCommand (io: CommandIo): Command {
  const { stdout, stderr } = io
  const command = newCommand(io, 'user')
    .description('Erase or export what a running service keeps of a user')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `
Put a key with the scope admin into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed, or something is left; 2: wrong usage.

Examples:
  causerie user export customer-42 --company acme > customer-42.jsonl
  causerie user erase customer-42 --company acme --yes`)

  function add (name: string, description: string, work: Work): Command {
    return command.command(name).description(description)
      .argument('<user>', 'the user, as questions name it')
      .addOption(companyOption())
      .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
      .action((user: string, options: UserOptions) => withService(io, { url: options.url, scope: 'admin' }, service =>
        work(service, `/v1/users/${encodeURIComponent(user)}`, user, options)))
  }
  add('erase', 'erase everything that is kept of a user, and print the receipt as JSON', async (service, path, user, { company, yes }) => {
    if (!yes) throw new UsageError(`This erases the conversations and ratings of "${printable(user)}". Say so: --yes`)
    const receipt = await service.ask<Receipt>('DELETE', path, { query: { company_id: company }, silenceMs: erasureMs })
    stdout.write(`${JSON.stringify(receipt, null, 2)}\n`)
    return 0
  }).option('--yes', 'do it')
  add('export', 'print everything that is kept of a user, as lines of JSON', async (service, path, _, { company }) => {
    let last = ''
    const onBytes = (bytes: Buffer) => {
      stdout.write(bytes)
      last = (last + bytes.toString('latin1')).slice(-1000)
    }
    await service.ask('GET', `${path}/export`, { query: { company_id: company }, onBytes })
    if (!/\{"type":"error"[^\n]*\n$/.test(last)) return 0
    stderr.write('The export has broken off.\n')
    return 1
  })
  return command
}
