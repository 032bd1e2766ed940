// Checks whether the data directory can be written: by writing to it, and by asking for the rights on every company's file.
import { access, constants, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coded } from '../../errors.ts'

/** As much as a page of a database: a full disk may still have room for a few bytes. */
const block = Buffer.alloc(16_384)
/** The most files that are looked at. */
const maxFiles = 1000

/** What the first company needs. */
const leastBytes = 4_194_304

/** Throws STORE_UNREADABLE or STORE_FULL when the data directory can take no company. */
export async function requireWritable (dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir).catch(() => ({ bavail: Infinity, bsize: 1 }))
  if (bavail * bsize < leastBytes) throw coded('STORE_FULL', 'Make room on the disk of DATA_DIR, or set it to another folder.')
  const problem = await findWriteProblem(dataDir)
  if (problem !== null) throw coded('STORE_UNREADABLE', `Check DATA_DIR: ${problem}`)
}

/** Returns null when the data directory can be written, otherwise why not. */
export async function findWriteProblem (dataDir: string): Promise<string | null> {
  const path = join(dataDir, `.writable-${process.pid}`)
  try {
    await writeFile(path, block)
  } catch (error) {
    return `nothing can be written to it: ${(error as Error).message}`
  } finally {
    await rm(path, { force: true }).catch(() => {})
  }
  const companies = join(dataDir, 'companies')
  try {
    await access(companies, constants.W_OK)
    for (const name of (await readdir(companies)).slice(0, maxFiles)) await access(join(companies, name), constants.W_OK)
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // A file that was removed in the meantime.
    return code === 'ENOENT' ? null : `it is not writable for this user: ${message}`
  }
}
