// Takes from the reader process what it does not need, before any parser is loaded. Its main module imports this file first.
import { registerHooks } from 'node:module'

/** Node's modules that reach the network, other processes, databases or the process's own debugger. */
const denied = new Set([
  'net', 'tls', 'dgram', 'dns', 'http', 'https', 'http2', 'quic', 'child_process', 'cluster', 'worker_threads', 'sqlite', 'inspector',
  'trace_events', 'wasi', 'repl', 'test', 'ffi',
])
const deniedGlobals = ['fetch', 'WebSocket', 'EventSource', 'Worker', 'BroadcastChannel']
/** Signals to other processes, other programs, native code. The permission model refuses some of them as well. */
const deniedOfProcess = ['kill', '_kill', '_debugProcess', '_debugEnd', 'execve', 'dlopen', 'binding', '_linkedBinding', 'setuid', 'setgid']
const nothing = new URL('./nothing.cjs', import.meta.url).href

/** Tells whether a module may not be loaded: `net`, `node:net` and `dns/promises` alike. */
function isDenied (specifier: string): boolean {
  return denied.has(specifier.replace(/^node:/, '').split('/', 1)[0]!)
}

// A library that loads such a module without using it still works: it gets an empty one.
registerHooks({
  resolve: (specifier, context, next) => isDenied(specifier) ? { url: nothing, shortCircuit: true } : next(specifier, context),
})
const { getBuiltinModule } = process
process.getBuiltinModule = ((id: string) => isDenied(id) ? undefined : getBuiltinModule(id)) as typeof getBuiltinModule
for (const name of deniedGlobals) Reflect.deleteProperty(globalThis, name)
for (const name of deniedOfProcess) {
  if (name in process) Object.defineProperty(process, name, { value: undefined, configurable: false, writable: false })
}
