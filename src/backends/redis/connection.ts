// Connects to Redis: bounds every wait, and reconnects by itself.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { backoffMs } from '../../async/retry.ts'

export interface RedisOptions {
  /** redis://[user:password@]host[:port][/database], or rediss:// for TLS. */
  url: string
  /** Start of every key. */
  prefix: string
  /** Longest wait for a reply or a connection, in milliseconds. */
  timeoutMs: number
  /** Called once when the connection is lost or cannot be made, and not again until it has been back. */
  onProblem (problem: string, error: unknown): void
}

export interface RedisStats {
  connected: boolean
  /** Why it cannot be used; null when it can. */
  problem: string | null
  reconnects: number
  timeouts: number
  /** The number of commands that the server refused, for lack of memory or rights. */
  refused: number
}

export interface Script { readonly lua: string, readonly sha: string }

export interface Redis {
  readonly prefix: string
  readonly timeoutMs: number
  /** True while there is a connection. */
  readonly ready: boolean
  /**
   * Resolves when the first try to connect is over, successful or not; never later than the time-out. Rejects when the
   * server answers that it is a Cluster or a Sentinel, which cannot be used.
   */
  readonly started: Promise<void>
  /** Sends one command. Rejects at once without a connection, and after `waitMs` without a reply. */
  send<Reply> (args: string[], waitMs?: number): Promise<Reply>
  /** Runs one Lua script, which the server knows by its hash after the first time. */
  run<Reply> (script: Script, keys: string[], args: string[]): Promise<Reply>
  /** Makes scripts known to the server, so that none costs a second round trip, in which others could overtake it. */
  load (scripts: Script[]): void
  /** Calls back each time that the connection is made (at once when there is one). Returns a function that cancels it. */
  onReady (listener: () => void): () => void
  /** Opens a second connection to the same server, for commands that block. The caller closes it. */
  another (): Redis
  /** Gives up the connection and makes a new one, since the server is no longer the primary. */
  reconnect (): void
  stats (): RedisStats
  close (): void
}

/** The pauses have jitter, so that the instances that lost one server do not all return at once. */
const backoff = { firstMs: 100, longestMs: 2000 }
/** The most commands that wait for a reply: any further one is refused, and its caller continues without Redis. */
const longestQueue = 50_000

export function script (lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

const require = createRequire(import.meta.url)

export function connectRedis (options: RedisOptions): Redis {
  const { url, prefix, timeoutMs, onProblem } = options
  // Loaded where it is used: it takes memory.
  const { createClient } = require('@redis/client') as typeof import('@redis/client')
  const make = () => createClient({
    url,
    RESP: 2,
    // Our own reconnecting also gives up a connection that is open but silent.
    socket: { reconnectStrategy: false, connectTimeout: timeoutMs },
    disableOfflineQueue: true,
    disableClientInfo: true,
    commandsQueueMaxLength: longestQueue,
  })
  type Client = ReturnType<typeof make>
  const listeners = new Set<() => void>()
  const counts = { reconnects: 0, timeouts: 0, refused: 0 }
  let client: Client | null = null
  let problem: string | null = 'not connected yet'
  let refusal: string | null = null
  let failures = 0
  let closed = false
  let connecting: Client | null = null
  let retry: NodeJS.Timeout | undefined
  const children = new Set<Redis>()

  async function connect (isFirst = false): Promise<void> {
    const made = connecting = make()
    let broken: unknown
    made.on('error', error => {
      // What is said first is the cause of the rest.
      broken ??= error
      lost(made, error)
    })
    const tooLate = Promise.withResolvers<never>()
    const limit = setTimeout(() => {
      made.destroy()
      tooLate.reject(silence(timeoutMs))
    }, timeoutMs)
    try {
      // A client that is destroyed on the way would pass for one that knows no HELLO.
      await Promise.race([tooLate.promise, open(made)])
      // A server may refuse the last command that is sent here: one that broke off instead would pass for it, for ever.
      if (!made.isReady) throw broken
      if (closed) return made.destroy()
      client = made
      failures = 0
      problem = refusal = null
      for (const listener of listeners) listener()
    } catch (error) {
      made.destroy()
      if (isFirst && error instanceof UnfitServer && !error.mayChange) {
        problem = error.code
        throw error
      }
      reconnectLater(broken ?? error)
    } finally {
      clearTimeout(limit)
      connecting = null
    }
  }

  async function open (made: Client): Promise<void> {
    await made.connect()
    // A server that hangs still accepts connections.
    await made.sendCommand(['PING'])
    await checkServer(made)
  }

  function lost (which: Client, error: unknown): void {
    if (which !== client) return
    client = null
    counts.reconnects++
    which.destroy()
    reconnectLater(error)
  }

  function reconnectLater (error: unknown): void {
    if (closed) return
    failures++
    problem = reason(error)
    retry = setTimeout(connect, backoffMs(failures, backoff), false).unref()
    if (failures === 1) onProblem(problem, error)
  }

  function send<Reply> (args: string[], waitMs = timeoutMs): Promise<Reply> {
    const used = client
    if (!used) return Promise.reject(new Error(`Redis: ${problem}`))
    return new Promise<Reply>((resolve, reject) => {
      let over = false
      // After a stall of this process the reply may still be unread in the socket: let it be read first.
      const timer = setTimeout(() => setImmediate(() => {
        if (over) return
        counts.timeouts++
        const error = silence(waitMs)
        lost(used, error)
        reject(error)
      }), waitMs)
      const done = () => {
        over = true
        clearTimeout(timer)
      }
      used.sendCommand<Reply>(args).then(reply => {
        done()
        resolve(reply)
      }, error => {
        done()
        // After a failover behind the same address the connection leads to the old primary: a new one finds the new one.
        if (isDemoted(error)) {
          for (const child of children) child.reconnect()
          lost(used, error)
        }
        reject(error)
      })
    })
  }

  async function run<Reply> ({ lua, sha }: Script, keys: string[], args: string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args]
    const used = client
    try {
      const reply = await send<Reply>(['EVALSHA', sha, ...rest]).catch(error => {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
        return send<Reply>(['EVAL', lua, ...rest])
      })
      refusal = null
      return reply
    } catch (error) {
      // The connection works, but nothing can be written.
      if (client !== null && client === used) {
        counts.refused++
        refusal = reason(error)
      }
      throw error
    }
  }

  const started = connect(true)
  // Whoever does not wait for it learns of it from `stats`.
  started.catch(() => {})

  return {
    prefix,
    timeoutMs,
    get ready () { return client !== null },
    started,
    send,
    run,
    load (scripts) {
      // A script that cannot be loaded is sent whole by `run`.
      for (const { lua } of scripts) send(['SCRIPT', 'LOAD', lua]).catch(() => {})
    },
    onReady (listener) {
      listeners.add(listener)
      if (client) listener()
      return () => listeners.delete(listener)
    },
    another () {
      const child = connectRedis({ ...options, onProblem: () => {} })
      children.add(child)
      return child
    },
    reconnect () {
      if (client) lost(client, new UnfitServer('READONLY', 'the server is no longer the primary', true))
    },
    stats: () => ({ connected: client !== null, problem: problem ?? refusal, ...counts }),
    close () {
      closed = true
      clearTimeout(retry)
      problem = 'closed'
      client?.destroy()
      connecting?.destroy()
      client = null
    },
  }
}

/** Asks the server what it is. Throws when it cannot be written to, or is none that this service can use. */
async function checkServer (client: { sendCommand (args: string[]): Promise<unknown> }): Promise<void> {
  // Every user may ask this. Servers before Redis 6 do not know it, and some that only resemble Redis.
  const reply = await client.sendCommand(['HELLO']).catch(() => null)
  const fields = Array.isArray(reply) ? reply.map(String) : Object.entries(reply ?? {}).flat().map(String)
  const valueOf = (name: string) => fields[fields.indexOf(name) + 1] ?? ''
  if (fields.includes('mode') && unfitModes[valueOf('mode')]) throw new UnfitServer('NOTSUPPORTED', unfitModes[valueOf('mode')]!, false)
  if (fields.includes('role') && ['replica', 'slave'].includes(valueOf('role'))) {
    throw new UnfitServer('READONLY', 'the server is a replica', true)
  }
}

const unfitModes: Record<string, string | undefined> = {
  cluster: 'REDIS_URL names a Redis Cluster, which is not supported: answers are changed by scripts that need one primary. ' +
    'Name a Redis without cluster mode.',
  sentinel: 'REDIS_URL names a Redis Sentinel. Name the primary itself, or an address that always leads to it.',
}

class UnfitServer extends Error {
  readonly code: string
  /** A replica may become the primary. */
  readonly mayChange: boolean

  constructor (code: string, message: string, mayChange: boolean) {
    super(message)
    this.code = code
    this.mayChange = mayChange
  }
}

/** Tells whether an error of the server says that it was, but is no longer, the primary. */
function isDemoted (error: unknown): boolean {
  return /^(READONLY|UNBLOCKED)\b|-READONLY\b/.test((error as Error | undefined)?.message ?? '')
}

function silence (ms: number): Error {
  return Object.assign(new Error(`no reply within ${ms} ms`), { code: 'ETIMEDOUT' })
}

/** The client's own errors, which have no code. */
const clientErrors: [RegExp, string][] = [
  [/^Unknown RESP type/, 'the server does not speak the protocol of Redis'],
  [/^(?:Socket closed|Disconnects client)/, 'the server has closed the connection'],
]

/** Returns a short name of the problem. Messages are left out: they may contain addresses or data that was sent. */
function reason (error: unknown): string {
  const { code, message = '' } = error as { code?: string, message?: string }
  // An error of the server begins with its name.
  return code ?? /^[A-Z]{2,}(?= )/.exec(message)?.[0] ?? clientErrors.find(([form]) => form.test(message))?.[1] ??
    (error as Error)?.name ?? 'unknown'
}
