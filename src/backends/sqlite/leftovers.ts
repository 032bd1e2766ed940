// Removes what an import or a restore that was killed has left beside the companies' files: copies of their data.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isInUse } from './backup.ts'
import { halfEndings, journalEndings } from './tasks/removal.ts'

/** What is younger may belong to a command that is running. */
const leastAgeMs = 3600_000

/** Returns the names of the files that it removed. */
export async function removeLeftovers (dataDir: string, now = Date.now()): Promise<string[]> {
  const dir = join(dataDir, 'companies')
  const names = await readdir(dir).catch(() => [])
  const left = new Set(names.flatMap(name => halfEndings.flatMap(ending => {
    const at = name.indexOf(ending)
    return at > 0 && journalEndings.includes(name.slice(at + ending.length)) ? [name.slice(0, at + ending.length)] : []
  })))
  const removed: string[] = []
  for (const name of left) {
    const paths = journalEndings.map(ending => join(dir, name + ending))
    const times = await Promise.all(paths.map(path => stat(path).then(({ mtimeMs }) => mtimeMs, () => 0)))
    if (now - Math.max(...times) < leastAgeMs || await isInUse(paths[0]!)) continue
    for (const path of paths) await rm(path, { force: true })
    removed.push(name)
  }
  return removed
}
