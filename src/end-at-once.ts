// Ends the process whatever its threads do.

/**
 * Ends the process at once. `process.exit` waits for what a thread does outside of JavaScript, and crashes when that is the
 * loading of a model: another program in this one's place, which only ends with the code, ends every thread.
 */
export function endAtOnce (code: number): never {
  // Windows has no such call.
  if (process.platform !== 'win32') {
    try {
      process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {})
    } catch {
      // Node was told to start no program (`--permission`).
    }
  }
  process.exit(code)
}
