// Keeps the service in sync with a watched folder: sends and removes its files, and records the versions that the service has.
import { join } from 'node:path'
import { unsupportedKind } from './sources/unsupported-files.ts'
import type { Folder } from './sources/folder.ts'
import type { SourceState } from './sources/state.ts'
import { counted } from './action.ts'
import { isExcluded, nameOf } from './ingest-files.ts'
import { rejectionText } from './ingest-report.ts'
import { digestOf, isFinal, rejectionOf, type Rejection, type FileSync } from './file-sync.ts'

/** The version of a file that the service has. */
export interface SentVersion { sha256: string, path: string }

export interface FollowedFolder {
  /** Sends new and changed files. @returns the files to retry */
  onChange (paths: string[]): Promise<string[]>
  /** Removes files that are gone. @returns the files to retry, none of them among those that are gone */
  onGone (paths: string[]): Promise<string[]>
  /** Removes files that were deleted while the command was not running. Call it once all present files have been reported. */
  removeMissing (): Promise<void>
}

/** Thrown when nothing is removed because the folder seems to be missing; already reported to the user. */
export const nothingRemoved = new Error('Nothing is deleted.')

const atOnce = 2

/**
 * Creates the sync of a watched folder.
 * @param again send each file once even if the service has it
 * @param fail called with a failure that concerns all files, before it is thrown
 */
export function createFolderSync ({ dir, state, fileSync, prefix, exclude, again, say, fail, signal }: {
  dir: string
  state: SourceState<SentVersion>
  fileSync: FileSync
  prefix: string
  exclude: readonly string[]
  again: boolean
  say: (text: string) => void
  fail: (error: unknown) => void
  signal: AbortSignal
}): { follow (folder: Folder): FollowedFolder } {
  const sentOnce = new Set<string>()
  let last: Promise<unknown> = Promise.resolve()
  let isEmpty = false

  /** Runs calls one at a time, so that a file is not sent while it is being removed. */
  function inTurn<A extends unknown[], R> (work: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
    return (...given) => {
      const turn = last.then(() => work(...given)).catch(error => {
        if (!signal.aborted && error !== nothingRemoved) fail(error)
        throw error
      })
      last = turn.catch(() => {}) // the caller gets the error from `turn`
      return turn
    }
  }

  /** Sends one file if it has changed. @returns true when it must be retried */
  async function sendIfChanged (path: string): Promise<boolean> {
    const name = nameOf(path, prefix)
    const unsupported = unsupportedKind(path)
    if (unsupported !== undefined) {
      say(`! ${name} was not sent. Unsupported type: ${unsupported}.`)
      return false
    }
    try {
      const content = join(dir, path)
      const digest = await digestOf(content, signal)
      const known = state.get(name)
      if (known?.sha256 === digest.sha256 && (!again || sentOnce.has(name))) {
        // The same name can have another path, in another Unicode form.
        if (known.path !== path) state.set(name, { ...known, path })
        return false
      }
      const sent = await fileSync.send({ name, content }, { digest })
      const { rejections, ...counts } = await fileSync.waitForEnd(sent)
      for (const rejection of rejections) say(`! ${rejectionText(rejection)}`)
      if (counts.status === 'failed' && !rejections.every(isFinal)) return true
      sentOnce.add(name)
      state.set(name, { sha256: sent.sha256, path })
      if (counts.status === 'done') say(`+ ${name}: ${counts.written > 0 ? `${counted(counts.written, 'document')} written` : 'unchanged'}`)
      return false
    } catch (error) {
      return mustRetry(path, rejectionOf(name, error))
    }
  }

  function mustRetry (path: string, rejection: Rejection): boolean {
    // A file that is gone is reported as gone.
    if (rejection.code === 'ENOENT') return false
    say(`! ${rejectionText({ ...rejection, file: nameOf(path, prefix) })}`)
    return !isFinal(rejection)
  }

  /** Sends files, a few at a time. @returns the files to retry */
  async function sendChanged (paths: readonly string[]): Promise<string[]> {
    const waiting = paths.values()
    const failed: string[] = []
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (const path of waiting) {
        signal.throwIfAborted()
        if (await sendIfChanged(path)) failed.push(path)
      }
    }))
    if (failed.length > 0) say(`${counted(failed.length, 'file')} will be tried again.`)
    return failed
  }

  /** Removes a file. @returns the files to retry because of it */
  async function removeFile (name: string): Promise<string[]> {
    if (!state.get(name)) return []
    await fileSync.remove(name)
    state.delete(name)
    say(`- ${name}`)
    // A folder may have replaced a file of the same name; the service removed its files with that file.
    const inner = state.names().filter(other => other.startsWith(`${name}/`))
    const paths = inner.map(other => state.get(other)!.path)
    for (const other of inner) state.delete(other)
    return await sendChanged(paths)
  }

  function follow (folder: Folder): FollowedFolder {
    const before = state.names()
    const seen = new Set<string>()

    async function containsFiles (): Promise<boolean> {
      for await (const path of folder.walk('', () => {})) if (await folder.stateOf(path).catch(() => null)) return true
      return false
    }

    /** Returns true when a known file must be removed; false when it cannot be checked. */
    async function isMissing (name: string): Promise<boolean> {
      const { path } = state.get(name)!
      return (
        isExcluded(nameOf(path, ''), exclude) ||
        (await folder.stateOf(path).then(
          state => state === null || state === 'folder',
          () => false
        ))
      )
    }

    return {
      onChange: inTurn(async paths => {
        isEmpty = false
        const included = paths.filter(path => !isExcluded(nameOf(path, ''), exclude))
        for (const path of included) seen.add(nameOf(path, prefix))
        return await sendChanged(included)
      }),
      onGone: inTurn(async paths => {
        if (!await containsFiles()) {
          if (!isEmpty) say('The folder is suddenly empty: nothing is deleted until it contains files again.')
          isEmpty = true
          throw nothingRemoved
        }
        isEmpty = false
        const failed: string[] = []
        for (const path of paths) {
          signal.throwIfAborted()
          const name = nameOf(path, prefix)
          // The file still exists, under another Unicode form of its name.
          if ((state.get(name)?.path ?? path) !== path) continue
          seen.delete(name)
          failed.push(...await removeFile(name))
        }
        return failed
      }),
      removeMissing: inTurn(async () => {
        const missing = before.filter(name => !seen.has(name))
        if (missing.length > 0 && missing.length === before.length) {
          say(`The folder contains none of the ${counted(missing.length, 'file')} that it had before: nothing is deleted.`)
          return
        }
        for (const name of missing) {
          signal.throwIfAborted()
          if (state.get(name) && await isMissing(name)) await removeFile(name)
        }
      }),
    }
  }

  return { follow }
}
