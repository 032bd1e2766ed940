// Runs the tests: neighbouring files in one process, several processes at a time, a line per file, failures in full.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { readCosts, writeCosts } from './costs.ts'
import { cpuSeconds } from './cpu.ts'
import { groupFiles, listFiles } from './plan.ts'
import { runFiles } from './process.ts'
import { describeFile, type FileResult } from './report.ts'

const usage = `Usage: node test/runner/main.ts [options] [files or folders…]

Without names it runs every test file except those called *.long.test.ts.

  --long          runs those called *.long.test.ts, and the property tests with many more cases
  --minutes <n>   starts no further file after so many minutes
  --jobs <n>      processes at a time (default: one per core, in the short run one more)
  --help`

/** How many times the cases of a property test are tried in the long run, see test/fixtures/property.ts. */
const longPropertyRuns = '3'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false }, minutes: { type: 'string' }, jobs: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) {
  console.log(usage)
  process.exit()
}

const begun = performance.now()
const deadline = values.minutes === undefined ? Infinity : begun + Number(values.minutes) * 60_000
const env: Record<string, string> = values.long ? { PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? longPropertyRuns } : {}
const results: FileResult[] = []
const late: string[] = []

// Many tests wait for a process or a time-out, and a core would wait with them. Long tests load the machine by themselves.
const jobs = Number(values.jobs ?? availableParallelism() + (values.long ? 0 : 1))
const limit = pLimit(jobs)
const costs = readCosts()
await Promise.all(groupFiles(listFiles(positionals, values.long), costs).map(files => limit(async () => {
  if (performance.now() > deadline) late.push(...files)
  else await runFiles(files, env, report)
})))
if (!values.long) writeCosts(costs)
summarize()

function report (result: FileResult): void {
  results.push(result)
  costs.set(result.file, result.seconds)
  console.log(describeFile(result))
}

function summarize (): void {
  const sum = (count: (result: FileResult) => number) => results.reduce((total, result) => total + count(result), 0)
  const failed = results.filter(({ ok }) => !ok)
  const skipped = sum(({ skipped }) => skipped.length)
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  const ending = skipped > 0 ? `, ${skipped} tests skipped` : ''
  console.log(`\n${results.length} files, ${seconds} s (${cpuSeconds().toFixed(0)} of CPU)${ending}`)
  for (const file of late) console.log(`not run, the time was up: ${file}`)
  for (const file of new Set(failed.map(({ file }) => file))) console.log(`failed: node test/runner/main.ts ${file}`)
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`)
  process.exitCode = failed.length > 0 ? 1 : 0
}
