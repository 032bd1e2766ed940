// Reads settings as people, files and platforms write them.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** The part of a setting's schema that says how its value may be written. */
interface Kind {
  type?: string
  enum?: readonly string[]
}

const yes = ['true', 'yes', 'on', '1', 'y', 't', 'enabled']
const no = ['false', 'no', 'off', '0', 'n', 'f', 'disabled']

/**
 * Returns a value without what files and shells leave around it: white space, a carriage return, one pair of quotes. The
 * case of names and of true and false does not matter.
 */
export function cleanValue (value: unknown, { type, enum: names }: Kind): unknown {
  if (typeof value !== 'string') return value
  const trimmed = value.trim()
  const [, , quoted] = /^(["'])((?:(?!\1).)*)\1$/s.exec(trimmed) ?? []
  const clean = quoted === undefined ? trimmed : quoted.trim()
  const lower = clean.toLowerCase()
  if (type === 'boolean') return yes.includes(lower) ? 'true' : no.includes(lower) ? 'false' : clean
  // A number that no clock and no counter knows would pass every check of its range.
  if ((type === 'integer' || type === 'number') && clean !== '' && !Number.isFinite(Number(clean))) return 'no number'
  return names?.find(name => name.toLowerCase() === lower) ?? clean
}

/** Values that platforms put into the environment under a name that is also a setting's. */
const platformValues: Record<string, RegExp> = {
  // Kubernetes and Docker describe a service that is linked.
  PORT: /^(?:tcp|udp|sctp):\/\//i,
  // conda and some shells name the kind of machine.
  HOST: /^(?:x86_64|i\d86|aarch64|arm64|armv\w+|p(?:ower)?pc64le|s390x|riscv64)-\w+-\w+/i,
}

/** Tells whether a variable of the environment is a platform's, and no setting. */
export function isOfPlatform (key: string, value: unknown): boolean {
  return typeof value === 'string' && platformValues[key]?.test(value.trim()) === true
}

/**
 * Reads a file of settings, with or without `export`, in UTF-8 or in the UTF-16 of a Windows shell. Throws an Error that names the
 * file.
 */
export function readEnvFile (path: string): NodeJS.Dict<string> {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
  const text = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes)
  return parseEnv(text.replace(/\r\n?/g, '\n'))
}
