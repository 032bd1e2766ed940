// `causerie backup` and `causerie restore`: the data directory, copied while the service runs, checked, and put back.
import { readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import {
  checkSqliteFile, copySqliteFile, filesOfAllCompanies, isInUse, listRemovedCompanies, listSqliteFiles, putCompanyRows, putRemovals,
  putSqliteFile, sumOf, type CopiedFile,
} from '../src/backends/sqlite/backup.ts'
import { loadConfig, type Config } from '../src/config.ts'
import { companyIdPattern } from '../src/ids.ts'
import { makeFolder } from '../src/make-folder.ts'
import { counted, newCommand, printable, sizeText, withExitCode } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'

interface Manifest {
  format: 1
  created_at: string
  version: string
  files: CopiedFile[]
  /** Companies that were deleted, so that their samples are not loaded again; absent in backups of older releases. */
  removed?: string[]
}

const manifestName = 'backup.json'

export function backupCommand (io: CommandIo, version: string): Command {
  const { stderr } = io

  async function run (folder: string): Promise<number> {
    const config = loadConfig(io.env)
    const dataDir = resolve(config.DATA_DIR)
    const target = resolve(folder)
    if ((await readdir(target).catch(() => [])).length > 0) throw new UsageError(`${target} is not empty. Name a new folder.`)
    if (!await stat(dataDir).catch(() => null)) {
      throw new UsageError(`The data folder ${dataDir} does not exist. Run this where the service runs.`)
    }
    // Under its own name only when it is whole.
    const partial = `${target}.partial`
    await rm(partial, { recursive: true, force: true })
    makeFolder(partial, 0o700)
    try {
      const files: CopiedFile[] = []
      for (const path of await listSqliteFiles(dataDir)) {
        const copied = await copySqliteFile(dataDir, partial, path)
        if (copied) files.push(copied)
      }
      const removed = await listRemovedCompanies(dataDir)
      const manifest: Manifest = { format: 1, created_at: new Date().toISOString(), version, files, removed }
      await writeFile(join(partial, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true })
      await rm(target, { recursive: true, force: true })
      await rename(partial, target)
      stderr.write(`${summaryOf(files)} are in ${target}, each checked. Keep it safe: it has the keys too.\n${elsewhereText(config)}`)
      return 0
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      throw error
    }
  }

  return newCommand(io, 'backup')
    .description('Copy the data folder of a running service, and check the copy')
    .argument('<folder>', 'a new folder for the backup')
    .addHelpText('after', `
Each company's file is copied as it is at one moment, whatever is written meanwhile; the service goes on. Run this on the
machine of the service, with its DATA_DIR and its user. Uploads that wait to be read are not part of a backup.
Exit code 0: done; 1: failed, and nothing is left; 2: wrong usage.`)
    .action(async (folder: string) => withExitCode(io, () => run(folder)))
}

export function restoreCommand (io: CommandIo): Command {
  const { stderr } = io

  async function run (folder: string, { company, replace, check }: { company?: string[], replace?: true, check?: true }): Promise<number> {
    const source = resolve(folder)
    const manifest = await readManifest(source)
    const wanted = company
      ? company.map(id => manifest.files.find(({ path }) => path === `companies/${id}.sqlite`) ?? missing(id))
      : manifest.files
    const forAll = manifest.files.filter(({ path }) => filesOfAllCompanies.includes(path))
    for (const file of company ? [...wanted, ...forAll] : wanted) await verify(source, file)
    if (check) {
      stderr.write(`${summaryOf(wanted)} of ${manifest.created_at} are whole.\n`)
      return 0
    }
    const dataDir = resolve(loadConfig(io.env).DATA_DIR)
    makeFolder(dataDir, 0o700)
    // Looks at all before it changes any.
    for (const { path } of wanted) {
      const target = join(dataDir, path)
      if (!await stat(target).catch(() => null)) continue
      if (!replace) throw new UsageError(`${target} exists. Use --replace to put the backup in its place.`)
      if (await isInUse(target)) throw new Error(`${target} is in use. Stop the service first.`)
    }
    for (const { path } of wanted) await putSqliteFile(source, dataDir, path)
    if (!company) putRemovals(dataDir, manifest.removed ?? [])
    let keys: number | undefined
    for (const id of company ?? []) keys = (keys ?? 0) + ((await putCompanyRows(source, dataDir, id)).keys ?? 0)
    stderr.write(`${summaryOf(wanted, keys)} of ${manifest.created_at} are in ${dataDir}. Start the service.\n`)
    return 0
  }

  return newCommand(io, 'restore')
    .description('Put a backup into the data folder of a service that is stopped')
    .argument('<folder>', 'the folder of the backup')
    .option('--company <id...>', 'only these companies, with their keys')
    .option('--replace', 'replace files that exist')
    .option('--check', 'only check that the backup is whole')
    .addHelpText('after', `
Every file is compared with its checksum and checked as a database before anything is changed.
Exit code 0: done; 1: failed; 2: wrong usage.`)
    .action(async (folder: string, options: object) => withExitCode(io, () => run(folder, options)))
}

async function readManifest (folder: string): Promise<Manifest> {
  let manifest: Manifest
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest
  } catch (error) {
    throw new UsageError(`${folder} is no backup: ${(error as Error).message}`)
  }
  if (manifest.format !== 1) throw new UsageError(`${folder} was made by another release (format ${printable(String(manifest.format))}).`)
  // A path leads nowhere else, whoever has written the list.
  const isKnown = (path: string) => /^[a-z-]{1,40}\.sqlite$/.test(path) ||
    (path.startsWith('companies/') && path.endsWith('.sqlite') && new RegExp(companyIdPattern).test(path.slice(10, -7)))
  const strange = [...manifest.files.map(({ path }) => path), ...(manifest.removed ?? []).map(id => `companies/${id}.sqlite`)]
    .find(path => !isKnown(path))
  if (strange !== undefined) throw new Error(`${printable(strange)} does not belong into a backup.`)
  return manifest
}

async function verify (folder: string, { path, sha256, rows }: CopiedFile): Promise<void> {
  const found = await sumOf(join(folder, path))
  if (found.sha256 !== sha256) throw new Error(`${path} is not as it was when the backup was made.`)
  const checked = checkSqliteFile(join(folder, path))
  if (JSON.stringify(checked) !== JSON.stringify(rows)) throw new Error(`${path} has other rows than when the backup was made.`)
}

function missing (company: string): never {
  throw new UsageError(`The backup has no company ${printable(company)}.`)
}

/** @param keys how many, if not those of the files */
function summaryOf (files: readonly CopiedFile[], keys?: number): string {
  const sum = (table: string) => files.reduce((sum, { rows }) => sum + (rows[table] ?? 0), 0)
  const companies = files.filter(({ path }) => path.startsWith('companies/')).length
  return `${counted(companies, 'company', 'companies')} (${counted(sum('documents'), 'document')}, ${counted(sum('turns'), 'turn')}, ` +
    `${counted(sum('feedback'), 'rating')}) and ${counted(keys ?? sum('keys'), 'key')}, ` +
    `${sizeText(files.reduce((sum, { bytes }) => sum + bytes, 0))},`
}

/** Returns what is kept elsewhere, and so is not part of the backup. */
function elsewhereText ({ MEILI_URL, SUPABASE_URL, REDIS_URL }: Config): string {
  const elsewhere = [
    ...(MEILI_URL ? ['the documents are in Meilisearch'] : []),
    ...(SUPABASE_URL ? ['profiles and keys are in Supabase'] : []),
    ...(REDIS_URL ? ['conversations are in Redis'] : []),
  ]
  return elsewhere.length === 0 ? '' : `Not part of it: ${elsewhere.join('; ')}. Back them up by their own means.\n`
}
