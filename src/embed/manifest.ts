// Checks whether a model's files on disk are complete, without reading all of them at every start.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../async/replace-file.ts'

/** The required size and hash of a file; an absent property is unknown. */
export interface Expected {
  size?: number
  sha256?: string
}

interface FileRecord {
  size: number
  sha256: string
  /** Modification time when the file was last hashed, in whole ms since 1970. */
  mtime: number
}

export interface Manifest {
  /** The source of the files. */
  source: string
  /** Every file of the model, by its path in the repository. */
  files: Record<string, FileRecord>
}

export interface CheckedFiles {
  /** The files that are present and as expected. */
  good: Map<string, FileRecord>
  /** One sentence for each file that is not. */
  problems: string[]
}

/** Reads the manifest of a model at one dtype; returns null when it is missing or unreadable. */
export async function readManifest (dir: string, dtype: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(manifestPath(dir, dtype), 'utf8'))
    return typeof manifest?.files === 'object' && manifest.files !== null ? manifest : null
  } catch {
    // Missing, cut short or written by another program: the files are then hashed, and the manifest is written again.
    return null
  }
}

/** Writes the manifest. A read-only directory is no error: the next start then hashes the files again. */
export async function writeManifest (dir: string, dtype: string, manifest: Manifest): Promise<void> {
  await replaceFile(manifestPath(dir, dtype), JSON.stringify(manifest, null, 2)).catch(() => {})
}

/**
 * Checks files against their expected sizes and hashes. A file whose size and modification time match its record
 * counts as unchanged; any other file is hashed.
 */
export async function checkFiles (
  dir: string, expected: Map<string, Expected>, records: Manifest['files'] = {}, signal?: AbortSignal
): Promise<CheckedFiles> {
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
    const isUnchanged = record && record.size === found.size && record.mtime === mtime
    const sha256 = isUnchanged ? record.sha256 : await sha256Of(path, signal)
    if (wanted.sha256 && wanted.sha256 !== sha256) problems.push(`${file} has the wrong sha256`)
    else good.set(file, { size: found.size, sha256, mtime })
  }
  return { good, problems }
}

/** Returns the sha256 of a file, in hex. */
export async function sha256Of (path: string, signal?: AbortSignal): Promise<string> {
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
