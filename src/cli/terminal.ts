// What a command has to do with the world; a process is one.
export type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'exitCode' | 'exit' | 'once' | 'off'>
