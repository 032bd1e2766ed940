// Reads a watched folder: decides which of its files count, and tells their state.
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, join, matchesGlob, relative, sep } from 'node:path'

/** The state of a file: its mark changes whenever the file does. Null when there is no such file. */
export type FileState = { mark: string, changedAt: number, size: number } | null

export interface Folder {
  /** Returns the state of a path: `folder` for a folder, null for anything that is not a file that counts. */
  stateOf (path: string): Promise<FileState | 'folder'>
  /**
   * Yields the files below a path, relative to the folder. Calls `onUnreadable` with folders that exist but cannot be read,
   * and `onHidden` with paths that do not count because of their names.
   */
  walk (path: string, onUnreadable: (path: string, error: unknown) => void, onHidden?: (path: string) => void): AsyncGenerator<string>
  /** Returns true if the path does not count because of a name in it. */
  isHidden (path: string): boolean
  /** Returns true while the path leads to the folder that was opened; false after its disk was unmounted, for instance. */
  isSameFolder (): Promise<boolean>
}

/** Dotfiles, and temporary files of editors, browsers and office suites. */
const hiddenName = /^(?:\.|~\$|#.*#$|4913$)|~$|\.(?:tmp|temp|part|partial|crdownload|download|sw[a-z]|lock|bak)$/i

/**
 * Opens a folder. Throws when it cannot be read.
 * @param globs patterns of paths relative to it; without any, all files count
 */
export async function openFolder (dir: string, globs: readonly string[]): Promise<Folder> {
  const root = await realpath(dir)
  const identity = await identityOf(root)

  function isHidden (path: string): boolean {
    return path.split(sep).some(name => hiddenName.test(name))
  }

  function counts (path: string): boolean {
    return path !== '' && !isHidden(path) && (globs.length === 0 || globs.some(glob => matchesGlob(path, glob)))
  }

  /** Returns the real path of a file in the folder; null if it is outside, or reached through a linked folder. */
  async function realPathOf (path: string): Promise<string | null> {
    const whole = join(root, path)
    if (await realpath(dirname(whole)) !== dirname(whole)) return null
    const real = await realpath(whole)
    return isWithin(root, real) ? real : null
  }

  return {
    isHidden,
    async stateOf (path) {
      try {
        if (path === '') return 'folder' // the watched folder itself
        const own = await lstat(join(root, path))
        if (own.isDirectory()) return isHidden(path) ? null : 'folder'
        if (!counts(path)) return null
        const real = await realPathOf(path)
        if (!real) return null
        const found = await stat(real)
        if (!found.isFile()) return null
        const { size, mtimeMs, ctimeMs, ino } = found
        return { mark: `${size} ${mtimeMs} ${ctimeMs} ${ino}`, changedAt: Math.max(mtimeMs, ctimeMs), size }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    async * walk (path, onUnreadable, onHidden = () => {}) {
      const waiting = [path]
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        try {
          const whole = join(root, next)
          if (await realpath(whole) !== whole) continue
          for await (const entry of await opendir(whole)) {
            const inner = join(next, entry.name)
            if (isHidden(inner)) onHidden(inner)
            else if (entry.isDirectory()) waiting.push(inner)
            else if (counts(inner)) yield inner
          }
        } catch (error) {
          if (!isMissing(error)) onUnreadable(next, error)
        }
      }
    },
    async isSameFolder () {
      return await identityOf(root).catch(() => '') === identity
    },
  }
}

async function identityOf (path: string): Promise<string> {
  const { dev, ino } = await stat(path)
  return `${dev} ${ino}`
}

function isWithin (root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}

function isMissing (error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')
}
