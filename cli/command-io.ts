// The part of `process` that a command uses, replaceable in tests; and the error for wrong usage.
export type CommandIo = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'exitCode' | 'exit' | 'once' | 'off'>

/** Thrown when the command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Returns the error for a file of the command line that cannot be read. */
export function unreadable (path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException
  return new UsageError(code === 'ENOENT' ? `${path}: there is no such file.` : `${path} cannot be read: ${message}`, { cause: error })
}
