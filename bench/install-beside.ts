// Installs packages that only a bench needs, from a lockfile of their own: the service's install does without them.
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

/** Installs the packages of the folder `from` in the folder `to`, unless that has been done. */
export async function installBeside (from: string, to: string): Promise<void> {
  const lock = await readFile(join(from, 'package-lock.json'), 'utf8')
  const known = await readFile(join(to, 'installed'), 'utf8').catch(() => '')
  await mkdir(to, { recursive: true })
  await cp(from, to, { recursive: true })
  if (known === lock) return
  console.error(`installing ${basename(from)}`)
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: to })
  await writeFile(join(to, 'installed'), lock)
}
