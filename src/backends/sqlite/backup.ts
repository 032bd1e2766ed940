// Copies SQLite files while they are in use, checks the copies, and puts them back.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync, backup } from 'node:sqlite'
import { getLoadablePath } from 'sqlite-vec'
import { openServiceFile } from './service-file.ts'
import { format as keysFormat } from './tasks/keys.ts'
import { format as recordsFormat } from './tasks/records.ts'
import { forgetRemoval, markRemoved, removedCompanies } from './tasks/removal.ts'

export interface CopiedFile {
  /** Its path below the folder, with `/`. */
  path: string
  bytes: number
  sha256: string
  /** The number of rows of each table. */
  rows: Record<string, number>
}

/** All pages in one step: the copy is of one moment, however much is written meanwhile, and no write makes it start again. */
const allPages = 2_147_483_647
/** Another process may be writing the first pages of a new file. */
const lockMs = 10_000

/** Returns the SQLite files of a data directory: those of the companies, and those beside their folder. */
export async function listSqliteFiles (dataDir: string): Promise<string[]> {
  const companies = await readdir(join(dataDir, 'companies')).catch(ignoreMissing)
  const others = await readdir(dataDir)
  return [...others, ...companies.map(name => `companies/${name}`)].filter(name => name.endsWith('.sqlite')).sort()
}

/** Returns the ids of the companies that were deleted: samples of such a company are not loaded. */
export async function listRemovedCompanies (dataDir: string): Promise<string[]> {
  return removedCompanies(await readdir(join(dataDir, 'companies')).catch(ignoreMissing))
}

/**
 * Copies a file that may be in use, as it is at one moment, and checks the copy. Throws when the copy is damaged.
 * @returns null when there is no such file: its company was deleted in the meantime
 */
export async function copySqliteFile (from: string, to: string, path: string): Promise<CopiedFile | null> {
  await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 })
  try {
    await copyPages(join(from, path), join(to, path))
  } catch (error) {
    if (await stat(join(from, path)).catch(() => null)) throw notCopied(path, error)
    await rm(join(to, path), { force: true })
    return null
  }
  try {
    return { path, rows: checkSqliteFile(join(to, path)), ...await sumOf(join(to, path)) }
  } catch (error) {
    throw notCopied(path, error)
  }
}

/** Makes the error of a file that cannot be copied: which one it is, and what to do. */
function notCopied (path: string, error: unknown): Error {
  const company = /^companies\/(.+)\.sqlite$/.exec(path)?.[1]
  const remedy = company === undefined
    ? 'If it is damaged, restore it from an older backup: causerie restore FOLDER --replace.'
    : `If it is damaged: causerie restore FOLDER --company ${company} --replace, from an older backup, or DELETE /v1/companies/${company}.`
  return new Error(`${path} cannot be copied: ${(error as Error).message}. ${remedy}`, { cause: error })
}

async function copyPages (from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: lockMs })
  try {
    await backup(source, to, { rate: allPages })
  } finally {
    source.close()
  }
  await chmod(to, 0o600)
}

/** Checks a file that nothing else uses, which becomes one without a log beside it. @returns the rows of each table. Throws. */
export function checkSqliteFile (path: string): Record<string, number> {
  const db = new DatabaseSync(path, { allowExtension: true })
  try {
    db.loadExtension(getLoadablePath())
    db.exec('PRAGMA journal_mode=DELETE')
    const problems = db.prepare('PRAGMA integrity_check(3)').all().map(row => String(row.integrity_check))
    if (problems.join() !== 'ok') throw new Error(`${path} is damaged: ${problems.join('; ')}`)
    const tables = db.prepare(`
      SELECT name FROM sqlite_schema
      WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name
    `).all().map(({ name }) => String(name))
    return Object.fromEntries(tables.map(name => [name, Number(db.prepare(`SELECT count(*) n FROM "${name}"`).get()!.n)]))
  } finally {
    db.close()
  }
}

/** Returns true while another process has the file open. A file that does not exist is not in use. */
export async function isInUse (path: string): Promise<boolean> {
  if (!await stat(path).catch(() => null)) return false
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // Needs the file for itself alone, and empties its log.
    db.exec('PRAGMA journal_mode=DELETE')
    return false
  } catch (error) {
    // A damaged file is not in use, and is what a backup is for.
    return (error as { errcode?: number }).errcode === 5
  } finally {
    db.close()
  }
}

/** Puts a copy in the place of a file that is not in use: the old one is there until the new one is whole. */
export async function putSqliteFile (from: string, to: string, path: string): Promise<void> {
  const target = join(to, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await copyPages(join(from, path), `${target}.new`)
  const file = await open(`${target}.new`, 'r')
  await file.sync().finally(() => file.close())
  // The log of the old file would be applied to the new one.
  for (const end of ['-wal', '-shm']) await rm(target + end, { force: true })
  await rename(`${target}.new`, target)
  if (path.startsWith('companies/')) forgetRemoval(target.slice(0, -'.sqlite'.length))
}

/** What the files for all companies have of each company, and lose when it is deleted. */
const rowsOfCompanies = [
  { path: 'keys.sqlite', table: 'keys', format: keysFormat },
  { path: 'records.sqlite', table: 'usage', format: recordsFormat },
] as const

/** The files that `putCompanyRows` reads. */
export const filesOfAllCompanies: readonly string[] = rowsOfCompanies.map(({ path }) => path)

/** Adds what a backup has of one company in the files for all. What is there stays as it is. @returns how many rows of each table */
export async function putCompanyRows (from: string, to: string, company: string): Promise<Record<string, number>> {
  const added: Record<string, number> = {}
  for (const { path, table, format } of rowsOfCompanies) {
    if (!await stat(join(from, path)).catch(() => null)) continue
    const source = new DatabaseSync(join(from, path), { readOnly: true })
    const rows = source.prepare(`SELECT * FROM ${table} WHERE company = ?`).all(company)
    source.close()
    if (rows.length === 0) continue
    const target = openServiceFile(join(to, path), format, true)!
    try {
      target.exec(`PRAGMA busy_timeout=${lockMs}; BEGIN IMMEDIATE`)
      // The backup may be of an older release: columns that it does not have get their defaults.
      const names = Object.keys(rows[0]!)
      const insert = target.prepare(`INSERT OR IGNORE INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`)
      added[table] = rows.reduce((sum, row) => sum + Number(insert.run(...Object.values(row)).changes), 0)
      target.exec('COMMIT')
    } finally {
      target.close()
    }
  }
  return added
}

/** Marks companies as deleted, unless they have a file. */
export function putRemovals (to: string, companies: readonly string[]): void {
  for (const company of companies) if (!existsSync(join(to, 'companies', `${company}.sqlite`))) markRemoved(join(to, 'companies', company))
}

export async function sumOf (path: string): Promise<{ bytes: number, sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

function ignoreMissing (error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
