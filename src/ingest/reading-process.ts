// One reading process, as its parent sees it: it can be asked, and ended at any moment.
import { fork } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coded } from '../errors.ts'
import { rejected } from './formats/rejection.ts'
import type { FromReader, ToReader } from './reading-worker.ts'

export interface ReadingProcess {
  /** Settles when the message is on its way, so that what is sent piece by piece never piles up. */
  send (message: ToReader): Promise<void>
  /** What it says next; ask one at a time. Throws FILE_REJECTED when it ends instead, INTERNAL when it never began. */
  answer (): Promise<FromReader>
  /** Whether the own process has to stay alive for it. */
  hold (busy: boolean): void
  /** Ends it now, whatever it does. */
  end (): Promise<void>
  readonly ended: boolean
}

/** What V8, the watching thread and the kernel end a process with that takes too much. */
const memorySignals: (string | null)[] = ['SIGABRT', 'SIGKILL', 'SIGTRAP', 'SIGILL']
/** The same of V8, where a shell stands in between. */
const abortCode = 134

/**
 * Starts a reading process, confined: it may neither write files nor start programs nor load native code, may read
 * nothing but the service's own modules, and sees no environment variable. It inherits no options of this process
 * either: a module that is loaded into the service by --import, --require or NODE_OPTIONS (for traces, for instance)
 * would need rights that it must not have.
 * @param memoryMb its heap
 */
export function startReading (worker: URL, memoryMb: number): ReadingProcess {
  const child = fork(fileURLToPath(worker), {
    execArgv: [...permissions(worker), `--max-old-space-size=${memoryMb}`],
    env: {}, serialization: 'advanced', stdio: 'ignore',
  })
  // Reading can wait; who asks a question does not want to.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  const said: FromReader[] = []
  let begun = false
  let waiting: PromiseWithResolvers<FromReader> | undefined
  let gone: Error | undefined

  const exit = new Promise<void>(resolve => {
    const leave = (error: Error) => {
      gone ??= error
      waiting?.reject(gone)
      waiting = undefined
      resolve()
    }
    child.on('error', error => leave(coded('INTERNAL', undefined, error)))
    child.once('exit', (code, signal) => {
      const cause = new Error(`the reading process ended with ${signal ?? code}`)
      if (!begun) leave(coded('INTERNAL', undefined, cause))
      else if (memorySignals.includes(signal) || code === abortCode) leave(rejected('too much memory', undefined, cause))
      else leave(rejected('broken', undefined, cause))
    })
  })
  child.on('message', (message: FromReader) => {
    begun = true
    if (waiting) waiting.resolve(message)
    else said.push(message)
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
        // It has gone, or is about to: why says more than that the pipe is closed.
        await exit
        throw gone ?? error
      }
    },

    answer () {
      const message = said.shift()
      if (message !== undefined) return Promise.resolve(message)
      if (gone) return Promise.reject(gone)
      waiting = Promise.withResolvers()
      return waiting.promise
    },

    hold (busy) {
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
function permissions (worker: URL): string[] {
  const root = join(import.meta.dirname, '../..')
  const modules = join(root, 'node_modules')
  const readable = [join(root, 'src'), join(root, 'package.json'), modules, realpathSync(modules), dirname(fileURLToPath(worker))]
  return ['--permission', '--allow-worker', ...new Set(readable.map(path => `--allow-fs-read=${path}`))]
}
