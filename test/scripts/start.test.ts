// What npm start says to words behind it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { childEnvironment } from '../fixtures/child-environment.ts'

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))
const env = { ...childEnvironment, PORT: '0' }
const run = (...given: string[]) => spawnSync(process.execPath, [script, ...given], { encoding: 'utf8', env })

for (const help of ['--help', '-h', 'help']) {
  t.test(`${help} tells the settings to know first`, async t => {
    const { status, stdout, stderr } = run(help)
    t.same([status, stderr], [0, ''])
    for (const part of ['npm start', 'PORT', 'LLM_URL', '.env.example', 'npx causerie --help']) t.ok(stdout.includes(part), part)
    for (const line of stdout.split('\n')) t.ok(line.length <= 110, line)
  })
}

const settings = { 'PORT=18080': ['--port', '18080'], 'DATA_DIR=/srv/a=b': ['--data-dir=/srv/a=b'], 'HOST=…': ['--host'] }
for (const [setting, given] of Object.entries(settings)) {
  t.test(`${given.join(' ')} is refused with the setting that does it`, async t => {
    const { status, stdout, stderr } = run(...given)
    t.same([status, stdout], [1, ''])
    t.ok(stderr.endsWith(`Settings are variables of the environment: ${setting} npm start\n`), stderr)
  })
}

for (const word of ['serve', '-p', '--', '']) {
  t.test(`"${word}" is refused`, async t => {
    const { status, stdout, stderr } = run(word)
    t.same([status, stdout], [1, ''])
    t.equal(stderr, `causerie: "${word}" is not understood. The command takes no words: see npm start -- --help\n`)
  })
}
