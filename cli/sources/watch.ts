// Follows a folder: reports the files that it contains, then those that appear, change or go.
import { watch, type FSWatcher } from 'node:fs'
import { sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { coded } from '../../src/errors.ts'
import { openFolder } from './folder.ts'

export interface WatchOptions {
  dir: string
  /** Patterns of paths relative to the folder; without any, all files count. */
  glob?: string | readonly string[]
  /** How long a file must stay unchanged before it is reported, ms. */
  settleMs?: number
  /** How often the whole folder is scanned, ms: the system drops events when thousands of files change at once. */
  rescanMs?: number
  /** The most files that are followed. */
  maxFiles?: number
  signal: AbortSignal
  /** Called with a batch of new and changed files, by path relative to the folder. The next scan reports the returned ones again. */
  onChange: ReportFiles
  /** Called with a batch of files that are gone. The next scan reports the returned ones again if they exist. */
  onGone: ReportFiles
  /** Called when something cannot be read or watched, and when `onChange` or `onGone` throws: their batch is then reported again. */
  onError?: (error: unknown) => void
  /** Called at each scan while the folder is missing, or has been replaced by another one. Absent: `onError` is called. */
  onLost?: () => void
}

type ReportFiles = (paths: string[]) => Promise<readonly string[] | void>

export interface FolderWatch {
  /** Resolves when the files that existed at the start have been reported. */
  ready: Promise<void>
  /** Resolves when the signal has ended the watch and nothing of it runs any more. */
  ended: Promise<void>
}

interface Pending {
  /** The mark that the file was last seen with; null when it was gone. */
  mark: string | null
  /** The time since when it has been seen like that. */
  since: number
  /** The time of its last change, by the clock of its disk. */
  changedAt: number
}

const batchSize = 100
/** A mark that no file has: a file recorded with it is reported again. */
const outdatedMark = ''
/** How long to wait for the other changes of a burst, ms. */
const burstMs = 20
/** The most changed paths to remember between two checks; when there are more, the whole folder is scanned. */
const maxChangedPaths = 1000

/**
 * Follows a folder until the signal fires. Rejects when the folder cannot be read. Links to files in the folder count;
 * links to folders, or out of the folder, do not. When the folder itself disappears, its files are not reported as gone.
 */
export async function watchFolder ({
  dir, glob = [], settleMs = 500, rescanMs = 60_000, maxFiles = 50_000, signal, onChange, onGone, onError = () => {},
  onLost = () => onError(coded('SOURCE_UNAVAILABLE', 'The folder no longer exists.')),
}: WatchOptions): Promise<FolderWatch> {
  const folder = await openFolder(dir, typeof glob === 'string' ? [glob] : glob)
  const ready = Promise.withResolvers<void>()
  /** Path → the file's mark when it was last reported. */
  const reported = new Map<string, string>()
  const pending = new Map<string, Pending>()
  const changedPaths = new Set<string>()
  let rescanAt = 0
  /** The time of the first scan. */
  let startedAt = 0
  let hasTooMany = false
  let wake = () => {}

  function noteChange (path: string | null): void {
    if (path !== null && folder.isHidden(path)) return
    if (path === null || changedPaths.size >= maxChangedPaths) rescanAt = 0
    else changedPaths.add(path)
    wake()
  }

  let watcher: FSWatcher | undefined
  function startWatching (): void {
    try {
      watcher = watch(dir, { recursive: true, persistent: false }, (_event, path) => noteChange(path))
      watcher.on('error', error => {
        stopWatching()
        onError(error)
      })
    } catch (error) {
      // For instance, the system allows no more watches: regular scans have to do.
      onError(error)
    }
  }

  function stopWatching (): void {
    watcher?.close()
    watcher = undefined
  }

  /** Records how a file was seen: it is pending while that differs from the last report. */
  function record (path: string, mark: string | null, changedAt: number): void {
    if ((reported.get(path) ?? null) === mark) pending.delete(path)
    else if (pending.get(path)?.mark !== mark) {
      const isOneTooMany = !reported.has(path) && !pending.has(path) && reported.size + pending.size >= maxFiles
      if (isOneTooMany) hasTooMany = true
      else pending.set(path, { mark, since: performance.now(), changedAt })
    }
  }

  async function check (path: string): Promise<void> {
    const state = await folder.stateOf(path)
    if (state === 'folder') return await scan(path)
    record(path, state?.mark ?? null, state?.changedAt ?? 0)
    if (!state && !reported.has(path)) await checkAll(knownBelow(path))
  }

  async function checkAll (paths: Iterable<string>): Promise<void> {
    for (const path of paths) {
      if (signal.aborted) return
      await check(path).catch(onError)
    }
  }

  /** Returns the known files below a path. */
  function knownBelow (path: string): string[] {
    const start = path === '' ? '' : path + sep
    const found = new Set<string>()
    for (const known of [reported, pending]) {
      for (const file of known.keys()) if (file.startsWith(start)) found.add(file)
    }
    return [...found]
  }

  async function scan (path: string): Promise<void> {
    const missing = new Set(knownBelow(path))
    const unreadable: string[] = []
    for await (const file of folder.walk(path, (part, error) => { unreadable.push(part); onError(error) })) {
      if (signal.aborted) return
      missing.delete(file)
      // A file that a folder has just replaced is handled by the next check.
      const state = await folder.stateOf(file).catch(onError)
      if (state !== undefined && state !== 'folder') record(file, state?.mark ?? null, state?.changedAt ?? 0)
    }
    await checkAll([...missing].filter(file => !unreadable.some(part => part === '' || file.startsWith(part + sep))))
  }

  /** Reports the pending files that have stayed unchanged for long enough. */
  async function reportSettled (): Promise<void> {
    const now = performance.now()
    const settled = [...pending].filter(([, { since, changedAt }]) => {
      const age = Date.now() - changedAt
      // A file whose last change was long ago need not be observed first.
      return now - since >= settleMs || (changedAt > 0 && age >= settleMs)
    })
    const current: [string, string | null][] = []
    for (const [path, { mark }] of settled) {
      const state = await folder.stateOf(path).catch(onError)
      if (state === undefined || state === 'folder') pending.delete(path)
      else if ((state?.mark ?? null) === mark) current.push([path, mark])
      else record(path, state?.mark ?? null, state?.changedAt ?? 0)
    }
    // When the whole folder is gone, its files are not to be removed.
    if (current.length > 0 && !await folder.isSameFolder()) return
    await reportBatches(current.filter(([, mark]) => mark !== null), onChange)
    await reportBatches(current.filter(([, mark]) => mark === null), onGone)
  }

  async function reportBatches (files: [string, string | null][], handler: ReportFiles): Promise<void> {
    for (let i = 0; i < files.length && !signal.aborted; i += batchSize) {
      const batch = files.slice(i, i + batchSize)
      try {
        const failed = await handler(batch.map(([path]) => path))
        for (const [path, mark] of batch) {
          if (mark === null) reported.delete(path)
          else reported.set(path, mark)
        }
        for (const path of failed ?? []) reported.set(path, outdatedMark)
      } catch (error) {
        // The files still differ from the last report, so the next scan reports them again.
        onError(error)
      }
      for (const [path] of batch) pending.delete(path)
    }
  }

  async function checkOnce (): Promise<void> {
    if (!await folder.isSameFolder()) {
      changedPaths.clear()
      rescanAt = performance.now() + rescanMs
      return onLost()
    }
    if (performance.now() >= rescanAt) {
      rescanAt = performance.now() + rescanMs
      changedPaths.clear()
      if (!watcher) startWatching()
      hasTooMany = false
      await scan('')
      if (hasTooMany) onError(coded('SOURCE_UNAVAILABLE', `The folder contains more than ${maxFiles} files.`))
      startedAt ||= performance.now()
    } else {
      const paths = [...changedPaths]
      changedPaths.clear()
      await checkAll(paths)
    }
    await reportSettled()
  }

  async function follow (): Promise<void> {
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>(resolve => { wake = resolve })
        await checkOnce().catch(error => {
          changedPaths.clear()
          rescanAt = performance.now() + rescanMs
          onError(error)
        })
        // A file that changes all the time must not delay `ready`.
        if (startedAt > 0 && pending.values().every(({ since }) => since > startedAt)) ready.resolve()
        await waitForWork(woken)
      }
    } finally {
      stopWatching()
      ready.resolve()
    }
  }

  /** Waits for a change, or for the next check; then a moment longer, since changes come in bursts. */
  async function waitForWork (woken: Promise<void>): Promise<void> {
    const stopped = new AbortController()
    const either = AbortSignal.any([signal, stopped.signal])
    const wait = (ms: number) => sleep(Math.max(ms, 1), undefined, { signal: either }).catch(() => {}) // ended by either
    if (changedPaths.size === 0 && performance.now() < rescanAt) {
      const untilRescan = rescanAt - performance.now()
      await Promise.race([woken, wait(pending.size > 0 ? Math.min(untilRescan, settleMs / 2) : untilRescan)])
      stopped.abort()
    }
    if (changedPaths.size > 0 || performance.now() >= rescanAt) await sleep(burstMs, undefined, { signal }).catch(() => {})
  }

  return { ready: ready.promise, ended: follow() }
}
