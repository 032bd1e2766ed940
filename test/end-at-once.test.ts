// Ending the process at once, with its code.
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { childEnvironment } from './fixtures/child-environment.ts'

const end = `import { endAtOnce } from '${new URL('../src/end-at-once.ts', import.meta.url)}'; endAtOnce(3)`

for (const [how, options] of [['as usual', []], ['where no program may be started', ['--permission', '--allow-fs-read=*']]] as const) {
  t.test(`ends with the code, ${how}`, async t => {
    const { status, stderr } = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', end], {
      env: childEnvironment, encoding: 'utf8',
    })
    t.equal(status, 3, stderr)
  })
}
