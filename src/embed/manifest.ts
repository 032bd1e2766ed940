// Says whether a model's files on disk are whole, without reading them through at every start.

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a file must be; what is absent is not known. */
export interface Expected {
  size?: number
  sha256?: string
}

interface FileRecord {
  size: number
  sha256: string
  /** Modification time when it was last hashed, ms since 1970, whole. */
  mtime: number
}

export interface Manifest {
  /** Where the files came from. */
  source: string
  /** Every file of the model, by its path in the repository. */
  files: Record<string, FileRecord>
}

export interface Checked {
  /** The files that are there and as they should be. */
  good: Map<string, FileRecord>
  /** A sentence for each that is not. */
  problems: string[]
}

/** The manifest of a model at one dtype, or null when there is none or it cannot be read as one. */
export async function readManifest (dir: string, dtype: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(manifestPath(dir, dtype), 'utf8'))
    return typeof manifest?.files === 'object' && manifest.files !== null ? manifest : null
  } catch {
    // Missing, cut short or of somebody else: the files are then hashed, and it is written anew.
    return null
  }
}

/** Writes the manifest. A directory that cannot be written to is no error: the next start then hashes again. */
export async function writeManifest (dir: string, dtype: string, manifest: Manifest): Promise<void> {
  const path = manifestPath(dir, dtype)
  const temporary = `${path}.${randomUUID()}.part`
  try {
    await writeFile(temporary, JSON.stringify(manifest, null, 2))
    await rename(temporary, path)
  } catch {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/**
 * Checks files against what is expected of them. One whose size and modification time are those of its record is
 * taken for unchanged; any other is hashed.
 */
export async function checkFiles (
  dir: string, expected: Map<string, Expected>, records: Manifest['files'] = {}, signal?: AbortSignal
): Promise<Checked> {
  const good = new Map<string, FileRecord>()
  const problems: string[] = []
  for (const [file, wanted] of expected) {
    const path = join(dir, file)
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) {
      problems.push(`${file} is missing`)
      continue
    }
    if (found.size === 0 || (wanted.size !== undefined && found.size !== wanted.size)) {
      problems.push(`${file} has ${found.size} bytes${wanted.size === undefined ? '' : ` instead of ${wanted.size}`}`)
      continue
    }
    const mtime = Math.floor(found.mtimeMs)
    const record = Object.hasOwn(records, file) ? records[file] : undefined
    const unchanged = record && record.size === found.size && record.mtime === mtime
    const sha256 = unchanged ? record.sha256 : await sha256Of(path, signal)
    if (wanted.sha256 && wanted.sha256 !== sha256) problems.push(`${file} has another sha256 than it should`)
    else good.set(file, { size: found.size, sha256, mtime })
  }
  return { good, problems }
}

async function sha256Of (path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted()
    hash.update(chunk)
  }
  return hash.digest('hex')
}

function manifestPath (dir: string, dtype: string): string {
  return join(dir, `causerie-${dtype}.json`)
}
