// `causerie watch`: keeps an index of a running service in sync with a folder.
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { sleep } from '../src/async/signals.ts'
import { loadConfig } from '../src/config.ts'
import { openFolder, type Folder } from './sources/folder.ts'
import { openSourceState } from './sources/state.ts'
import { watchFolder } from './sources/watch.ts'
import { counted, indexCommand, interruptible, printable, requireIndex, sayWaiting, several, type IndexOptions } from './action.ts'
import { createFileSync } from './file-sync.ts'
import { openService, steadfast, type Patience } from './service.ts'
import { createSourceReport } from './source-report.ts'
import type { CommandIo } from './command-io.ts'
import { createFolderSync, nothingRemoved, type SentVersion } from './folder-sync.ts'

export interface WatchCommandOptions extends IndexOptions { namePrefix: string, exclude: string[], again?: true }

export interface WatchTiming {
  patience: Patience
  settleMs: number
  rescanMs: number
  /** The interval of checks for a missing folder, ms. */
  backMs: number
  /** How often the service is told how it does, ms. */
  reportMs: number
}

const usual: WatchTiming = { patience: steadfast, settleMs: 500, rescanMs: 60_000, backMs: 5000, reportMs: 60_000 }

/** @param timing tests use shorter times */
export function watchCommand (io: CommandIo, timing: WatchTiming = usual): Command {
  return indexCommand(io, 'watch')
    .description('Keep an index in sync with a folder: send new and changed files, remove deleted ones')
    .argument('<dir>', 'the folder')
    .option('--name-prefix <text>', 'put before each name, for example guides/', '')
    .option('--exclude <glob>', 'leave out matching files; may be repeated', several, [])
    .option('--again', 'at the start, send every file, even if it has not changed since the last run')
    .addHelpText(
      'after',
      `
At the start it sends the files that have changed since its last run, and removes those that were deleted; DATA_DIR/sources
records what it has sent. Then it follows the folder until it is interrupted. It waits for a service that is away. If the
folder is suddenly missing or empty, like an unmounted disk, it removes nothing and waits.
If the service asks for keys, put one with the scope write into CAUSERIE_KEY.
Exit code 0: interrupted; 1: failed; 2: wrong usage.

Examples:
  causerie watch handbook/ --company acme --index pages
  causerie watch /srv/share --company acme --index pages --exclude '*.png' --name-prefix share/`
    )
    .action((dir: string, options: WatchCommandOptions) =>
      interruptible(io, signal => follow(io, dir, options, timing, signal))
    )
}

async function follow (
  io: CommandIo,
  dir: string,
  options: WatchCommandOptions,
  timing: WatchTiming,
  interrupted: AbortSignal
): Promise<number> {
  const { env, stdout, stderr } = io
  const { company, index: kind, url, namePrefix: prefix, exclude, again = false } = options
  const say = (text: string) => {
    report?.note(text)
    stdout.write(`${printable(text)}\n`)
  }
  let report: ReturnType<typeof createSourceReport> | undefined
  let beat: NodeJS.Timeout | undefined
  const failing = new AbortController()
  const fail = (error: unknown) => failing.abort(error)
  const signal = AbortSignal.any([interrupted, failing.signal])
  const service = openService({
    url,
    env,
    scope: 'write',
    patience: timing.patience,
    signal,
    ...sayWaiting(say),
  })
  let state
  try {
    const place = resolve(dir)
    const dataDir = resolve(loadConfig(env).DATA_DIR)
    const identity = ['watch', service.address, company, kind, place, prefix]
    state = openSourceState<SentVersion>(dataDir, identity)
    stderr.write(`What was sent to ${service.address} is recorded in ${join(dataDir, 'sources')}.\n`)
    await requireIndex(service, company, kind)
    const own = report = createSourceReport({ url, env, company, kind: 'watch', index: kind, place, identity })
    own.tell({ state: 'running' })
    const tell = () => own.tell({ state: 'following', nextInSeconds: timing.reportMs / 1000 })
    beat = setInterval(tell, timing.reportMs)
    const fileSync = createFileSync({ service, company, kind, signal })
    const folderSync = createFolderSync({ dir: place, state, fileSync, prefix, exclude, again, say, fail, signal })
    while (!signal.aborted) {
      const folder = await opened(place, say, timing.backMs, signal)
      const followed = folderSync.follow(folder)
      const lost = new AbortController()
      const onError = (error: unknown) => {
        if (!signal.aborted && error !== nothingRemoved) say((error as Error).message)
      }
      const watching = await watchFolder({
        dir: place,
        settleMs: timing.settleMs,
        rescanMs: timing.rescanMs,
        signal: AbortSignal.any([signal, lost.signal]),
        onChange: followed.onChange,
        onGone: followed.onGone,
        onError,
        onLost () {
          say(`${place} no longer exists, or has been replaced: nothing is deleted.`)
          lost.abort()
        },
      })
      await watching.ready
      if (!signal.aborted && !lost.signal.aborted) {
        await followed.removeMissing().catch(onError)
        if (!signal.aborted) say(`Following ${place}: ${counted(state.names().length, 'file')}.`)
        tell()
      }
      await watching.ended
    }
    throw signal.reason
  } catch (error) {
    await report?.tell({ state: interrupted.aborted ? 'ended' : 'failed' })
    if (!interrupted.aborted) throw error
    say('Ended.')
    return 0
  } finally {
    // Leaves nothing running.
    failing.abort()
    clearInterval(beat)
    state?.close()
    await Promise.all([service.close(), report?.close()])
  }
}

/** Waits for the folder, and returns it once it can be read. */
async function opened (dir: string, say: (text: string) => void, backMs: number, signal: AbortSignal): Promise<Folder> {
  for (let isReported = false; ; isReported = true) {
    const folder = await openFolder(dir, []).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not there' : `cannot be read (${error.code})`
      if (!isReported) say(`${dir} ${why}: waiting for it.`)
    })
    if (folder) return folder
    await sleep(backMs, signal)
  }
}
