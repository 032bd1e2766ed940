// Finds what this machine has to start a process with less than Node's permission model can take away.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Ends the process when the service ends, however it does: nothing inside could while a parser is busy. */
const bound = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--']
/** A network of its own, without any interface. Needs user namespaces, which a container may not be allowed. */
const alone = ['/usr/bin/unshare', '--user', '--map-current-user', '--net', '--']
const launchers = [[...alone, ...bound], bound]
const probeMs = 10_000

let found: Promise<string[]> | undefined

/**
 * Returns the command, with its options, that a program is started by; empty when nothing here can confine it further.
 * @param program a file that must be executable
 * @param module a file that must be readable
 */
export function findLauncher (program: string, module: string): Promise<string[]> {
  found ??= probe(program, module)
  return found
}

async function probe (program: string, module: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  for (const launcher of launchers) {
    const [command, ...options] = [...launcher, '/usr/bin/test', '-x', program, '-a', '-r', module]
    try {
      await promisify(execFile)(command!, options, { timeout: probeMs, env: {} })
      return launcher
    } catch {
      // Not installed, or not allowed: the next one takes less away.
    }
  }
  return []
}
