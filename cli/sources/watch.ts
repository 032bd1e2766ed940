// Follows a folder: tells the files that are there, then those that change or go.
import { watch, type FSWatcher } from 'node:fs'
import { sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { coded } from '../../src/errors.ts'
import { openFolder } from './folder.ts'

export interface WatchOptions {
  dir: string
  /** Patterns of paths relative to the folder; without any all files count. */
  glob?: string | readonly string[]
  /** How long a file has to be left alone before it is told, ms. */
  settleMs?: number
  /** How often all of it is looked through, ms: the system drops notices when thousands of files change at once. */
  rescanMs?: number
  /** Files that are followed at most. */
  maxFiles?: number
  signal: AbortSignal
  /**
   * Files that are new or have changed: their paths relative to the folder, a batch at a time. Those that it returns come
   * again when all is looked through.
   */
  onChange: TellFiles
  /** Files that are gone; those that it returns come again as far as they are there. */
  onGone: TellFiles
  /** Told what cannot be read or watched, and what `onChange` or `onGone` threw: all files of that batch come again. */
  onError?: (error: unknown) => void
  /** Told, each time it is looked through, that the folder is no longer there or another one; `onError` is when absent. */
  onLost?: () => void
}

type TellFiles = (paths: string[]) => Promise<readonly string[] | void>

export interface FolderWatch {
  /** Fulfilled when the files that were there at the start have been told. */
  ready: Promise<void>
  /** Fulfilled when the signal has ended it and nothing of it runs any more. */
  ended: Promise<void>
}

interface Pending {
  /** How it was last seen; null when it is gone. */
  mark: string | null
  /** Since when it has been seen like that. */
  since: number
  /** When it was last changed, by the clock of its disk. */
  changedAt: number
}

const batchSize = 100
/** The mark of no file, and not of none: what is said to stand like this comes again. */
const noMark = ''
const swarmMs = 20
/** Paths that are kept until they are looked at; more of them are a reason to look through all. */
const mostNoticed = 1000

/**
 * Follows a folder until the signal fires. Rejects when the folder cannot be read. Links to files in the folder count,
 * links to folders or out of it do not. When the folder itself goes away nothing in it is told as gone.
 */
export async function watchFolder ({
  dir, glob = [], settleMs = 500, rescanMs = 60_000, maxFiles = 50_000, signal, onChange, onGone, onError = () => {},
  onLost = () => onError(coded('SOURCE_UNAVAILABLE', 'The folder is no longer there.')),
}: WatchOptions): Promise<FolderWatch> {
  const folder = await openFolder(dir, typeof glob === 'string' ? [glob] : glob)
  const ready = Promise.withResolvers<void>()
  /** Path → how it stood when it was told. */
  const told = new Map<string, string>()
  const pending = new Map<string, Pending>()
  const noticed = new Set<string>()
  let rescanAt = 0
  /** When it was looked through first. */
  let startedAt = 0
  let tooMany = false
  let wake = () => {}

  function notice (path: string | null): void {
    if (path !== null && folder.isHidden(path)) return
    if (path === null || noticed.size >= mostNoticed) rescanAt = 0
    else noticed.add(path)
    wake()
  }

  let watcher: FSWatcher | undefined
  function startWatching (): void {
    try {
      watcher = watch(dir, { recursive: true, persistent: false }, (_event, path) => notice(path))
      watcher.on('error', error => {
        stopWatching()
        onError(error)
      })
    } catch (error) {
      // Too many watches, for one: it is then looked through from time to time.
      onError(error)
    }
  }

  function stopWatching (): void {
    watcher?.close()
    watcher = undefined
  }

  function see (path: string, mark: string | null, changedAt: number): void {
    if ((told.get(path) ?? null) === mark) pending.delete(path)
    else if (pending.get(path)?.mark !== mark) {
      const isOneTooMany = !told.has(path) && !pending.has(path) && told.size + pending.size >= maxFiles
      if (isOneTooMany) tooMany = true
      else pending.set(path, { mark, since: performance.now(), changedAt })
    }
  }

  async function lookAt (path: string): Promise<void> {
    const standing = await folder.look(path)
    if (standing === 'folder') return await lookThrough(path)
    see(path, standing?.mark ?? null, standing?.changedAt ?? 0)
    if (!standing && !told.has(path)) await lookAtAll(belowOf(path))
  }

  async function lookAtAll (paths: Iterable<string>): Promise<void> {
    for (const path of paths) {
      if (signal.aborted) return
      await lookAt(path).catch(onError)
    }
  }

  /** The files that are known below a path. */
  function belowOf (path: string): string[] {
    const start = path === '' ? '' : path + sep
    const found = new Set<string>()
    for (const known of [told, pending]) {
      for (const file of known.keys()) if (file.startsWith(start)) found.add(file)
    }
    return [...found]
  }

  async function lookThrough (path: string): Promise<void> {
    const missing = new Set(belowOf(path))
    const unreadable: string[] = []
    for await (const file of folder.walk(path, (part, error) => { unreadable.push(part); onError(error) })) {
      if (signal.aborted) return
      missing.delete(file)
      // One that was replaced by a folder in between comes with the next look.
      const standing = await folder.look(file).catch(onError)
      if (standing !== undefined && standing !== 'folder') see(file, standing?.mark ?? null, standing?.changedAt ?? 0)
    }
    await lookAtAll([...missing].filter(file => !unreadable.some(part => part === '' || file.startsWith(part + sep))))
  }

  /** Tells what has been left alone for long enough. */
  async function tell (): Promise<void> {
    const now = performance.now()
    const settled = [...pending].filter(([, { since, changedAt }]) => {
      const age = Date.now() - changedAt
      // A file that was last changed long ago need not be watched for a while first.
      return now - since >= settleMs || (changedAt > 0 && age >= settleMs)
    })
    const current: [string, string | null][] = []
    for (const [path, { mark }] of settled) {
      const standing = await folder.look(path).catch(onError)
      if (standing === undefined || standing === 'folder') pending.delete(path)
      else if ((standing?.mark ?? null) === mark) current.push([path, mark])
      else see(path, standing?.mark ?? null, standing?.changedAt ?? 0)
    }
    // They are gone because all of it is: that is no reason to forget them.
    if (current.length > 0 && !await folder.isSame()) return
    await tellBatches(current.filter(([, mark]) => mark !== null), onChange)
    await tellBatches(current.filter(([, mark]) => mark === null), onGone)
  }

  async function tellBatches (files: [string, string | null][], handler: TellFiles): Promise<void> {
    for (let i = 0; i < files.length && !signal.aborted; i += batchSize) {
      const batch = files.slice(i, i + batchSize)
      try {
        const again = await handler(batch.map(([path]) => path))
        for (const [path, mark] of batch) {
          if (mark === null) told.delete(path)
          else told.set(path, mark)
        }
        for (const path of again ?? []) told.set(path, noMark)
      } catch (error) {
        // They differ from what was told, and come again when all is looked through.
        onError(error)
      }
      for (const [path] of batch) pending.delete(path)
    }
  }

  async function round (): Promise<void> {
    if (!await folder.isSame()) {
      noticed.clear()
      rescanAt = performance.now() + rescanMs
      return onLost()
    }
    if (performance.now() >= rescanAt) {
      rescanAt = performance.now() + rescanMs
      noticed.clear()
      if (!watcher) startWatching()
      tooMany = false
      await lookThrough('')
      if (tooMany) onError(coded('SOURCE_UNAVAILABLE', `The folder holds more than ${maxFiles} files.`))
      startedAt ||= performance.now()
    } else {
      const paths = [...noticed]
      noticed.clear()
      await lookAtAll(paths)
    }
    await tell()
  }

  async function follow (): Promise<void> {
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>(resolve => { wake = resolve })
        await round().catch(error => {
          noticed.clear()
          rescanAt = performance.now() + rescanMs
          onError(error)
        })
        // A file that is written to all the time holds nothing up.
        if (startedAt > 0 && pending.values().every(({ since }) => since > startedAt)) ready.resolve()
        await pause(woken)
      }
    } finally {
      stopWatching()
      ready.resolve()
    }
  }

  /** Until something happens, or it is time to look; then for a moment, since changes come in swarms. */
  async function pause (woken: Promise<void>): Promise<void> {
    const stopped = new AbortController()
    const either = AbortSignal.any([signal, stopped.signal])
    const wait = (ms: number) => sleep(Math.max(ms, 1), undefined, { signal: either }).catch(() => {}) // ended by either
    if (noticed.size === 0 && performance.now() < rescanAt) {
      const untilRescan = rescanAt - performance.now()
      await Promise.race([woken, wait(pending.size > 0 ? Math.min(untilRescan, settleMs / 2) : untilRescan)])
      stopped.abort()
    }
    if (noticed.size > 0 || performance.now() >= rescanAt) await sleep(swarmMs, undefined, { signal }).catch(() => {})
  }

  return { ready: ready.promise, ended: follow() }
}
