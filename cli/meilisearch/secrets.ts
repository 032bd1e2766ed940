// Reads keys from the environment or standard input, never from the command line, which other users can see.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { CommandIo } from '../command-io.ts'

const maxChars = 1000

/** Returns the first of these environment variables that is set, or ''. */
export function secretOf ({ env }: CommandIo, ...names: string[]): string {
  return names.map(name => env[name] ?? '').find(Boolean) ?? ''
}

/** Reads one line of standard input; on a terminal, prompts for it and hides it. Throws when there is no line. */
export async function secretFromInput ({ stdin, stderr }: CommandIo, prompt: string): Promise<string> {
  if (stdin.isTTY) stderr.write(prompt)
  // In terminal mode readline handles the echo, and this output discards it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true })
  try {
    for await (const line of lines) {
      const secret = line.trim()
      if (secret !== '' && secret.length <= maxChars) return secret
    }
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
  throw new Error('No key on standard input.')
}
