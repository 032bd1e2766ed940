// Runs a program over a file within limits of time, memory and output; nothing of the service's environment reaches it.
import { execFile } from 'node:child_process'

export interface CommandLimits {
  timeoutMs: number
  /** Of its address space. */
  memoryMb: number
  maxOutputBytes: number
  signal: AbortSignal
}

/**
 * Runs a program and returns what it prints. The shell sets the limit of memory and then becomes the program; the arguments are
 * never part of its command line. Throws when the program fails, takes too long, or is not there (`code` ENOENT).
 */
export function runLimited (
  program: string, args: string[], { timeoutMs, memoryMb, maxOutputBytes, signal }: CommandLimits,
): Promise<string> {
  const limit = `ulimit -v ${Math.floor(memoryMb) * 1024} && exec nice -n 10 "$0" "$@"`
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', limit, program, ...args], {
      timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxOutputBytes, signal,
      // One thread each: the questions need the other cores.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', OMP_THREAD_LIMIT: '1' },
    }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const isMissing = error.code === 127 || /not found|No such file/i.test(stderr.slice(0, 500))
      reject(isMissing ? Object.assign(new Error(`${program} is not installed`), { code: 'ENOENT' }) : error)
    })
  })
}
