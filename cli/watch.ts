// `causerie watch`: keeps an index of a running service in sync with a folder.
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { sleep } from '../src/async/signals.ts'
import { loadConfig } from '../src/config.ts'
import { openFolder, type Folder } from './sources/folder.ts'
import { openSourceState } from './sources/state.ts'
import { watchFolder } from './sources/watch.ts'
import { counted, indexCommand, interruptible, printable, sayWaiting, several, type IndexOptions } from './action.ts'
import { checkIndex } from './check-index.ts'
import { createSending } from './file-sync.ts'
import { openService, steadfast, type Patience } from './service.ts'
import type { Terminal } from './terminal.ts'
import { createKept, nothingForgotten, type KeptFile } from './watch-state.ts'

export interface WatchCommandOptions extends IndexOptions { namePrefix: string, exclude: string[], again?: true }

export interface WatchTiming {
  patience: Patience
  settleMs: number
  rescanMs: number
  /** The interval of checks for a missing folder, ms. */
  backMs: number
}

const usual: WatchTiming = { patience: steadfast, settleMs: 500, rescanMs: 60_000, backMs: 5000 }

/** @param timing tests use shorter times */
export function watchCommand (terminal: Terminal, timing: WatchTiming = usual): Command {
  return indexCommand(terminal, 'watch')
    .description('Keep an index in line with a folder: what is new, has changed or is gone')
    .argument('<dir>', 'the folder')
    .option('--name-prefix <text>', 'put before each name, for example guides/', '')
    .option('--exclude <glob>', 'leave out what matches; may be given several times', several, [])
    .option('--again', 'at the start send every file, also those that have not changed since the last run')
    .addHelpText(
      'after',
      `
At its start it takes in what has changed, and forgets what was removed, since it last ran; it keeps what it has sent in
DATA_DIR/sources. Then it follows the folder until it is interrupted. It waits for a service that is away. When the folder is
suddenly missing or empty, as an unmounted disk is, it forgets nothing and waits.
Where keys are asked for, it takes one with the scope write, in CAUSERIE_KEY.
Exit code 0: it was ended; 1: it failed; 2: the command is not understood.

Examples:
  causerie watch handbook/ --company acme --index pages
  causerie watch /srv/share --company acme --index pages --exclude '*.png' --name-prefix share/`
    )
    .action((dir: string, options: WatchCommandOptions) =>
      interruptible(terminal, signal => follow(terminal, dir, options, timing, signal))
    )
}

async function follow (
  terminal: Terminal,
  dir: string,
  options: WatchCommandOptions,
  timing: WatchTiming,
  interrupted: AbortSignal
): Promise<number> {
  const { env, stdout, stderr } = terminal
  const { company, index: kind, url, namePrefix: prefix, exclude, again = false } = options
  const say = (text: string) => {
    stdout.write(`${printable(text)}\n`)
  }
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
    state = openSourceState<KeptFile>(dataDir, ['watch', service.address, company, kind, place, prefix])
    stderr.write(`What was sent to ${service.address} is remembered in ${join(dataDir, 'sources')}.\n`)
    await checkIndex(service, company, kind)
    const sending = createSending({ service, company, kind, signal })
    const kept = createKept({ dir: place, state, sending, prefix, exclude, again, say, fail, signal })
    while (!signal.aborted) {
      const folder = await opened(place, say, timing.backMs, signal)
      const keep = kept.follow(folder)
      const lost = new AbortController()
      const onError = (error: unknown) => {
        if (!signal.aborted && error !== nothingForgotten) say((error as Error).message)
      }
      const watching = await watchFolder({
        dir: place,
        settleMs: timing.settleMs,
        rescanMs: timing.rescanMs,
        signal: AbortSignal.any([signal, lost.signal]),
        onChange: keep.changed,
        onGone: keep.gone,
        onError,
        onLost () {
          say(`${place} is no longer there, or another folder: nothing is forgotten.`)
          lost.abort()
        },
      })
      await watching.ready
      if (!signal.aborted && !lost.signal.aborted) {
        await keep.forgetMissing().catch(onError)
        if (!signal.aborted) say(`${place} is followed: ${counted(state.names().length, 'file')}.`)
      }
      await watching.ended
    }
    throw signal.reason
  } catch (error) {
    if (!interrupted.aborted) throw error
    say('Ended.')
    return 0
  } finally {
    // Leaves nothing running.
    failing.abort()
    state?.close()
    await service.close()
  }
}

/** Waits for the folder, and returns it once it can be read. */
async function opened (dir: string, say: (text: string) => void, backMs: number, signal: AbortSignal): Promise<Folder> {
  for (let isReported = false; ; isReported = true) {
    const folder = await openFolder(dir, []).catch((error: NodeJS.ErrnoException) => {
      if (!isReported) say(`${dir} cannot be read (${error.code}): waiting for it.`)
    })
    if (folder) return folder
    await sleep(backMs, signal)
  }
}
