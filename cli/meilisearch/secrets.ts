// Keys from the environment or standard input, never from the command line, which others can read.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Terminal } from '../terminal.ts'

const mostChars = 1000

/** The first of these environment variables that is set; '' when none is. */
export function secretOf ({ env }: Terminal, ...names: string[]): string {
  return names.map(name => env[name] ?? '').find(Boolean) ?? ''
}

/** One line of standard input; a terminal is asked for it and does not show it. Throws when there is none. */
export async function secretFromInput ({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  if (stdin.isTTY) stderr.write(prompt)
  // In terminal mode readline takes over the echo, and this swallows it.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true })
  try {
    for await (const line of lines) {
      const secret = line.trim()
      if (secret !== '' && secret.length <= mostChars) return secret
    }
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
  throw new Error('No key on standard input.')
}
