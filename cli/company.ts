// `causerie company …`: lists, creates, shows, changes and deletes the companies of a running service.
import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { companyIdPattern, indexKindPattern } from '../src/ids.ts'
import { matching, newCommand, pagesOf, printable, wholeNumber, withService } from './action.ts'
import { UsageError, unreadable, type CommandIo } from './command-io.ts'
import { jsonBody, type Service } from './service.ts'

interface ProfileOptions {
  url?: string
  name?: string
  language?: string
  prompt?: string
  model?: string
  index: string[]
  question?: string[]
  refuse?: boolean
  questionsPerDay?: number
  tokensPerDay?: number
  file?: string
  yes?: true
}
interface Removed { what: string, where: string, count: number }
type Work = (service: Service, id: string, options: ProfileOptions) => Promise<number>
interface Definition { id: string, name: string, language: string, indexes: Record<string, object> }

/** Deleting many documents from Meilisearch takes a while. */
const deletionMs = 600_000
/** Those of a company that names none: without an index nothing can be put in. */
const firstIndexes = { faq: {}, pages: {}, products: {} }
const languages = ['fr', 'en', 'es', 'de', 'und']
const collect = (kind: string, before: string[]) => [...before, matching(indexKindPattern, 'index')(kind)]

export function companyCommand (io: CommandIo): Command {
  const { stdout, stderr } = io
  const command = newCommand(io, 'company')
    .description('Create, change and delete the companies of a running service')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `
Put a key with the scope admin for all companies into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed; 2: wrong usage.

Examples:
  causerie company create acme --language en --index pages
  causerie company set acme --prompt @prompt.txt --question "When do you open?"
  causerie company delete acme --yes`)

  /** Adds a command whose action talks to the service. */
  function add (name: string, description: string, work: Work): Command {
    const own = command.command(name).description(description)
      .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    if (name !== 'list') own.argument('<id>', 'the company', matching(companyIdPattern, 'company id'))
    return own.action((...args: unknown[]) => {
      const [id, options] = (name === 'list' ? ['', args[0]] : args) as [string, ProfileOptions]
      return withService(io, { url: options.url, scope: 'admin' }, service => work(service, id, options))
    })
  }
  const withProfile = (own: Command) => own
    .option('--name <text>', 'its name')
    .addOption(new Option('--language <language>', 'the language of its documents').choices(languages))
    .option('--prompt <text>', 'its prompt for the language model, or @file')
    .option('--model <name>', 'its own language model')
    .option('--index <kind>', 'an index to add; more than once for more (a new company has faq, pages and products otherwise)', collect, [])
    .option('--question <text...>', 'common questions, instead of those that it has')
    .option('--refuse', 'refuse without the language model where no document answers')
    .option('--no-refuse', 'ask the language model even then')
    .addOption(new Option('--questions-per-day <n>', 'questions a day for the language model').argParser(wholeNumber(0, 999_999_999)))
    .addOption(new Option('--tokens-per-day <n>', 'tokens of the language model a day').argParser(wholeNumber(0, 999_999_999)))
    .option('--file <path>', 'a profile as JSON, like the company.json of a sample; the other options change it')
  const show = (profile: object) => { stdout.write(`${JSON.stringify(profile, null, 2)}\n`) }

  add('list', 'list the companies', async service => {
    for await (const page of pagesOf<Definition>(service, '/v1/companies')) {
      for (const { id, name, language } of page) stdout.write(`${id}  ${language}  ${printable(name)}\n`)
    }
    return 0
  })
  add('show', 'print the profile of a company as JSON', async (service, id) => {
    const { definition, ...brief } = await service.ask<{ definition?: object }>('GET', pathOf(id))
    show(definition ?? brief)
    return 0
  })
  withProfile(add('create', 'create a company, which must not exist yet', async (service, id, options) => {
    const given = { name: id, language: 'und', indexes: {}, ...await readProfileFile(options.file), ...await changesOf(options), id }
    const named = { ...given.indexes, ...indexesOf(options) }
    const indexes = Object.keys(named).length > 0 ? named : firstIndexes
    await service.ask('PUT', pathOf(id), { headers: { 'if-none-match': '*' }, body: jsonBody({ ...given, indexes }) })
    stderr.write(`Company ${id} is created. Add documents: causerie ingest FILES --company ${id} --index ` +
      `${Object.keys(indexes)[0]!}\n`)
    return 0
  }))
  withProfile(add('set', 'change the profile of a company', async (service, id, options) => {
    const { id: named = id, ...file } = await readProfileFile(options.file)
    if (named !== id) throw new UsageError(`${options.file} is the profile of another company.`)
    const patch = { ...file, ...await changesOf(options) }
    const indexes = { ...file.indexes, ...indexesOf(options) }
    if (Object.keys(patch).length + Object.keys(indexes).length === 0) throw new UsageError('Nothing to change: see --help.')
    show(await service.ask<object>('PATCH', pathOf(id), {
      body: jsonBody({ ...patch, ...(Object.keys(indexes).length > 0 ? { indexes } : {}) }),
    }))
    return 0
  }))
  add('delete', 'delete a company with everything that is kept of it', async (service, id, { yes }) => {
    if (!yes) throw new UsageError(`This deletes the documents, keys, conversations and feedback of ${id}. Say so: --yes`)
    const { removed } = await service.ask<{ removed: Removed[] }>('DELETE', pathOf(id), { silenceMs: deletionMs })
    for (const { what, where, count } of removed) stdout.write(`${what} (${where}): ${count}\n`)
    stderr.write(`Company ${id} is deleted.\n`)
    return 0
  }).option('--yes', 'do it')
  return command
}

function pathOf (id: string): string {
  return `/v1/companies/${encodeURIComponent(id)}`
}

function indexesOf ({ index }: ProfileOptions): Record<string, object> {
  return Object.fromEntries(index.map(kind => [kind, {}]))
}

async function changesOf (options: ProfileOptions): Promise<Partial<Definition>> {
  const { name, language, prompt, model, question, refuse, questionsPerDay, tokensPerDay } = options
  const budget = { questions_per_day: questionsPerDay, tokens_per_day: tokensPerDay }
  const changes = {
    name, language, model, common_questions: question, refuse_without_passages: refuse,
    ...(questionsPerDay === undefined && tokensPerDay === undefined ? {} : { budget }),
    system_prompt: prompt?.startsWith('@') ? await read(prompt.slice(1)) : prompt,
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

async function readProfileFile (path: string | undefined): Promise<Partial<Definition>> {
  if (path === undefined) return {}
  try {
    return JSON.parse(await read(path)) as Partial<Definition>
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path} is not JSON.`)
  }
}

async function read (path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(error => { throw unreadable(path, error) })
}
