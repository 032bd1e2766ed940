// `causerie ingest`: puts files into an index of a running service.
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { loadConfig } from '../src/config.ts'
import { indexCommand, interruptible, several, wholeNumber } from './action.ts'
import { selectFiles, type Selection } from './ingest-files.ts'
import type { IngestOptions } from './ingest-options.ts'
import { reportIngest, showSelection } from './ingest-report.ts'
import { sendFiles } from './ingest-upload.ts'
import { patient, type Patience } from './service.ts'
import { UsageError, type CommandIo } from './command-io.ts'

/** @param patience how long to wait for an unreachable service; shorter in tests */
export function ingestCommand (io: CommandIo, patience: Patience = patient): Command {
  return indexCommand(io, 'ingest')
    .description('Put files into an index: PDF, Word, HTML, Markdown, CSV, JSON(L), text, logs, source code')
    .argument('<path...>', 'files, folders, patterns in quotes; - is standard input')
    .option('--name <name>', 'the name for standard input')
    .option('--name-prefix <text>', 'put before each name, for example guides/', '')
    .option('--exclude <glob>', 'leave out matching files; may be repeated', several, [])
    .option('--dry-run', 'list what would be sent and what it would become; nothing is sent')
    .option('--show', 'print what each file becomes, whole: title, facts, chunks, pages, warnings; nothing is sent')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--concurrency <n>', 'files sent at once').argParser(wholeNumber(1, 16)).default(2))
    .option('--pin', 'never remove these documents to make room')
    .option('--access <name>', 'only for these: group:staff, user:42; may be repeated; a replaced document keeps its own', several, [])
    .addHelpText('after', `
A file is named by its path in the given folder (a file given directly by its base name), and replaces the file that had this
name before. Content that the service has read before is not sent again, so an interrupted command can be run again.
Hidden and temporary files and links out of the folder are left out. If the service asks for keys, put one with the scope
write into CAUSERIE_KEY.
Exit code 0: everything was ingested; 1: something was rejected or failed; 2: wrong usage.

Examples:
  causerie ingest handbook/ --company acme --index pages
  causerie ingest 'manuals/**/*.pdf' prices.csv --company acme --index pages --name-prefix manuals/
  causerie ingest site/ --company acme --index pages --exclude '*.png' --exclude drafts --dry-run
  causerie ingest internal/ --company acme --index pages --access group:staff --access user:42
  causerie ingest prices.pdf --company acme --index pages --show
  pg_dump_faq | causerie ingest - --name faq.jsonl --company acme --index faq`)
    .action((paths: string[], options: IngestOptions) => interruptible(io, async signal => {
      const input = paths.includes('-')
      if (input && (paths.length > 1 || !options.name)) {
        throw new UsageError('Standard input must be the only path, and needs a name: causerie ingest - --name faq.csv')
      }
      if (!input && options.name !== undefined) {
        throw new UsageError('--name is for standard input. For files use --name-prefix.')
      }
      const spooled = input ? await spool(io, options, signal) : null
      try {
        const selection = spooled?.selection ?? await selectFiles(paths, { prefix: options.namePrefix, exclude: options.exclude, signal })
        if (options.dryRun || options.show) return await showSelection(io, selection, options, signal)
        return reportIngest(io, await sendFiles({ io, selection, options, patience, signal }), options)
      } finally {
        if (spooled) await rm(spooled.dir, { recursive: true, force: true })
      }
    }))
}

/** Saves standard input to a file, so that its digest can be computed and it can be sent twice. */
async function spool (
  { stdin, env }: CommandIo,
  { name = '', namePrefix }: IngestOptions,
  signal: AbortSignal
): Promise<{ dir: string; selection: Selection }> {
  const most = loadConfig(env).MAX_FILE_BYTES
  const dir = await mkdtemp(join(tmpdir(), 'causerie-input-'))
  try {
    const path = join(dir, 'input')
    await pipeline(
      stdin,
      async function * (source: AsyncIterable<Buffer>) {
        let size = 0
        for await (const chunk of source) {
          if ((size += chunk.length) > most) throw new Error(`Standard input has more than MAX_FILE_BYTES (${most}).`)
          yield chunk
        }
      },
      createWriteStream(path, { mode: 0o600 }),
      { signal }
    )
    return { dir, selection: { files: [{ path, name: namePrefix + name, size: (await stat(path)).size }], leftOut: [] } }
  } catch (error) {
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}
