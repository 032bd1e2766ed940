// Starts the service with the code as the last start compiled it: TypeScript is not read again, which saves time and memory.
// Not itself TypeScript, since Node would load what reads it.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../node_modules/.cache/code', import.meta.url))
// Threads find it in the environment. A folder that cannot be written is no problem: the code is compiled at each start.
process.env.NODE_COMPILE_CACHE ??= folder
enableCompileCache(process.env.NODE_COMPILE_CACHE)
await import('../src/server.ts')
