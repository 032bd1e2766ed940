// Starts the service in little memory. Not itself TypeScript, since Node would load what reads it.
import { explainArguments } from './start-arguments.mjs'

explainArguments(process.argv.slice(2))

// The C library gives each thread an arena of its own, and returns little of it: two are enough. It reads this setting once, when
// a process begins, and threads load what this one's command imports: so this process begins again, in its own place.
const plainCode = new URL('./plain-code.mjs', import.meta.url).href
if (process.platform !== 'win32' && !process.execArgv.includes(plainCode)) {
  const command = [process.execPath, ...process.execArgv, '--import', plainCode, ...process.argv.slice(1)]
  process.execve(process.execPath, command, { MALLOC_ARENA_MAX: '2', ...process.env })
}

// Process 1 of a container is not ended by a signal without a handler. Until the server has its own, there is nothing to finish.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    if (process.listenerCount(signal) === 0) process.exit(0)
  })
}
await import('../src/server.ts')
