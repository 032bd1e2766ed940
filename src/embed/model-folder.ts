// The folder of one model variant on disk: checks its files, and moves fetched ones into place.

import { mkdir, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { checkFiles, readManifest, writeManifest } from './manifest.ts'
import type { Expected, Manifest } from './manifest.ts'
import { neededFiles } from './model-files.ts'
import type { ModelVariant } from './model-variants.ts'

export interface ModelFolder {
  dir: string
  variant: ModelVariant
  /** Lists the problems of the files, one sentence each, and updates the manifest when there are none. */
  check (signal?: AbortSignal): Promise<string[]>
  /** Lists the files to fetch. On a recheck these include every file of unknown size and hash. */
  missingFiles (wanted: Map<string, Expected>, signal?: AbortSignal): Promise<string[]>
  /** Moves a file of `incoming` into place. */
  install (incoming: string, file: string): Promise<void>
  /** Records all files as good and fetched from `source`. Throws when one is not. */
  complete (wanted: Map<string, Expected>, source: string, signal?: AbortSignal): Promise<void>
}

/** @param recheck distrusts the manifest and the files on disk */
export async function openModelFolder (modelsDir: string, variant: ModelVariant, recheck: boolean): Promise<ModelFolder> {
  const { repository, dtype, pinned } = variant
  const dir = resolve(modelsDir, repository)
  const manifest = await readManifest(dir, dtype)
  const records = recheck ? {} : manifest?.files ?? {}

  return {
    dir,
    variant,

    async check (signal) {
      const needed = pinned ?? await neededFiles(dir, dtype)
      const expected = mergeExpected(new Map(Object.entries(manifest?.files ?? {})), needed)
      const { good, problems } = await checkFiles(dir, expected, records, signal)
      const files = Object.fromEntries(good)
      if (problems.length === 0 && !sameFiles(files, records)) {
        await writeManifest(dir, dtype, { source: manifest?.source ?? 'disk', files })
      }
      return problems
    },

    async missingFiles (wanted, signal) {
      const known = new Map(Object.entries(records).filter(([file]) => wanted.has(file)))
      const { good } = await checkFiles(dir, mergeExpected(known, wanted), records, signal)
      return [...wanted].filter(([file, { size, sha256 }]) => !good.has(file) || (recheck && !size && !sha256))
        .map(([file]) => file)
    },

    async install (incoming, file) {
      await mkdir(dirname(join(dir, file)), { recursive: true })
      await rename(join(incoming, file), join(dir, file))
    },

    async complete (wanted, source, signal) {
      await writeManifest(dir, dtype, { source, files: await verifyFiles(dir, wanted, signal) })
    }
  }
}

/** Returns the records of files that are all as expected. Throws when one is not. */
export async function verifyFiles (dir: string, wanted: Map<string, Expected>, signal?: AbortSignal): Promise<Manifest['files']> {
  const { good, problems } = await checkFiles(dir, wanted, {}, signal)
  if (problems.length > 0) throw new Error(problems.join(', '))
  return Object.fromEntries(good)
}

/** Merges what two maps expect of each file; where both know something, the second one counts. */
function mergeExpected (first: Map<string, Expected>, second: Map<string, Expected>): Map<string, Expected> {
  const all = new Map<string, Expected>()
  for (const [file, expected] of [...first, ...second]) all.set(file, { ...all.get(file), ...withoutUnknown(expected) })
  return all
}

function withoutUnknown ({ size, sha256 }: Expected): Expected {
  return { ...(size !== undefined && { size }), ...(sha256 !== undefined && { sha256 }) }
}

function sameFiles (one: Manifest['files'], other: Manifest['files']): boolean {
  const flat = (files: Manifest['files']) => JSON.stringify(Object.entries(files)
    .map(([file, { size, sha256, mtime }]) => [file, size, sha256, mtime]).sort())
  return flat(one) === flat(other)
}
