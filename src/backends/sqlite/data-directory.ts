// Checks whether the data directory can be written: by writing to it, and by asking for the rights on every company's file.
import { access, constants, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** As much as a page of a database: a full disk may still have room for a few bytes. */
const block = Buffer.alloc(16_384)
/** The most files that are looked at. */
const maxFiles = 1000

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
