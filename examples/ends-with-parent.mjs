// Loaded into the service of an example: it ends when the example has ended, however it did. Nothing holds its input open then.
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM')).resume()
  // The service can still end by itself.
  process.stdin.unref()
}
