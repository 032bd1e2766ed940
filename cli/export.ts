// `causerie export` and `causerie import`: one company's documents with their vectors, in one file, into another installation.
import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import { isInUse } from '../src/backends/sqlite/backup.ts'
import { count, readLines, writeLines, type Counts } from '../src/backends/sqlite/exports/lines.ts'
import type { ExportHead } from '../src/backends/sqlite/exports/format.ts'
import { importLines } from '../src/backends/sqlite/exports/read.ts'
import { openExport } from '../src/backends/sqlite/exports/write.ts'
import { embedderSettings, loadConfig, type Config } from '../src/config.ts'
import { coded } from '../src/errors.ts'
import { makeFolder } from '../src/make-folder.ts'
import { companyOption, counted, interruptible, newCommand, printable, sizeText } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'
import { createProgress } from './progress.ts'

interface ExportOptions { company: string, replace?: true }
interface ImportOptions extends ExportOptions { rename?: true, check?: true }

export function exportCommand (io: CommandIo): Command {
  const { stderr } = io

  async function run (name: string, { company, replace }: ExportOptions, signal: AbortSignal): Promise<number> {
    const path = resolve(name)
    if (!replace && await exists(path)) throw new UsageError(`${path} exists. Use --replace to write over it.`)
    const config = loadConfig(io.env)
    const source = companyPath(config, company)
    if (!await exists(source)) {
      throw new UsageError(`There is no company ${company} in ${dirname(source)}. Run this where the service runs.`)
    }
    const open = openExport(source, company)
    const progress = createProgress({ output: stderr, label: company, total: open.documents, unit: 'documents' })
    try {
      const end = await writeLines(path, open.lines(), { signal, onLine: ({ documents }) => progress.update(documents) })
      progress.end()
      stderr.write(`${summaryOf(end)} of ${company} are in ${path}, ${sizeText((await stat(path)).size)}.\n`)
      if (hasProfilesElsewhere(config)) stderr.write('Its profile is not in the file: profiles are in Supabase here (SUPABASE_URL).\n')
      return 0
    } finally {
      progress.end()
      open.close()
    }
  }

  return newCommand(io, 'export')
    .description("Write a company's documents with their vectors into one file")
    .argument('<file>', 'a new file, e.g. acme.jsonl.gz')
    .addOption(companyOption())
    .option('--replace', 'replace the file if it exists')
    .addHelpText('after', `
The company is written as it is at one moment, while the service goes on: its profile, documents with their readers, filters
and dates, chunks and vectors. Conversations, ratings, gaps, curated answers' counts and keys are not in it: see
causerie backup. Run this on the machine of the service, with its DATA_DIR and its user. docs/export.md describes the file.
With SUPABASE_URL the profile stays in Supabase, and is not in the file. With MEILI_URL documents are in Meilisearch: its own
dumps and snapshots move them, and this command ends with 2.
Exit code 0: done; 1: failed, and nothing is left; 2: wrong usage.`)
    .action((name: string, options: ExportOptions) => interruptible(io, signal => run(name, options, signal)))
}

export function importCommand (io: CommandIo): Command {
  const { stderr } = io

  async function run (name: string, options: ImportOptions, signal: AbortSignal): Promise<number> {
    const { company, replace, check } = options
    const path = resolve(name)
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) throw new UsageError(`There is no file ${path}.`)
    const config = loadConfig(io.env)
    const target = companyPath(config, company)
    const progress = createProgress({ output: stderr, label: company, total: found.size / 1e6, unit: 'MB', digits: 1 })
    const lines = readLines(path, { signal, onBytes: bytes => progress.update(bytes / 1e6) })
    const requireCompany = (head: ExportHead) => {
      if (head.company === company || options.rename) return
      throw coded('EXPORT_INVALID', `It is of the company ${printable(head.company)}. Use --rename to import it as ${company}.`)
    }
    try {
      if (check) {
        const counts: Counts = { documents: 0, chunks: 0, places: 0, vectors: 0 }
        for await (const line of lines) {
          if ('head' in line) requireCompany(line.head)
          count(counts, line)
        }
        progress.end()
        stderr.write(`${summaryOf(counts)} of ${company} are whole.\n`)
        return 0
      }
      await requireRoom(config, target, replace)
      makeFolder(dirname(target), 0o700)
      const models = embedderSettings(config).models
      let unused: string[] = []
      const imported = await importLines(lines, {
        path: target,
        company,
        isUsed: model => models.includes(model),
        // The service may have created the company, or opened its file, in the meantime.
        beforeEnd: () => requireRoom(config, target, replace),
        onHead (head) {
          requireCompany(head)
          unused = head.models.map(({ id }) => id).filter(id => !models.includes(id))
          requireProfile(config, head)
        },
      })
      progress.end()
      stderr.write(`${summaryOf(imported)} are in ${company}.\n`)
      if (hasProfilesElsewhere(config)) {
        stderr.write(
          `Profiles are in Supabase here (SUPABASE_URL): that of the file is not used. ${company} answers once it has one there.\n`
        )
      }
      if (imported.leftOut > 0) {
        stderr.write(`${counted(imported.leftOut, 'vector')} of ${unused.map(printable).join(', ')} left out: EMBEDDING_MODELS has ` +
          `${models.join(', ')}. The service makes new ones when it next starts; until then the documents are found by their words.\n`)
      }
      return 0
    } finally {
      progress.end()
    }
  }

  return newCommand(io, 'import')
    .description('Make a company of a file that causerie export has written')
    .argument('<file>', 'the file')
    .addOption(companyOption('the company in the file'))
    .option('--rename', 'import it as --company, whatever company it is of')
    .option('--replace', 'replace the company if it exists; the service must be stopped')
    .option('--check', 'only check that the file is whole')
    .addHelpText('after', `
A new company can be imported while the service runs. Vectors are used as they are when EMBEDDING_MODELS has their model;
otherwise the service makes new ones. Nothing is changed until the whole file has been read and checked. Run this on the
machine of the service, with its DATA_DIR and its user.
With SUPABASE_URL the company's profile must be in Supabase: that of the file is not used. With MEILI_URL documents are in
Meilisearch, where nothing is imported: the command ends with 2.
Exit code 0: done; 1: failed, and nothing is left; 2: wrong usage.`)
    .action((name: string, options: ImportOptions) => interruptible(io, signal => run(name, options, signal)))
}

function companyPath ({ DATA_DIR, MEILI_URL }: Config, company: string): string {
  if (MEILI_URL !== '') {
    throw new UsageError('Documents are in Meilisearch here (MEILI_URL). Export and import work with the embedded search alone.')
  }
  return join(resolve(DATA_DIR), 'companies', `${company}.sqlite`)
}

async function requireRoom (config: Config, target: string, replace: true | undefined): Promise<void> {
  if (!await exists(target)) return
  if (!replace) {
    throw new UsageError(
      `${target} exists. Use --replace to put the export in its place, with the service stopped: conversations and ratings go too.` +
      (hasProfilesElsewhere(config) ? ' The profile in Supabase stays.' : '')
    )
  }
  if (await isInUse(target)) throw new Error(`${target} is in use. Stop the service first.`)
}

/** Where profiles are in Supabase, none is in the export, and none is read from a file. */
function requireProfile (config: Config, { profile }: ExportHead): void {
  if (profile === null && !hasProfilesElsewhere(config)) {
    throw coded('EXPORT_INVALID', 'It has no profile: that is in Supabase, where it comes from.')
  }
}

function hasProfilesElsewhere ({ SUPABASE_URL }: Config): boolean {
  return SUPABASE_URL !== ''
}

function summaryOf ({ documents, chunks, vectors }: Omit<Counts, 'places'>): string {
  return `${counted(documents, 'document')} (${counted(chunks, 'chunk')}, ${counted(vectors, 'vector')})`
}

async function exists (path: string): Promise<boolean> {
  return await stat(path).catch(() => null) !== null
}
