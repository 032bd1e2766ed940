// Modules without their types, as the service is started with them: they are used in every thread, and only when they are up to date.
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { temporaryFolder } from '../helper.ts'

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url))
const main = `import { Worker, isMainThread } from 'node:worker_threads'
import { same } from './same.ts'
import { changed } from './changed.ts'
import { cut } from './cut.ts'
const where: string = isMainThread ? 'main' : 'thread'
process.stdout.write(\`\${where}: \${same}, \${changed}, \${cut}; \`)
if (isMainThread) new Worker(new URL(import.meta.url))
`

t.test('are read instead of the modules, in threads too, while those are the same', async t => {
  const dir = await temporaryFolder(t)
  const source = (name: string) => join(dir, `src/${name}.ts`)
  const plain = (name: string) => join(dir, `node_modules/.cache/plain/src/${name}.ts.js`)
  await mkdir(join(dir, 'src'))
  for (const name of ['plain-code.mjs', 'write-plain-code.mjs']) await cp(join(scripts, name), join(dir, 'scripts', name))
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  await writeFile(source('main'), main)
  for (const name of ['same', 'changed', 'cut']) await writeFile(source(name), `export const ${name}: string = "first →"\n`)
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: dir, encoding: 'utf8' })
  const start = () => run('--import', './scripts/plain-code.mjs', source('main'))
  const write = () => run('scripts/write-plain-code.mjs')

  t.equal(start(), 'main: first →, first →, first →; thread: first →, first →, first →; ', 'nothing is written: Node reads the modules')
  write()
  t.match(await readFile(plain('same'), 'utf8'), /^export const same {9}= "first →"\n/, 'types are blanks')
  for (const name of ['same', 'changed', 'cut']) {
    await writeFile(plain(name), (await readFile(plain(name), 'utf8')).replace('first', 'plain'))
  }
  // Of the same length.
  await writeFile(source('changed'), 'export const changed: string = "other →"\n')
  await writeFile(plain('cut'), (await readFile(plain('cut'), 'utf8')).slice(0, -1))
  t.equal(start(), 'main: plain →, other →, first →; thread: plain →, other →, first →; ')
  write()
  t.match(await readFile(plain('same'), 'utf8'), 'plain', 'what is up to date is not written again')
  t.match(await readFile(plain('changed'), 'utf8'), 'other')
  t.match(await readFile(plain('cut'), 'utf8'), 'first')
})
