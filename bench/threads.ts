// Reads the CPU time of a process, of its threads and of its children from Linux's /proc.
import { readdir, readFile } from 'node:fs/promises'

export interface Thread { id: string, name: string, cpu: number }

/** Ticks per second: Linux shows 100, whatever its own clock is. */
const ticks = 100

/** Returns the threads of a process, with the CPU seconds that each has used. */
export async function cpuOfThreads (pid: number): Promise<Thread[]> {
  const ids = await readdir(`/proc/${pid}/task`)
  const threads = await Promise.all(ids.map(async id => {
    // A thread may end while the list is read.
    const stat = await readFile(`/proc/${pid}/task/${id}/stat`, 'utf8').catch(() => null)
    return stat === null ? [] : [{ id, ...parse(stat) }]
  }))
  return threads.flat()
}

/** Returns the CPU seconds of a process, or of its children, those that have ended among them. */
export async function cpuOfProcess (pid: number, { children = false } = {}): Promise<number> {
  const own = parse(await readFile(`/proc/${pid}/stat`, 'utf8'))
  if (!children) return own.cpu
  const lists = await Promise.all((await readdir(`/proc/${pid}/task`)).map(id =>
    readFile(`/proc/${pid}/task/${id}/children`, 'utf8').catch(() => '')))
  const running = await Promise.all(lists.join(' ').split(/\s+/).filter(Boolean).map(child => cpuOfProcess(Number(child)).catch(() => 0)))
  return running.reduce((sum, cpu) => sum + cpu, own.ended)
}

function parse (stat: string): { name: string, cpu: number, ended: number } {
  const [, name, rest] = /\((.*)\) (.*)/s.exec(stat)!
  const fields = rest!.split(' ').map(Number)
  // The fields of proc(5), from the third on: utime, stime, cutime and cstime are the 14th to 17th.
  return { name: name!, cpu: (fields[11]! + fields[12]!) / ticks, ended: (fields[13]! + fields[14]!) / ticks }
}
