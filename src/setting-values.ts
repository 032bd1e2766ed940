// Reads settings as people, files and platforms write them.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseEnv } from 'node:util'

/** The part of a setting's schema that says how its value may be written. */
export interface Kind {
  type?: string
  enum?: readonly string[]
  minimum?: number
  maximum?: number
}

const yes = ['true', 'yes', 'on', '1', 'y', 't', 'enabled']
const no = ['false', 'no', 'off', '0', 'n', 'f', 'disabled']
/** Texts in which a blank and a # may be meant: secrets, headers, names and folders. In all others a comment begins there. */
const freeTexts = /(?:_KEY|_KEY_UID|_SECRET|_HEADERS|_DIR|_PREFIX|_NAME)$/

/**
 * Returns a value without what files and shells leave around it: white space, a carriage return, one pair of quotes, a comment.
 * The case of names and of true and false does not matter. Throws an Error when a quotation mark is never closed.
 */
export function cleanValue (key: string, value: unknown, { type, enum: names }: Kind): unknown {
  if (typeof value !== 'string') return value
  // systemd and Docker hand on the comments of their files.
  const trimmed = (freeTexts.test(key) ? value : value.replace(/(?:^|\s)#.*$/s, '')).trim()
  const [, , quoted] = /^(["'])((?:(?!\1).)*)\1$/s.exec(trimmed) ?? []
  if (/^(?:"[^"]*|'[^']*)$/.test(trimmed)) throw new Error(`setting ${key} begins with a quotation mark that is never closed`)
  const clean = quoted === undefined ? trimmed : quoted.trim()
  const lower = clean.toLowerCase()
  if (type === 'boolean') return yes.includes(lower) ? 'true' : no.includes(lower) ? 'false' : clean
  // A number that no clock and no counter knows would pass every check of its range.
  if ((type === 'integer' || type === 'number') && clean !== '' && !Number.isFinite(Number(clean))) return 'no number'
  return names?.find(name => name.toLowerCase() === lower) ?? clean
}

/** Returns in words which values a setting takes, to stand behind what is wrong with the one it has. */
export function allowedValues ({ type, enum: names, minimum, maximum }: Kind): string {
  if (names) return ` (${names.join(', ')})`
  if (type === 'boolean') return ' (true or false)'
  if (minimum === undefined) return ''
  const range = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum} to ${maximum}`
  return ` (${range}, digits without a unit)`
}

/** Returns a folder as it is opened: a shell replaces `~`, a file of settings does not. Throws an Error for what only a shell knows. */
export function readFolder (key: string, value: string): string {
  if (value === '~' || value.startsWith('~/')) return homedir() + value.slice(1)
  if (/^~|^[a-z]+:\/\/|\$\{?\w|%\w+%/i.test(value)) {
    throw new Error(`setting ${key} must be a path: variables, other users' ~ and addresses are not replaced, so write it out`)
  }
  return value
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
 * file, and the line of a setting (one of `keys`) that is not written with `=`.
 */
export function readEnvFile (path: string, keys: ReadonlySet<string>): NodeJS.Dict<string> {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
  const text = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes)
  const lines = text.replace(/\r\n?/g, '\n')
  const settings = parseEnv(lines)
  for (const [n, line] of lines.split('\n').entries()) {
    // The parser passes over such a line without a word.
    const [, key = ''] = /^\s*(?:export\s+)?(\w+)(?:\s*:|\s+[^\s=]|\s*$)/.exec(line) ?? []
    if (keys.has(key) && settings[key] === undefined) throw new Error(`${path}: line ${n + 1} must be ${key}=value`)
  }
  return settings
}
