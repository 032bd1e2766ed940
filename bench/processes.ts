// Starts the processes of a bench: the servers under test, the bare ones, the scripted language model.
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import type { Usage } from './child.ts'

export interface Child {
  port: number
  pid: number
  ask<Answer> (name: string, argument?: unknown): Promise<Answer>
  usage (): Promise<Usage>
  stop (): Promise<void>
}

/** What a bench has started: stopped in reverse order, since what was started later uses what was started before. */
export function createRunning () {
  const running: { stop (): Promise<void> }[] = []
  return {
    async started<T extends { stop (): Promise<void> }> (starting: Promise<T>): Promise<T> {
      const one = await starting
      running.push(one)
      return one
    },
    async stop (): Promise<void> {
      for (const one of running.reverse()) await one.stop()
    },
  }
}

/**
 * Runs `bench/<script>` in a new process with `options` as its argument. Throws when it ends before it listens.
 * @param environment variables beside this process's own
 */
export async function startChild (
  script: string, options: object, execArgv: string[] = [], environment: Record<string, string> = {}
): Promise<Child> {
  const child = fork(new URL(script, import.meta.url), [JSON.stringify(options)], {
    execArgv, env: { ...process.env, ...environment }, stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  })
  const waiting = new Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>()
  let asked = 0
  const { promise: listening, resolve: listens, reject: broken } = Promise.withResolvers<number>()
  child.on('message', ({ id, value, error, port }: { id?: number, value?: unknown, error?: string, port?: number }) => {
    if (port !== undefined) return listens(port)
    if (error === undefined) waiting.get(id!)!.resolve(value)
    else waiting.get(id!)!.reject(new Error(error))
    waiting.delete(id!)
  })
  child.once('exit', code => {
    const error = new Error(`${script} ended with ${code}`)
    broken(error)
    for (const { reject } of waiting.values()) reject(error)
  })
  const port = await listening
  const ask = (name: string, argument?: unknown) => new Promise<any>((resolve, reject) => {
    const id = asked++
    waiting.set(id, { resolve, reject })
    child.send({ id, name, argument })
  })
  return {
    port,
    pid: child.pid!,
    ask,
    usage: () => ask('usage'),
    async stop () {
      const exit = ended(child)
      if (child.connected) child.disconnect()
      await exit
    },
  }
}

export interface Llm { url: string, origin: URL, stop (): Promise<void> }

/**
 * Starts the scripted language model of the tests in a process: `tokens` in `writes` packets, `delayMs` before each.
 * @param isSeparate each packet is sent in its own turn of the event loop
 */
export async function startLlm ({ tokens = 100, writes = 4, delayMs = 0, isSeparate = false } = {}): Promise<Llm> {
  const script = fileURLToPath(new URL('../test/fixtures/llm-server.ts', import.meta.url))
  const flags = [
    '--api', 'openai', '--tokens', `${tokens}`, '--writes', `${writes}`, '--delay-ms', `${delayMs}`, ...(isSeparate ? ['--separate'] : []),
  ]
  const child = spawn(process.execPath, [script, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  // It has no channel that would tell it when its parent is gone.
  const kill = () => child.kill()
  process.once('exit', kill)
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => { throw new Error(`the scripted model ended with ${code}`) }),
  ])
  const { url } = JSON.parse(line as string) as { url: string }
  return {
    url,
    origin: new URL(url),
    async stop () {
      process.off('exit', kill)
      const exit = ended(child)
      kill()
      await exit
    },
  }
}

async function ended (child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
