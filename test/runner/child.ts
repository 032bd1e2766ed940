// Runs test files one after another in this process, and sends the result of each to the process that started it.
import { resolve } from 'node:path'
import t, { type Test } from 'tap'
import { cpuSeconds } from './cpu.ts'
import { root } from './plan.ts'
import type { FileResult } from './report.ts'

// Files call `t.test` of the one root that tap has per process. Here each call lands in the subtest of its file.
const testOfRoot = t.test.bind(t)
let ofFile: Test
Object.assign(t, { test: (...given: Parameters<Test['test']>) => ofFile.test(...given) })
// The parent notices when nothing moves any more; how long a file takes depends on the machine.
t.setTimeout(0)

for (const file of process.env.TEST_FILES!.split('\n')) {
  const begun = performance.now()
  const cpu = cpuSeconds()
  const { pass, fail } = t.counts
  const failures = t.lists.fail.length
  const skips = t.lists.skip.length
  const results = await testOfRoot(file, async test => {
    ofFile = test
    await import(resolve(root, file))
    if (test.counts.total === 0 && test.idle) test.fail('There is no test in this file.')
  })
  const ok = results?.ok === true
  const result: FileResult = {
    file,
    ok,
    passed: t.counts.pass - pass,
    // A file can fail without a failed assertion, by a plan that was not met.
    failed: Math.max(t.counts.fail - fail, ok ? 0 : 1),
    seconds: (performance.now() - begun) / 1000,
    cpu: cpuSeconds() - cpu,
    failures: t.lists.fail.slice(failures).map(({ fullname, diag }) => ({ name: fullname, diag })),
    skipped: t.lists.skip.slice(skips).map(({ fullname, skip }) => ({ name: fullname, reason: String(skip) })),
  }
  process.send!(result)
}
