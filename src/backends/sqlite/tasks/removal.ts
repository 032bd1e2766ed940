// Removes a company's file, and remembers that it was removed: what comes late must not bring it back.
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'

/** What a removed file contained. */
export interface RemovedRows { documents: number, chunks: number, conversations: number, feedback: number }

/** How long turns and documents that come late are refused. */
const lateMs = 600_000
const markEnding = '.removed'
/** The endings of a company's file that an import or a restore has not finished. */
export const halfEndings = ['.sqlite.import', '.sqlite.new']
/** What SQLite writes beside a file, and the file itself. */
export const journalEndings = ['', '-wal', '-shm', '-journal']
const endings = ['.sqlite', ...halfEndings].flatMap(ending => journalEndings.map(beside => ending + beside))

/** Counts what is in a company's file. */
export function countRows (file: CompanyFile): RemovedRows {
  const count = (from: string) => (file.rows(`SELECT count(*) FROM ${from}`).get() as unknown as [number])[0]
  return {
    documents: count(`documents WHERE idx <> '${hidden}'`),
    chunks: count('passages'),
    conversations: count('conversations'),
    feedback: count('feedback'),
  }
}

/** Removes the files of a company, which must be closed. @param path without its ending */
export function removeFiles (path: string): void {
  // First, so that a crash in between leaves no company that comes back with half of its data.
  markRemoved(path)
  for (const ending of endings) rmSync(path + ending, { force: true })
}

/** Remembers that a company was removed. @param path without its ending */
export function markRemoved (path: string): void {
  closeSync(openSync(markOf(path), 'w', 0o600))
}

/** Returns the ids of the companies that were removed, among the names of a folder's files. */
export function removedCompanies (names: readonly string[]): string[] {
  return names.filter(name => name.endsWith(markEnding)).map(name => name.slice(0, -markEnding.length)).sort()
}

/** Tells whether a company was removed, a short time ago or ever. */
export function isRemoved (path: string, isLongAgo: boolean): boolean {
  const found = statSync(markOf(path), { throwIfNoEntry: false })
  return found !== undefined && (isLongAgo || Date.now() - found.mtimeMs < lateMs)
}

/** Lets a company that was removed be created again. */
export function forgetRemoval (path: string): void {
  if (existsSync(markOf(path))) rmSync(markOf(path), { force: true })
}

function markOf (path: string): string {
  return path + markEnding
}
