// The watchdog thread of the reader process: kills the process when it has grown too large, or when its parent is gone while it works.
// A separate module, so that the thread loads none of the parsers.
import { parentPort, workerData } from 'node:worker_threads'

/** How often the memory is checked. */
const watchMs = 40

/** The megabytes that the process may use; 0 = it is not reading at the moment. */
const maxMb = workerData as Int32Array
const parent = process.ppid

parentPort!.unref()
setInterval(() => {
  const limit = Atomics.load(maxMb, 0)
  if ((limit > 0 && process.memoryUsage.rss() / 1e6 > limit) || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, watchMs)
