// The thread that owns every company's SQLite file: nothing here runs on the event loop of the service.
import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { CodedError } from '../errors.ts'
import * as profiles from '../prompts/sqlite-profiles.ts'
import * as searching from '../search/sqlite-search.ts'
import * as writing from '../search/sqlite-write.ts'
import { mapped, openCompanyFile, type CompanyFile } from './file.ts'

const { dir, openFiles } = workerData as { dir: string, openFiles: number }

const files = new LRUCache<string, CompanyFile>({ max: openFiles, dispose: file => file.close() })

/** What the main thread may ask for: each gets the open file (null when the company has none) and one argument. */
const tasks = { ...profiles.tasks, ...searching.tasks, ...writing.tasks }
export type Tasks = typeof tasks

/** Tasks that make the company's file when there is none. */
const creating: ReadonlySet<string> = new Set<keyof Tasks>(['putProfile', 'putDocuments'])

export interface Job { task: keyof Tasks, company: string, argument: unknown }
/** An error class does not survive the way between threads; its code does. */
export type Outcome = { value: unknown } | { code: CodedError['code'], detail: string }

export default function run ({ task, company, argument }: Job): Outcome {
  try {
    const file = open(company, creating.has(task))
    const work = tasks[task] as (file: CompanyFile | null, argument: unknown) => unknown
    return { value: mapped(() => work(file, argument)) }
  } catch (error) {
    // A damaged file is not kept open: it may be replaced while the service runs.
    files.delete(company)
    if (error instanceof CodedError) return { code: error.code, detail: String((error.cause as Error)?.message ?? '') }
    throw error
  }
}

function open (company: string, create: boolean): CompanyFile | null {
  const found = files.get(company)
  if (found) return found
  const file = openCompanyFile(join(dir, `${company}.sqlite`), create)
  if (file) files.set(company, file)
  return file
}

process.once('exit', () => files.clear())
