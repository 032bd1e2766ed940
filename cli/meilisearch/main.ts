// `causerie meili …`: creates and checks Meilisearch keys, and loads documents.
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../src/config.ts'
import { configuredProxy } from '../proxy.ts'
import { isLoopback } from '../../src/loopback.ts'
import { reasonOf } from '../../src/backends/meilisearch/errors.ts'
import { companyIdPattern } from '../../src/ids.ts'
import { checkKey, checkWriteKey } from './check.ts'
import { actionsOf, makeKey, type KeyKind } from './keys.ts'
import { load, openEmbedder, type LoadOptions } from './load.ts'
import { secretFromInput, secretOf } from './secrets.ts'
import { newCommand } from '../action.ts'
import { UsageError, type CommandIo } from '../command-io.ts'

/** @param embedderOf creates the embedder from the settings; replaced in tests */
export function meilisearchCommand (io: CommandIo, embedderOf = openEmbedder): Command {
  const { stdout, stderr, env } = io
  const command = newCommand(io, 'meili')
    .description('Create and check keys of Meilisearch, and load documents')
    .showHelpAfterError('(see --help)')

  /** Wraps an action so that it can be interrupted and a failure becomes one line and an exit code. */
  function action<O> (run: (options: O, signal: AbortSignal, args: string[]) => Promise<number>) {
    return async (...given: unknown[]): Promise<void> => {
      const abort = new AbortController()
      const interrupt = () => abort.abort(new Error('Interrupted. Run the same command again to continue.'))
      io.once('SIGINT', interrupt)
      io.once('SIGTERM', interrupt)
      const args = given.slice(0, -2).flat() as string[]
      try {
        io.exitCode = await run(given.at(-2) as O, abort.signal, args)
      } catch (thrown) {
        const error = abort.signal.aborted ? abort.signal.reason : thrown
        const { code, message } = reasonOf(error)
        stderr.write(`${message}${code === 'failed' ? '' : ` (${code})`}\n`)
        io.exitCode = error instanceof UsageError ? 2 : 1
      } finally {
        io.off('SIGINT', interrupt)
        io.off('SIGTERM', interrupt)
      }
    }
  }

  /** Returns the given address, or the one from the settings. */
  function urlOf (given: string | undefined): string {
    const url = given ?? (env.MEILI_URL || configuredUrl())
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new UsageError(
        url === ''
          ? 'No Meilisearch given. Use --url, or set MEILI_URL.'
          : `${url} is not an address. It must start with http:// or https://.`
      )
    }
    return url.replace(/\/+$/, '')
  }

  function configuredUrl (): string {
    try {
      return loadConfig(env).MEILI_URL
    } catch (error) {
      throw new UsageError(`The settings cannot be read. Use --url. ${(error as Error).message}`, { cause: error })
    }
  }

  command
    .command('keys')
    .description("create the key that the service searches with (or writes with, or the loader's), with only the rights that it needs")
    .option('--url <url>', 'Meilisearch (default: MEILI_URL)')
    .addOption(new Option('--for <what>', 'the user of the key').choices(Object.keys(actionsOf)).default('service'))
    .addOption(new Option('--company <id...>', 'open only the indexes of these companies: <id>__*').argParser(collect(companyIdPattern)))
    .addOption(
      new Option('--index <uid...>', 'also open these indexes, which a profile names itself').argParser(
        collect('^[A-Za-z0-9_-]{1,400}\\*?$')
      )
    )
    .addOption(new Option('--all', 'open every index (the default)').conflicts(['company', 'index']))
    .addOption(
      new Option('--uid <uuid>', 'create the key with this uid; the same uid prints the same key again').argParser(
        collectOne('^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', 'a UUID')
      )
    )
    .option('--master-key-stdin', 'read the master key from standard input instead of MEILI_MASTER_KEY')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The master key comes from MEILI_MASTER_KEY or from standard input, never from the command line.

Examples:
  causerie meili keys --url http://127.0.0.1:7700 --master-key-stdin >> .env
  causerie meili keys --company petit-nid fjord-outdoor
  causerie meili keys --for writing --company petit-nid >> .env
  causerie meili keys --for loading --company petit-nid`
    )
    .action(
      action<{ url?: string; for: KeyKind; company?: string[]; index?: string[]; uid?: string; masterKeyStdin?: true; json?: true }>(
        async (options, signal) => {
          const url = urlOf(options.url)
          const adminKey = options.masterKeyStdin
            ? await secretFromInput(io, 'Master key: ')
            : secretOf(io, 'MEILI_MASTER_KEY')
          if (adminKey === '') throw new UsageError('The master key is missing. Set MEILI_MASTER_KEY, or use --master-key-stdin.')
          const named = [...(options.company ?? []).map(id => `${id}__*`), ...(options.index ?? [])]
          const made = await makeKey({
            proxy: configuredProxy(env),
            url,
            adminKey,
            kind: options.for,
            indexes: named.length > 0 ? named : ['*'],
            ...(options.uid ? { uid: options.uid } : {}),
            signal,
          })
          if (options.json) stdout.write(`${JSON.stringify({ url, for: options.for, ...made })}\n`)
          else if (options.for === 'service') stdout.write(`MEILI_URL=${url}\nMEILI_KEY=${made.key}\nMEILI_KEY_UID=${made.uid}\n`)
          else stdout.write(`${options.for === 'writing' ? 'MEILI_WRITE_KEY' : 'MEILI_LOAD_KEY'}=${made.key}\n`)
          stderr.write(`It opens ${made.indexes.join(', ')} and may: ${made.actions.join(', ')}.\n`)
          if (named.length === 0) stderr.write('It opens every index. Use --company to open only those of some companies.\n')
          if (options.for === 'loading') stderr.write("Do not put it into the service's .env: the service has its own key for writing.\n")
          if (URL.parse(url)!.protocol === 'http:' && !isLoopback(URL.parse(url)!.hostname)) {
            stderr.write('The address is not https: the keys can be read on the way.\n')
          }
          return 0
        }
      )
    )

  command.command('check')
    .description('list what the service\'s keys (MEILI_URL, MEILI_KEY, MEILI_KEY_UID, MEILI_WRITE_KEY) can and cannot do')
    .addOption(new Option('--company <id>', 'check with an index of this company').argParser(collectOne(companyIdPattern, 'a company id')))
    .addOption(new Option('--index <uid>', 'check with this index').conflicts('company'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `
Changes nothing on the server. Exit code 0: the service can use its keys; 1: it cannot.

Examples:
  causerie meili check
  causerie meili check --company petit-nid --json`)
    .action(action<{ company?: string, index?: string, json?: true }>(async (options, signal) => {
      const { MEILI_URL, MEILI_KEY, MEILI_KEY_UID, MEILI_WRITE_KEY } = loadConfig(env)
      const proxy = configuredProxy(env)
      if (MEILI_URL === '') throw new UsageError('MEILI_URL is not set: the service searches its own SQLite files.')
      const uid = options.index ?? (options.company && `${options.company}__causerie-check`)
      const findings = await checkKey({
        url: MEILI_URL, proxy, apiKey: MEILI_KEY, apiKeyUid: MEILI_KEY_UID, ...(uid ? { uid } : {}), signal,
      })
      if (MEILI_WRITE_KEY !== '') {
        findings.push(...(await checkWriteKey({ url: MEILI_URL, proxy, apiKey: MEILI_WRITE_KEY, ...(uid ? { uid } : {}), signal })))
      }
      const usable = findings.every(({ ok, required }) => ok || !required)
      if (options.json) {
        stdout.write(`${JSON.stringify({ usable, findings })}\n`)
      } else {
        for (const { right, ok, means } of findings) stdout.write(`${ok ? '✓' : '✗'} ${right.padEnd(14)} ${means}\n`)
        stdout.write(usable ? 'The service can use this key.\n' : 'The service cannot use this key.\n')
      }
      return usable ? 0 : 1
    }))

  command
    .command('load')
    .description('load new and changed documents into Meilisearch, with their vectors')
    .argument('[path...]', 'files of documents: a JSON array, or one JSON object per line (NDJSON); - = standard input')
    .option('--url <url>', 'Meilisearch (default: MEILI_URL)')
    .addOption(
      new Option('--company <id>', 'the company that the documents belong to').argParser(collectOne(companyIdPattern, 'a company id'))
    )
    .option('--index <kind>', 'the index that they go into, e.g. products')
    .option('--profile <file>', "the company's company.json, which says how to read documents; without it, guessed from the first ones")
    .addOption(
      new Option(
        '--samples [dir]',
        'load every company of a folder instead; each has a folder with company.json and <index>.json (default: SAMPLES_DIR)'
      ).conflicts(['company', 'index', 'profile'])
    )
    .option('--no-vectors', 'search by words only')
    .option('--prune', 'delete documents of the index that are not in the files')
    .option('--dry-run', 'compare only, change nothing')
    .option('--key-stdin', 'read the key from standard input instead of MEILI_LOAD_KEY or MEILI_MASTER_KEY')
    .option('--json', 'print one JSON object per index')
    .addHelpText(
      'after',
      `
The key comes from MEILI_LOAD_KEY (made by \`causerie meili keys --for loading\`), MEILI_MASTER_KEY or standard input,
never from the command line. An interrupted command can be run again to continue.
Exit code 0: everything was loaded; 1: something was rejected or failed; 2: wrong usage.

Examples:
  causerie meili load --samples
  causerie meili load products.json --company petit-nid --index products --profile data/petit-nid/company.json
  zcat pages.ndjson.gz | causerie meili load - --company acme --index pages --prune`
    )
    .action(
      action<LoadOptions & { url?: string; keyStdin?: true }>(async (options, signal, paths) => {
        if (options.keyStdin && paths.includes('-')) throw new UsageError('Standard input cannot be both the key and the documents.')
        const url = urlOf(options.url)
        const apiKey = options.keyStdin
          ? await secretFromInput(io, 'Key: ')
          : secretOf(io, 'MEILI_LOAD_KEY', 'MEILI_MASTER_KEY')
        return load({ io, url, apiKey, paths, options, embedderOf, signal })
      })
    )

  return command
}

function collectOne (pattern: string, what: string) {
  return (value: string): string => {
    if (!new RegExp(pattern).test(value)) throw new InvalidArgumentError(`Not ${what}.`)
    return value
  }
}

function collect (pattern: string) {
  const one = collectOne(pattern, 'of the right form')
  return (value: string, before: string[] = []): string[] => [...before, one(value)]
}
