// `causerie meili load`: loads documents from files, or of the sample companies, into Meilisearch.
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { embedderSettings, loadConfig } from '../../src/config.ts'
import { configuredProxy } from '../proxy.ts'
import { createEmbedder } from '../../src/embed/create.ts'
import type { Embedder } from '../../src/embed/embedder.ts'
import { createMeilisearchAdmin } from '../../src/backends/meilisearch/admin.ts'
import { createMeilisearchClient } from '../../src/backends/meilisearch/client.ts'
import { createMeilisearchLoader, type LoadProgress, type LoadResult, type SourceItem } from '../../src/backends/meilisearch/write/load.ts'
import { indexKindPattern } from '../../src/ids.ts'
import { parseProfile } from '../../src/profiles/profile.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { openSource, type Source } from './files.ts'
import { createProgress } from '../progress.ts'
import { UsageError, type CommandIo } from '../command-io.ts'

export interface LoadOptions {
  company?: string
  index?: string
  profile?: string
  samples?: string | true
  vectors: boolean
  prune?: true
  dryRun?: true
  json?: true
}

interface Job { company: CompanyProfile, kind: string, paths: string[] }

const shownReasons = 5
const connectionsOfLoader = 4
/** A wait long enough to explain to the user. */
const worthSayingMs = 1000

/** Creates the embedder from the settings; the caller must close it. */
export function openEmbedder (env: NodeJS.ProcessEnv): Embedder {
  const config = loadConfig(env)
  return createEmbedder({
    ...embedderSettings(config),
    cacheMax: 0,
  })
}

/** Loads the documents. @returns the exit code: 1 when something was rejected. Throws UsageError and the loader's errors. */
export async function load ({ io, url, apiKey, paths, options, embedderOf, signal }: {
  io: CommandIo
  url: string
  apiKey: string
  paths: string[]
  options: LoadOptions
  embedderOf: typeof openEmbedder
  signal: AbortSignal
}): Promise<number> {
  const jobs = await jobsOf(paths, options, io.env)
  const embedder = options.vectors ? embedderOf(io.env) : null
  const client = createMeilisearchClient({ url, proxy: configuredProxy(io.env), connections: connectionsOfLoader })
  let rejected = 0
  try {
    const admin = createMeilisearchAdmin({
      client,
      apiKey,
      onRetry (reason, waitMs) {
        if (waitMs >= worthSayingMs) {
          io.stderr.write(`${io.stderr.isTTY ? '\r\x1b[K' : ''}${reason}; retrying in ${Math.round(waitMs / 1000)} s\n`)
        }
      },
    })
    const loader = createMeilisearchLoader({ admin, embedder, models: embedderSettings(loadConfig(io.env)).models })
    for (const { company, kind, paths } of jobs) {
      const sources = await openSources(paths, io, signal)
      const progress = createProgress({ output: io.stderr, label: `${company.id} ${kind}`, total: sources.total, unit: 'documents' })
      const began = performance.now()
      let last: LoadProgress = { sent: 0, unchanged: 0, rejected: 0, pruned: 0 }
      try {
        const result = await loader.load({
          company, kind, documents: sources.items, prune: options.prune ?? false, dryRun: options.dryRun ?? false, signal,
          onProgress (now) {
            last = { ...now }
            progress.update(now.sent + now.unchanged + now.rejected, now.rejected > 0 ? `${now.rejected} rejected` : '')
          },
        })
        progress.end()
        rejected += result.rejected
        report(io, result, (performance.now() - began) / 1000, options)
      } catch (error) {
        progress.end()
        io.stderr.write(
          `${company.id} ${kind}: stopped after ${last.sent} sent, ${last.unchanged} unchanged, ${last.rejected} rejected\n`
        )
        throw error
      }
    }
  } finally {
    await client.close()
    await embedder?.close()
  }
  return rejected > 0 ? 1 : 0
}

function report ({ stdout, stderr }: CommandIo, result: LoadResult, seconds: number, { json, dryRun }: LoadOptions): void {
  const { uid, sent, unchanged, rejected, pruned, vectors, reasons, pruneSkipped } = result
  if (json) {
    stdout.write(`${JSON.stringify({ ...result, dryRun: dryRun ?? false, seconds: Number(seconds.toFixed(2)) })}\n`)
  } else {
    const counts = [
      `${sent} ${dryRun ? 'to send' : 'sent'}${vectors > 0 ? ` with ${vectors} vectors` : ''}`,
      `${unchanged} unchanged`,
      `${rejected} rejected`,
    ]
    if (pruned > 0) counts.push(`${pruned} ${dryRun ? 'to delete' : 'deleted'}`)
    const rate = ((sent + unchanged) / Math.max(seconds, 0.001)).toFixed(0)
    stdout.write(`${uid}: ${counts.join(', ')} in ${seconds.toFixed(1)} s (${rate} documents/s)\n`)
  }
  for (const { at, id, code, message } of reasons.slice(0, shownReasons)) {
    stderr.write(`  ${at}${id === '' ? '' : ` "${id}"`}: ${message} (${code})\n`)
  }
  if (rejected > shownReasons) stderr.write(`  … and ${rejected - shownReasons} more\n`)
  if (pruneSkipped) stderr.write(`  nothing was deleted: ${rejected > 0 ? 'some documents were rejected' : 'there were no documents'}\n`)
}

async function jobsOf (
  paths: string[],
  { company: id, index: kind, profile, samples }: LoadOptions,
  env: NodeJS.ProcessEnv
): Promise<Job[]> {
  if (samples !== undefined) {
    if (paths.length > 0) throw new UsageError('Give either files or --samples, not both.')
    return sampleJobs(samples === true ? loadConfig(env).SAMPLES_DIR : samples)
  }
  if (paths.length === 0) throw new UsageError('No files given. Use - for standard input, or --samples for the sample companies.')
  const company = profile === undefined ? undefined : await readProfile(profile)
  if (kind === undefined || !new RegExp(indexKindPattern).test(kind)) {
    throw new UsageError('No index given. Use --index, for example --index products.')
  }
  if (company) {
    if (id !== undefined && id !== company.id) throw new UsageError(`The profile belongs to ${company.id}, not to ${id}.`)
    if (!Object.hasOwn(company.indexes, kind)) {
      throw new UsageError(`The profile has no index ${kind}. It has: ${Object.keys(company.indexes).join(', ')}.`)
    }
    return [{ company, kind, paths }]
  }
  if (id === undefined) throw new UsageError('No company given. Use --company ID, or --profile FILE.')
  return [{ company: parseProfile({ id, name: id, language: 'und', indexes: { [kind]: {} } }), kind, paths }]
}

async function sampleJobs (dir: string): Promise<Job[]> {
  if (dir === '') throw new UsageError('SAMPLES_DIR is empty. Give --samples a folder.')
  const folders = (await readdir(dir).catch(error => { throw new UsageError(`${dir}: ${error.code}`, { cause: error }) }))
    .map(name => join(dir, name)).filter(folder => existsSync(join(folder, 'company.json'))).sort()
  if (folders.length === 0) throw new UsageError(`${dir} contains no company, that is, no folder with a company.json.`)
  const companies = await Promise.all(folders.map(async folder => ({ folder, company: await readProfile(join(folder, 'company.json')) })))
  return companies.flatMap(({ folder, company }) =>
    Object.keys(company.indexes).map(kind => ({ company, kind, paths: [join(folder, `${kind}.json`)] }))
  )
}

async function readProfile (path: string): Promise<CompanyProfile> {
  try {
    return parseProfile(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** Joins several files into one; the total is known when every file's total is. */
async function openSources (paths: string[], { stdin }: CommandIo, signal: AbortSignal): Promise<Source> {
  const sources: Source[] = []
  for (const path of paths) sources.push(await openSource(path, stdin, signal))
  async function * items (): AsyncGenerator<SourceItem> {
    for (const { items } of sources) yield * items
  }
  const total = sources.reduce<number | null>((sum, { total }) => sum === null || total === null ? null : sum + total, 0)
  return { total, items: items() }
}
