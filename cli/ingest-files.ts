// Finds the files that a command line names (files, folders, patterns) and the name of each in the service.
import { glob, stat } from 'node:fs/promises'
import { basename, join, matchesGlob, resolve, sep } from 'node:path'
import { unsupportedKind } from './sources/unsupported-files.ts'
import { openFolder, type Folder } from './sources/folder.ts'
import { UsageError } from './command-io.ts'

export interface SelectedFile {
  path: string
  /** The path, with `/` as the separator. */
  name: string
  size: number
  /** The kind of file, when its extension shows that it cannot be read; such a file is not sent. */
  unsupported?: string
}

export interface Selection {
  files: SelectedFile[]
  /** The paths that were found but skipped, with the reason. */
  leftOut: { path: string, reason: string }[]
}

/** Returns true when a pattern matches the name or a parent folder; a pattern without `/` matches at any depth. */
export function isExcluded (name: string, patterns: readonly string[]): boolean {
  const parts = name.split('/')
  const ways = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  return patterns
    .map(pattern => pattern.replace(/\/$/, ''))
    .some(pattern => (pattern.includes('/') ? ways : parts).some(part => matchesGlob(part, pattern)))
}

/** Returns the name of a path relative to its folder, the same on every operating system. */
export function nameOf (path: string, prefix: string): string {
  return prefix + path.split(sep).join('/').normalize('NFC')
}

/** Finds the files. Throws UsageError when a path does not exist, or when two files would get the same name. */
export async function selectFiles (
  paths: readonly string[],
  { prefix = '', exclude = [], signal }: { prefix?: string; exclude?: readonly string[]; signal: AbortSignal }
): Promise<Selection> {
  const files = new Map<string, SelectedFile>()
  const leftOut: Selection['leftOut'] = []
  const leave = (path: string, reason: string): void => {
    leftOut.push({ path, reason })
  }

  function take (file: SelectedFile): void {
    const same = files.get(file.name)
    if (same && resolve(same.path) !== resolve(file.path)) {
      throw new UsageError(
        `${same.path} and ${file.path} would both be called ${file.name}. ` +
          'Give the folder that they lie in, a pattern in quotes, or --name-prefix.'
      )
    }
    files.set(file.name, file)
  }

  /** Adds a file that was found in a folder or by a pattern, not named directly. */
  async function find (dir: string, folder: Folder, path: string): Promise<void> {
    signal.throwIfAborted()
    const whole = join(dir, path)
    if (isExcluded(nameOf(path, ''), exclude)) return leave(whole, 'excluded')
    try {
      const state = await folder.stateOf(path)
      if (state === 'folder') return
      if (!state) return leave(whole, 'a link out of the folder, or no file')
      const kind = unsupportedKind(path)
      take({ path: whole, name: nameOf(path, prefix), size: state.size, ...(kind ? { unsupported: kind } : {}) })
    } catch (error) {
      if (error instanceof UsageError) throw error
      leave(whole, `cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    }
  }

  async function selectFolder (dir: string): Promise<void> {
    const folder = await openFolder(dir, [])
    const found = folder.walk(
      '',
      (path, error) => leave(join(dir, path), `cannot be read: ${(error as NodeJS.ErrnoException).code}`),
      path => leave(join(dir, path), 'hidden, or a temporary file')
    )
    for await (const path of found) await find(dir, folder, path)
  }

  async function selectPattern (pattern: string): Promise<void> {
    const { dir, rest } = splitPattern(pattern)
    const folder = await openFolder(dir, []).catch(error => {
      throw new UsageError(`${dir}: ${error.code}`, { cause: error })
    })
    let matches = 0
    for await (const path of glob(rest, { cwd: dir })) {
      matches++
      if (folder.isHidden(path)) leave(join(dir, path), 'hidden, or a temporary file')
      else await find(dir, folder, path)
    }
    if (matches === 0) throw new UsageError(`${pattern}: there is no such file, and nothing matches it.`)
  }

  for (const path of paths) {
    // A name with brackets is taken literally when such a file exists.
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) return null
      throw new UsageError(`${path}: ${error.code}`, { cause: error })
    })
    if (!found) await selectPattern(path)
    else if (found.isDirectory()) await selectFolder(path)
    else if (found.isFile()) take({ path, name: nameOf(basename(path), prefix), size: found.size })
    else throw new UsageError(`${path} is neither a file nor a folder. What a program writes is read from standard input: - with --name.`)
  }
  return { files: [...files.values()], leftOut }
}

/** Splits a pattern into its leading folder and the rest, from the first part with a wildcard on. */
function splitPattern (pattern: string): { dir: string, rest: string } {
  const parts = pattern.split('/')
  const first = parts.findIndex(part => /[*?{}[\]()!]/.test(part))
  const at = first < 0 ? parts.length - 1 : first
  return { dir: parts.slice(0, at).join('/') || (pattern.startsWith('/') ? '/' : '.'), rest: parts.slice(at).join('/') }
}
