// Tells what work costs, however loaded the machine is.
import { readFileSync } from 'node:fs'

/** How many of the kernel's clock ticks make a second, on every Linux that Node runs on. */
const ticks = 100

/** Returns the CPU time of this process and, on Linux, of the children that have ended. */
export function cpuSeconds (): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + childrenSeconds()
}

function childrenSeconds (): number {
  if (process.platform !== 'linux') return 0
  // The name of the program comes before, in brackets, and may hold blanks.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[13]) + Number(fields[14])) / ticks
}
