// Starts one reader process, sends it messages and ends it at any moment.
import { fork } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coded } from '../errors.ts'
import { watchGrowth } from './memory-watch.ts'
import { rejected } from './formats/rejection.ts'
import type { FromReader, ToReader } from './reader-main.ts'

export interface ReaderProcess {
  /** Resolves once the message has left, so that a file sent in many messages never piles up in memory. */
  send (message: ToReader): Promise<void>
  /** Returns its next message; one call at a time. Throws FILE_REJECTED when the process ends instead, INTERNAL when it never started. */
  receive (): Promise<FromReader>
  /** Kills it when it grows by more than this from now on, until it is idle. `receive` then throws FILE_REJECTED. */
  limitGrowth (mb: number): void
  /** Sets whether it keeps this process alive. */
  setBusy (busy: boolean): void
  /** Kills it now, whatever it is doing. */
  end (): Promise<void>
  readonly ended: boolean
}

/** The signals by which V8, the watch of its memory and the kernel end a process that takes too much memory. */
const memorySignals: (string | null)[] = ['SIGABRT', 'SIGKILL', 'SIGTRAP', 'SIGILL']
/** V8's abort as an exit code, when a shell runs the process. */
const abortCode = 134

/**
 * Starts a confined reader process: it cannot write files, start programs, threads or databases, or load native code; it
 * can read only the service's own modules, and it gets no environment variables. It has no network where the launcher
 * takes it away, and elsewhere no module or global that uses one (confine.ts). It does not inherit this process's Node options either:
 * a module loaded into the service by --import, --require or NODE_OPTIONS (for tracing, for instance) would need
 * rights that it must not have.
 * @param memoryMb the size of its heap
 * @param launcher the command that starts it, with its options; empty = none (launcher.ts)
 */
export function startReader (main: URL, memoryMb: number, launcher: readonly string[]): ReaderProcess {
  const [execPath, ...before] = [...launcher, process.execPath]
  const child = fork(fileURLToPath(main), {
    execPath: execPath!,
    execArgv: [...before, ...permissions(main), `--max-old-space-size=${memoryMb}`],
    env: {}, serialization: 'advanced', stdio: 'ignore',
  })
  // Reading files can wait; people who ask questions should not.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  const received: FromReader[] = []
  let started = false
  let stopWatching = () => {}
  let waiting: PromiseWithResolvers<FromReader> | undefined
  let gone: Error | undefined

  const exit = new Promise<void>(resolve => {
    const leave = (error: Error) => {
      stopWatching()
      gone ??= error
      waiting?.reject(gone)
      waiting = undefined
      resolve()
    }
    child.on('error', error => leave(coded('INTERNAL', undefined, error)))
    child.once('exit', (code, signal) => {
      const cause = new Error(`the reader process ended with ${signal ?? code}`)
      if (!started) leave(coded('INTERNAL', undefined, cause))
      else if (memorySignals.includes(signal) || code === abortCode) leave(rejected('too much memory', undefined, cause))
      else leave(rejected('broken', undefined, cause))
    })
  })
  child.on('message', (message: FromReader) => {
    started = true
    if (waiting) waiting.resolve(message)
    else received.push(message)
    waiting = undefined
  })

  return {
    get ended () { return gone !== undefined || child.killed },

    async send (message) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      child.send(message, error => error ? reject(error) : resolve())
      try {
        await promise
      } catch (error) {
        // The process is gone or about to go: its exit says more than the closed pipe.
        await exit
        throw gone ?? error
      }
    },

    receive () {
      const message = received.shift()
      if (message !== undefined) return Promise.resolve(message)
      if (gone) return Promise.reject(gone)
      waiting = Promise.withResolvers()
      return waiting.promise
    },

    limitGrowth (mb) {
      stopWatching()
      if (child.pid !== undefined) stopWatching = watchGrowth(child.pid, mb, () => child.kill('SIGKILL'))
    },

    setBusy (busy) {
      if (!busy) stopWatching()
      if (busy) {
        child.ref()
        child.channel?.ref()
      } else {
        child.unref()
        child.channel?.unref()
      }
    },

    end () {
      child.ref()
      child.kill('SIGKILL')
      return exit
    }
  }
}

/** Returns Node's options that confine a process to reading the service's own modules. */
function permissions (main: URL): string[] {
  const root = join(import.meta.dirname, '../..')
  const modules = join(root, 'node_modules')
  const readable = [join(root, 'src'), join(root, 'package.json'), modules, realpathSync(modules), dirname(fileURLToPath(main))]
  return ['--permission', '--no-experimental-sqlite', ...new Set(readable.map(path => `--allow-fs-read=${path}`))]
}
