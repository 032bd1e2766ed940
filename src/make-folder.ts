// Makes a folder and those above it, one at a time.
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder, unless it exists, and those above it. Throws the system's error of the one that cannot be made.
 * Node's own `recursive` never ends where a folder exists and takes nothing (/proc), and hides that a disk is read only.
 */
export function makeFolder (path: string, mode?: number): void {
  const missing: string[] = []
  let folder = resolve(path)
  for (; !isFolder(folder); folder = dirname(folder)) missing.unshift(folder)
  for (const each of missing) {
    try {
      mkdirSync(each, mode)
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(each)) throw error
    }
  }
}

/** Tells whether there is a folder. Throws where a file is in its place, or in the place of one above it. */
function isFolder (path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === false) throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), { code: 'ENOTDIR' })
  return found !== undefined
}
