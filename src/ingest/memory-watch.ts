// Watches the memory of a child process from outside: it cannot be switched off there, nor held up by a busy parser.
import { readFileSync } from 'node:fs'

/** How often the memory is read; each time takes some microseconds. */
const watchMs = 40

/**
 * Calls back once when the process has grown by more than `mb`. Returns the function that ends the watch. Where there is no
 * /proc, nothing is watched, and the limit of the heap is the only one.
 */
export function watchGrowth (pid: number, mb: number, onTooMuch: () => void): () => void {
  const start = residentMb(pid)
  if (start === null) return () => {}
  const timer = setInterval(() => {
    const now = residentMb(pid)
    if (now === null || now > start + mb) clearInterval(timer)
    if (now !== null && now > start + mb) onTooMuch()
  }, watchMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Returns the memory that a process has in use; null when it cannot be read. */
function residentMb (pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) / 1000
  } catch {
    return null
  }
}
