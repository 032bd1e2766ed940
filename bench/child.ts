// Shared by the server processes of benches: reports the port, and answers the parent's requests.

export interface Usage {
  /** CPU seconds of all threads of the process. */
  cpu: number
  /** CPU seconds of its main thread alone. */
  mainCpu: number
  /** Resident memory in bytes, after a collection when the process was started with --expose-gc. */
  rss: number
  /** Bytes in use: the heap and its buffers. Steadier than `rss`, which keeps memory that is no longer used. */
  used: number
}

export type Handlers = Record<string, (argument: any) => unknown>

/** Tells the parent that the server listens, then answers its requests over IPC. The process ends with its parent. */
export function serveParent (port: number, handlers: Handlers, close: () => unknown): void {
  const all: Handlers = { usage, cpu: () => seconds(process.cpuUsage()), ...handlers }
  process.on('message', async ({ id, name, argument }: { id: number, name: string, argument: unknown }) => {
    try {
      process.send!({ id, value: await all[name]!(argument) })
    } catch (error) {
      process.send!({ id, error: (error as Error).stack })
    }
  })
  process.once('disconnect', async () => {
    await close()
    process.exit(0)
  })
  process.send!({ port })
}

async function usage (): Promise<Usage> {
  // The first collection runs finalizers, whose memory the second one frees.
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { cpu: seconds(process.cpuUsage()), mainCpu: seconds(process.threadCpuUsage()), rss, used: heapUsed + external }
}

function seconds ({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6
}
