// `causerie meili …`: creates and checks Meilisearch keys, and loads documents.
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../src/config.ts'
import { isLoopback } from '../../src/loopback.ts'
import { reasonOf } from '../../src/backends/meilisearch/errors.ts'
import { companyIdPattern } from '../../src/ids.ts'
import { checkKey, checkWriteKey } from './check.ts'
import { actionsOf, makeKey, type KeyKind } from './keys.ts'
import { load, openEmbedder, type LoadOptions } from './load.ts'
import { secretFromInput, secretOf } from './secrets.ts'
import { UsageError, type CommandIo } from '../command-io.ts'

/** @param embedderOf creates the embedder from the settings; replaced in tests */
export function meilisearchCommand (io: CommandIo, embedderOf = openEmbedder): Command {
  const { stdout, stderr, env } = io
  const command = new Command('meili')
    .description('Meilisearch: make its keys, check them, load documents')
    .showHelpAfterError('(--help says more)')
    .configureOutput({ writeOut: text => { stdout.write(text) }, writeErr: text => { stderr.write(text) } })
    .exitOverride(({ exitCode }) => io.exit(exitCode === 0 ? 0 : 2))

  /** Wraps an action so that it can be interrupted and a failure becomes one line and an exit code. */
  function action<O> (run: (options: O, signal: AbortSignal, args: string[]) => Promise<number>) {
    return async (...given: unknown[]): Promise<void> => {
      const abort = new AbortController()
      const interrupt = () => abort.abort(new Error('Interrupted; the same command again goes on from here.'))
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
        url === '' ? 'Which Meilisearch? Give --url, or set MEILI_URL.' : `${url} is no address: it starts with http:// or https://.`
      )
    }
    return url.replace(/\/+$/, '')
  }

  function configuredUrl (): string {
    try {
      return loadConfig(env).MEILI_URL
    } catch (error) {
      throw new UsageError(`The settings cannot be read; give --url. ${(error as Error).message}`, { cause: error })
    }
  }

  command
    .command('keys')
    .description("make the key that the service searches with (or writes with, or the loader's) with no more rights than it needs")
    .option('--url <url>', 'Meilisearch (default: MEILI_URL)')
    .addOption(new Option('--for <what>', 'who will use the key').choices(Object.keys(actionsOf)).default('service'))
    .addOption(new Option('--company <id...>', 'open the indexes of these companies only: <id>__*').argParser(collect(companyIdPattern)))
    .addOption(
      new Option('--index <uid...>', 'open these indexes too: the ones that a profile names itself').argParser(
        collect('^[A-Za-z0-9_-]{1,400}\\*?$')
      )
    )
    .addOption(new Option('--all', 'open every index (the default)').conflicts(['company', 'index']))
    .addOption(
      new Option('--uid <uuid>', 'make the key under this uid; the same again prints the same key').argParser(
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
          if (adminKey === '') throw new UsageError('The master key is missing: set MEILI_MASTER_KEY, or use --master-key-stdin.')
          const named = [...(options.company ?? []).map(id => `${id}__*`), ...(options.index ?? [])]
          const made = await makeKey({
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
          if (named.length === 0) stderr.write('It opens every index; --company opens those of some companies only.\n')
          if (options.for === 'loading') stderr.write("Keep it out of the service's .env: that one has a key for writing of its own.\n")
          if (URL.parse(url)!.protocol === 'http:' && !isLoopback(URL.parse(url)!.hostname)) {
            stderr.write('The address is not https: whoever is on the way reads the keys.\n')
          }
          return 0
        }
      )
    )

  command.command('check')
    .description('say what the service\'s keys (MEILI_URL, MEILI_KEY, MEILI_KEY_UID, MEILI_WRITE_KEY) can and cannot do')
    .addOption(new Option('--company <id>', 'look at an index of this company').argParser(collectOne(companyIdPattern, 'a company id')))
    .addOption(new Option('--index <uid>', 'look at this index').conflicts('company'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `
Exit code 0 when the service can use its keys, 1 otherwise. Nothing is changed on the server.

Examples:
  causerie meili check
  causerie meili check --company petit-nid --json`)
    .action(action<{ company?: string, index?: string, json?: true }>(async (options, signal) => {
      const { MEILI_URL, MEILI_KEY, MEILI_KEY_UID, MEILI_WRITE_KEY } = loadConfig(env)
      if (MEILI_URL === '') throw new UsageError('MEILI_URL is not set: the service searches its own SQLite files.')
      const uid = options.index ?? (options.company && `${options.company}__causerie-check`)
      const findings = await checkKey({ url: MEILI_URL, apiKey: MEILI_KEY, apiKeyUid: MEILI_KEY_UID, ...(uid ? { uid } : {}), signal })
      if (MEILI_WRITE_KEY !== '') {
        findings.push(...(await checkWriteKey({ url: MEILI_URL, apiKey: MEILI_WRITE_KEY, ...(uid ? { uid } : {}), signal })))
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
    .description('load documents into Meilisearch: what is new or has changed, with its vectors')
    .argument('[path...]', 'files of documents: a JSON array, or one JSON object a line (NDJSON); - = standard input')
    .option('--url <url>', 'Meilisearch (default: MEILI_URL)')
    .addOption(new Option('--company <id>', 'whose documents they are').argParser(collectOne(companyIdPattern, 'a company id')))
    .option('--index <kind>', 'which of its indexes they go into, e.g. products')
    .option('--profile <file>', "the company's company.json, which says how documents are read; guessed from the first of them without")
    .addOption(
      new Option(
        '--samples [dir]',
        'load every company of a folder instead: company.json and <index>.json in a folder each (default: SAMPLES_DIR)'
      ).conflicts(['company', 'index', 'profile'])
    )
    .option('--no-vectors', 'search by words only')
    .option('--prune', 'delete the documents of the index that the files do not hold')
    .option('--dry-run', 'compare only, change nothing')
    .option('--key-stdin', 'read the key from standard input instead of MEILI_LOAD_KEY or MEILI_MASTER_KEY')
    .option('--json', 'print one JSON object per index')
    .addHelpText(
      'after',
      `
The key comes from MEILI_LOAD_KEY (made by \`causerie meili keys --for loading\`), MEILI_MASTER_KEY or standard input,
never from the command line. Interrupted, the same command goes on where it was.
Exit code 0: all is in; 1: something was rejected or failed; 2: the command is not understood.

Examples:
  causerie meili load --samples
  causerie meili load products.json --company petit-nid --index products --profile data/petit-nid/company.json
  zcat pages.ndjson.gz | causerie meili load - --company acme --index pages --prune`
    )
    .action(
      action<LoadOptions & { url?: string; keyStdin?: true }>(async (options, signal, paths) => {
        if (options.keyStdin && paths.includes('-')) throw new UsageError('Standard input is either the key or the documents.')
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
    if (!new RegExp(pattern).test(value)) throw new InvalidArgumentError(`It is not ${what}.`)
    return value
  }
}

function collect (pattern: string) {
  const one = collectOne(pattern, 'of the right form')
  return (value: string, before: string[] = []): string[] => [...before, one(value)]
}
