// What `causerie watch` does when files come, change and go, with the memory of what it has sent.
import { join } from 'node:path'
import { unsupportedKind } from './sources/unsupported-files.ts'
import type { Folder } from './sources/folder.ts'
import type { SourceState } from './sources/state.ts'
import { counted } from './action.ts'
import { isExcluded, nameOf } from './ingest-files.ts'
import { rejectionText } from './ingest-report.ts'
import { digestOf, isFinal, rejectionOf, type Rejection, type Sending } from './file-sync.ts'

/** What the service has of a file. */
export interface KeptFile { sha256: string, path: string }

export interface FollowedFolder {
  /** @returns the files that have to come again */
  changed (paths: string[]): Promise<string[]>
  /** @returns the files that have to come again: others than those that are gone */
  gone (paths: string[]): Promise<string[]>
  /** Forgets what was removed while nobody looked. To be called when all files that are there have been told. */
  forgetMissing (): Promise<void>
}

/** Thrown when nothing is forgotten because it looks as if the folder were not there; it has been said. */
export const nothingForgotten = new Error('Nothing is forgotten.')

const atOnce = 2

/**
 * @param again whether each file is sent once although the service has it
 * @param fail told of a failure that concerns all files, before it is thrown
 */
export function createKept ({ dir, state, sending, prefix, exclude, again, say, fail, signal }: {
  dir: string
  state: SourceState<KeptFile>
  sending: Sending
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

  /** One after the other: a file that is forgotten is not put in meanwhile. */
  function inTurn<A extends unknown[], R> (work: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
    return (...given) => {
      const turn = last.then(() => work(...given)).catch(error => {
        if (!signal.aborted && error !== nothingForgotten) fail(error)
        throw error
      })
      last = turn.catch(() => {}) // who asked for it hears of it
      return turn
    }
  }

  /** @returns whether it has to come again */
  async function take (path: string): Promise<boolean> {
    const name = nameOf(path, prefix)
    const unsupported = unsupportedKind(path)
    if (unsupported !== undefined) {
      say(`! ${name} is not sent: ${unsupported} by its ending.`)
      return false
    }
    try {
      const content = join(dir, path)
      const digest = await digestOf(content, signal)
      const known = state.get(name)
      if (known?.sha256 === digest.sha256 && (!again || sentOnce.has(name))) {
        // The same name may be another path: in another Unicode form.
        if (known.path !== path) state.set(name, { ...known, path })
        return false
      }
      const sent = await sending.send({ name, content }, { digest })
      const { rejections, ...counts } = await sending.ended(sent)
      for (const rejection of rejections) say(`! ${rejectionText(rejection)}`)
      if (counts.status === 'failed' && !rejections.every(isFinal)) return true
      sentOnce.add(name)
      state.set(name, { sha256: sent.sha256, path })
      if (counts.status === 'done') say(`+ ${name}: ${counts.written > 0 ? `${counted(counts.written, 'document')} written` : 'unchanged'}`)
      return false
    } catch (error) {
      return isAgain(path, rejectionOf(name, error))
    }
  }

  function isAgain (path: string, rejection: Rejection): boolean {
    // One that has gone is told as gone.
    if (rejection.code === 'ENOENT') return false
    say(`! ${rejectionText({ ...rejection, file: nameOf(path, prefix) })}`)
    return !isFinal(rejection)
  }

  /** @returns those that have to come again */
  async function takeAll (paths: readonly string[]): Promise<string[]> {
    const waiting = paths.values()
    const failed: string[] = []
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (const path of waiting) {
        signal.throwIfAborted()
        if (await take(path)) failed.push(path)
      }
    }))
    if (failed.length > 0) say(`${counted(failed.length, 'file')} will be tried again.`)
    return failed
  }

  /** @returns the files that have to come again because of it */
  async function forget (name: string): Promise<string[]> {
    const kept = state.get(name)
    if (!kept) return []
    await sending.forget(name)
    state.delete(name)
    say(`- ${name}`)
    // A folder that has the name of the file that was there before: its files went with it.
    const inner = state.names().filter(other => other.startsWith(`${name}/`))
    const paths = inner.map(other => state.get(other)!.path)
    for (const other of inner) state.delete(other)
    return await takeAll(paths)
  }

  function follow (folder: Folder): FollowedFolder {
    const before = state.names()
    const seen = new Set<string>()

    async function holdsFiles (): Promise<boolean> {
      for await (const path of folder.walk('', () => {})) if (await folder.look(path).catch(() => null)) return true
      return false
    }

    /** Whether a file that is known is to be forgotten; one that cannot be looked at is not. */
    async function isMissing (name: string): Promise<boolean> {
      const { path } = state.get(name)!
      return isExcluded(nameOf(path, ''), exclude) || await folder.look(path).then(standing => standing === null || standing === 'folder', () => false)
    }

    return {
      changed: inTurn(async paths => {
        isEmpty = false
        const taken = paths.filter(path => !isExcluded(nameOf(path, ''), exclude))
        for (const path of taken) seen.add(nameOf(path, prefix))
        return await takeAll(taken)
      }),
      gone: inTurn(async paths => {
        if (!await holdsFiles()) {
          if (!isEmpty) say('The folder is suddenly empty: nothing is forgotten until it holds files again.')
          isEmpty = true
          throw nothingForgotten
        }
        isEmpty = false
        const failed: string[] = []
        for (const path of paths) {
          signal.throwIfAborted()
          const name = nameOf(path, prefix)
          // The file is there, in another Unicode form of its name.
          if ((state.get(name)?.path ?? path) !== path) continue
          seen.delete(name)
          failed.push(...await forget(name))
        }
        return failed
      }),
      forgetMissing: inTurn(async () => {
        const missing = before.filter(name => !seen.has(name))
        if (missing.length > 0 && missing.length === before.length) {
          say(`The folder holds none of the ${counted(missing.length, 'file')} that it held before: nothing is forgotten.`)
          return
        }
        for (const name of missing) {
          signal.throwIfAborted()
          if (state.get(name) && await isMissing(name)) await forget(name)
        }
      }),
    }
  }

  return { follow }
}
