// `causerie curated …`: lists, writes, changes and removes the answers that a person wrote or corrected.
import { Command } from 'commander'
import { companyOption, counted, newCommand, pagesOf, printable, textOrFile, withService } from './action.ts'
import type { CommandIo } from './command-io.ts'
import { jsonBody, type Service } from './service.ts'

interface Options {
  company: string
  url?: string
  stale?: true
  question?: string
  answer?: string
  of?: string
  variant?: string[]
  index?: string
  link?: string
}
interface Curated { id: string, question: string, answer: string, hits: number, stale: boolean, changed_sources: string[] }
type Work = (service: Service, options: Options, id: string) => Promise<number>

export function curatedCommand (io: CommandIo): Command {
  const { stdout } = io
  const command = newCommand(io, 'curated')
    .description('Answers that a person wrote or corrected: list, write, change and remove them')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `
Put a key with the scope write into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed; 2: wrong usage.

Examples:
  causerie curated list --company acme --stale
  causerie curated add --company acme --question "Do you wrap gifts?" --answer "Yes, for 3 €." --variant "Gift paper?"
  causerie curated add --company acme --of ANSWER_ID --answer @answer.txt
  causerie curated confirm cur_x7 --company acme`)

  const print = (line: string) => { stdout.write(`${printable(line)}\n`) }
  function add (name: string, description: string, work: Work): Command {
    return command.command(name).description(description)
      .addOption(companyOption())
      .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
      .action((...args: unknown[]) => {
        const options = args.at(-2) as Options
        const id = args.length > 2 ? args[0] as string : ''
        return withService(io, { url: options.url, scope: 'write' }, service => work(service, options, id))
      })
  }
  const withEntry = (own: Command) => own
    .option('--question <text>', 'the question')
    .option('--answer <text>', 'the answer, or @file')
    .option('--variant <text...>', 'other words for the question')
    .option('--index <kind>', 'the index (default: the FAQ)')
    .option('--link <url>', 'a page that says more')
  const path = (id: string) => `/v1/curated/${encodeURIComponent(id)}`
  const bodyOf = async ({ company, question, answer, variant: variants, index, link: url, of: answerId }: Options) => jsonBody({
    company_id: company, question, answer: answer === undefined ? undefined : await textOrFile(answer), variants, index, url,
    answer_id: answerId,
  })

  add('list', 'list curated answers', async (service, { company, stale }) => {
    let count = 0
    for await (const page of pagesOf<Curated>(service, '/v1/curated', { company_id: company })) {
      const shown = page.filter(one => !stale || one.stale)
      shown.forEach(one => print(lineOf(one)))
      count += shown.length
    }
    if (count === 0) io.stderr.write(stale ? 'No curated answer has to be read again.\n' : 'No curated answers.\n')
    return 0
  }).option('--stale', 'only those whose sources have changed since')

  withEntry(add('add', 'write an answer, or correct one', async (service, options) => {
    print(lineOf(await service.ask<Curated>('POST', '/v1/curated', { body: await bodyOf(options) })))
    return 0
  })).option('--of <answer-id>', 'the answer that is corrected: its question and readers are taken over, its sources watched')

  withEntry(add('set', 'change an answer', async (service, options, id) => {
    print(lineOf(await service.ask<Curated>('PATCH', path(id), { body: await bodyOf(options) })))
    return 0
  })).argument('<id>')

  add('confirm', 'say that an answer is still right', async (service, { company }, id) => {
    print(lineOf(await service.ask<Curated>('PATCH', path(id), { body: jsonBody({ company_id: company }) })))
    return 0
  }).argument('<id>')

  add('remove', 'remove an answer with its documents', async (service, { company }, id) => {
    await service.ask('DELETE', path(id), { query: { company_id: company } })
    return 0
  }).argument('<id>')
  return command
}

function lineOf ({ id, question, hits, stale, changed_sources: changed }: Curated): string {
  return `${id}  ${counted(hits, 'hit')}${stale ? `  [stale: ${changed.join(', ')}]` : ''}  ${question}`
}
