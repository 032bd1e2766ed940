// What a command has to do with the world, of which a process is one; and wrong usage.
export type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'exitCode' | 'exit' | 'once' | 'off'>

/** A failure that is the caller's: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
