// Remembers how long each test file took, so that the next run starts with the longest.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './plan.ts'

const path = join(root, 'node_modules/.cache/tests.json')

/** Returns the seconds of each file that has run; none when nothing is remembered. */
export function readCosts (): Map<string, number> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>))
  } catch {
    return new Map()
  }
}

export function writeCosts (costs: ReadonlyMap<string, number>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(Object.fromEntries(costs)))
}
