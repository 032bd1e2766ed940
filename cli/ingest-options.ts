// The options of `causerie ingest`.
import type { IndexOptions } from './action.ts'

export interface IngestOptions extends IndexOptions {
  name?: string
  namePrefix: string
  exclude: string[]
  dryRun?: true
  show?: true
  json?: true
  concurrency: number
  pin?: true
  access: string[]
}
