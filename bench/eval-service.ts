// Starts a service of its own, and runs `causerie eval` against it.
import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CommandIo } from '../cli/command-io.ts'
import { evalCommand } from '../cli/eval.ts'
import type { WrittenProfile } from '../src/profiles/profile.ts'
import { isObject } from '../src/plain-object.ts'
import type { EvalSet } from './measures.ts'
import { startChild, type Child } from './processes.ts'
import { settings } from './stack.ts'

/** Settings of the environment that the service takes over. */
const taken = /^(EMBEDDING_MODELS|LLM_(URL|MODEL|KEY|API)|MEILI_(URL|KEY|KEY_UID))$/

/** Starts a service with the companies of a folder, whose documents have their vectors. It searches, and answers, as customers see it. */
export async function startService (
  { dataDir, companies, execArgv = [] }: { dataDir: string, companies: string, execArgv?: string[] }
): Promise<Child> {
  const { LLM_URL, LLM_MODEL, ...own } = settings(dataDir, '') as Record<string, unknown>
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => taken.test(name)))
  return startChild('server.ts', { ...own, SAMPLES_DIR: companies, ...environment }, execArgv)
}

/** Writes a company as the samples are written. */
export async function writeCompany (dir: string, profile: WrittenProfile, documents: Record<string, object[]>): Promise<void> {
  await mkdir(join(dir, profile.id), { recursive: true })
  await writeFile(join(dir, profile.id, 'company.json'), JSON.stringify(profile))
  for (const [index, list] of Object.entries(documents)) await writeFile(join(dir, profile.id, `${index}.json`), JSON.stringify(list))
}

/** Runs the command in this process. Returns its exit code and, with `isQuiet`, what it would have printed. */
export async function runEval (args: string[], { isQuiet = false } = {}): Promise<{ code: number, out: string }> {
  const written: Buffer[] = []
  const stdout = isQuiet ? new PassThrough().on('data', part => written.push(part)) : process.stdout
  const { stdin, stderr, exit, env } = process
  const [once, off] = [process.once.bind(process), process.off.bind(process)]
  const io = { stdin, stdout, stderr, env, exit, once, off, exitCode: undefined as number | undefined }
  await evalCommand(io as unknown as CommandIo).parseAsync(args, { from: 'user' })
  return { code: io.exitCode ?? 1, out: Buffer.concat(written).toString() }
}

/**
 * Measures sets on the sample companies, and those that bring their documents each on a company of its own.
 * Returns the highest exit code.
 * @param options of `causerie eval`
 */
export async function evaluateSets (files: readonly string[], options: readonly string[]): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-eval-'))
  const companies = join(dir, 'companies')
  let server: Child | undefined
  try {
    cpSync(fileURLToPath(new URL('../data', import.meta.url)), companies, { recursive: true })
    const sets: string[][] = []
    for (const file of files) sets.push(await prepare(file, dir, companies))
    server = await startService({ dataDir: join(dir, 'data'), companies })
    let worst = 0
    for (const set of sets) {
      const { code } = await runEval([...set, '--url', `http://127.0.0.1:${server.port}`, '--no-save', ...options])
      worst = Math.max(worst, code)
    }
    return worst
  } finally {
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Returns the command's arguments for a set. */
async function prepare (file: string, dir: string, companies: string): Promise<string[]> {
  const set = file.endsWith('.json') ? JSON.parse(await readFile(file, 'utf8')) as unknown : null
  if (!isObject(set) || !Array.isArray(set.docs)) return [file]
  const id = companyOf(file)
  const { profile, documents, questions } = companyOfSet(id, set as unknown as EvalSet)
  await writeCompany(companies, profile, { documents })
  const path = join(dir, basename(file))
  await writeFile(path, JSON.stringify(questions))
  return [path, '--company', id]
}

/** Returns the company that a set with documents is asked of. */
export function companyOf (file: string): string {
  return basename(file, '.json').replace(/[^A-Za-z0-9]+/g, '-')
}

/** Makes a company of the documents of a set, and questions that `causerie eval` reads. */
export function companyOfSet (id: string, { name, lang, docs, queries }: EvalSet) {
  const profile: WrittenProfile = { id, name, language: lang, indexes: { documents: { title: 'title', text: ['text'] } } }
  return {
    profile,
    documents: docs.map(({ title = '', text }, i) => ({ id: String(i), title, text })),
    questions: queries.map(({ q, rel, answers = [] }) => ({ question: q, answers, sources: rel.map(n => `documents/${n}`) })),
  }
}
