// Decides which test files run, and which of them share a process.
import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Starting Node, tap and the modules under test costs a second of CPU per process, so neighbours share one.
 * More files per process would save little, and two cores would no longer end at the same time.
 */
const filesPerProcess = 8

/** How much of a test file takes a second, about; for files that have not run yet. */
const bytesPerSecond = 4000

const isLong = (file: string) => file.endsWith('.long.test.ts')

/**
 * Lists test files relative to the project's folder, in order.
 * @param names files or folders; when empty, every test file of the short or of the long run
 * @throws Error when one of them has no test
 */
export function listFiles (names: string[], long: boolean): string[] {
  const all = globSync('test/**/*.test.ts', { cwd: root }).sort()
  if (names.length === 0) return all.filter(file => long ? isLong(file) || hasProperties(file) : !isLong(file))
  const chosen = names.map(name => {
    const path = relative(root, resolve(name))
    const found = all.filter(file => file === path || file.startsWith(`${path}/`))
    if (found.length === 0) throw new Error(`There is no test in "${name}".`)
    return found
  })
  return [...new Set(chosen.flat())].sort()
}

/** The long run repeats property tests with more cases, be they in the file itself or in a contract that it runs. */
function hasProperties (file: string): boolean {
  const text = readFileSync(join(root, file), 'utf8')
  const contracts = text.matchAll(/from '([./]+\/contracts\/[\w-]+\.ts)'/g).map(([, path]) => resolve(root, dirname(file), path!))
  return [text, ...contracts.map(path => readFileSync(path, 'utf8'))].some(text => text.includes('/fixtures/property.ts\''))
}

/**
 * Puts files of one folder into one process; the most expensive groups come first, so that no long one starts last.
 * @param costs seconds that files took the last time; see costs.ts
 */
export function groupFiles (files: string[], costs: ReadonlyMap<string, number> = new Map()): string[][] {
  // A long test measures or kills its process.
  const folders = Map.groupBy(files, file => isLong(file) ? file : dirname(file))
  const groups = [...folders.values()].flatMap(neighbours => {
    const count = Math.ceil(neighbours.length / filesPerProcess)
    const size = Math.ceil(neighbours.length / count)
    return Array.from({ length: count }, (_, n) => neighbours.slice(n * size, (n + 1) * size))
  })
  const cost = (file: string) => costs.get(file) ?? statSync(join(root, file)).size / bytesPerSecond
  const sum = (group: string[]) => group.reduce((sum, file) => sum + cost(file), 0)
  return groups.map(group => ({ group, cost: sum(group) })).sort((a, b) => b.cost - a.cost).map(({ group }) => group)
}
