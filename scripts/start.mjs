// Starts the service in little memory, with the code as the last start compiled it: TypeScript is not read again.
// Not itself TypeScript, since Node would load what reads it.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// The C library gives each thread an arena of its own, and returns little of it: two are enough. It reads this setting once,
// when a process begins, so this one begins again in its own place.
if (process.platform === 'linux' && process.env.MALLOC_ARENA_MAX === undefined) {
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve(process.execPath, command, { ...process.env, MALLOC_ARENA_MAX: '2' })
}
// The command's --max-semi-space-size is for this thread: the others have smaller limits of their own, which it would replace.
setFlagsFromString('--max-semi-space-size=0')

const folder = fileURLToPath(new URL('../node_modules/.cache/code', import.meta.url))
// Threads find it in the environment. A folder that cannot be written is no problem: the code is compiled at each start.
process.env.NODE_COMPILE_CACHE ??= folder
enableCompileCache(process.env.NODE_COMPILE_CACHE)
await import('../src/server.ts')
