// What a watched folder holds: which of its files count, and how they stand now.
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, join, matchesGlob, relative, sep } from 'node:path'

/** A file as it stands, in a form that changes with it; null when there is none. */
export type Standing = { mark: string, changedAt: number, size: number } | null

export interface Folder {
  /** How a path stands: `folder` when it is one, null when it is no file that counts. */
  look (path: string): Promise<Standing | 'folder'>
  /**
   * The files below a path, relative to the folder. Folders that cannot be read, other than those that are no longer
   * there, are told to `onUnreadable`; what does not count because of its name to `onHidden`.
   */
  walk (path: string, onUnreadable: (path: string, error: unknown) => void, onHidden?: (path: string) => void): AsyncGenerator<string>
  /** Whether nothing at this path counts, by its name. */
  isHidden (path: string): boolean
  /** Whether it is still the folder that was opened: not so when a disk has been unmounted. */
  isSame (): Promise<boolean>
}

/** Dotfiles, and what editors, browsers and office suites write for a moment. */
const passing = /^(?:\.|~\$|#.*#$|4913$)|~$|\.(?:tmp|temp|part|partial|crdownload|download|sw[a-z]|lock|bak)$/i

/**
 * Opens a folder. Throws when it cannot be read.
 * @param globs of paths relative to it; without any all files count
 */
export async function openFolder (dir: string, globs: readonly string[]): Promise<Folder> {
  const root = await realpath(dir)
  const identity = await identityOf(root)

  function isHidden (path: string): boolean {
    return path.split(sep).some(name => passing.test(name))
  }

  function counts (path: string): boolean {
    return path !== '' && !isHidden(path) && (globs.length === 0 || globs.some(glob => matchesGlob(path, glob)))
  }

  /** Where it really is, when that is in the folder and it is not reached through a linked one. */
  async function place (path: string): Promise<string | null> {
    const whole = join(root, path)
    if (await realpath(dirname(whole)) !== dirname(whole)) return null
    const real = await realpath(whole)
    return isWithin(root, real) ? real : null
  }

  return {
    isHidden,
    async look (path) {
      try {
        // The folder itself.
        if (path === '') return 'folder'
        const own = await lstat(join(root, path))
        if (own.isDirectory()) return isHidden(path) ? null : 'folder'
        if (!counts(path)) return null
        const real = await place(path)
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
    async isSame () {
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
