// The Dockerfile, read: what it copies is all that the service needs, nothing runs as root, and no secret gets in.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const dockerfile = read('Dockerfile').replace(/\\\n/g, ' ')
const stages = dockerfile.split(/^(?=FROM )/m).filter(stage => stage.startsWith('FROM '))
const last = stages.at(-1)!
/** The paths that a stage takes from this folder. */
const copied = (stage: string) => [...stage.matchAll(/^COPY (?!--from)(.+) (\S+)$/gm)].flatMap(([, sources]) => sources!.split(' '))
const isIn = (path: string, all: readonly string[]) => all.some(one => path === one || path.startsWith(`${one}/`))

t.test('has everything in it that the service and its command import', async t => {
  const paths = copied(last)
  const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const packages = new Set([...Object.keys(dependencies!), ...Object.keys(optionalDependencies!)])
  const files = paths.flatMap(path => path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`, { cwd: root }))
  t.ok(files.length > 300)
  const missing: string[] = []
  let counted = 0
  for (const file of files) {
    const text = read(file)
    const imports = [
      ...text.matchAll(/^(?:import|export) (?!type )[^'\n;]*?(?:\{[^}]*\} )?from '([^']+)'/gm), ...text.matchAll(/^import '([^']+)'/gm),
      ...text.matchAll(/\bimport\('([^']+)'\)/g), ...text.matchAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g),
    ].map(([, name]) => name!)
    counted += imports.length
    for (const name of imports) {
      if (name.startsWith('node:')) continue
      const path = posix.join(posix.dirname(file), name).replace(/\/$/, '')
      const isThere = name.startsWith('.')
        ? ['.', 'web/dist'].includes(path) || isIn(path, ['web/dist', ...paths])
        : packages.has(name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'))
      if (!isThere) missing.push(`${file}: ${name}`)
    }
  }
  t.same(missing, [])
  t.ok(counted > 1000)
})

t.test('copies only what exists, and what is not kept out', async t => {
  const allowed = read('.dockerignore').split('\n').filter(line => line.startsWith('!')).map(line => line.slice(1))
  t.match(read('.dockerignore'), /^\*$/m, 'everything else stays out: .env, var, tests')
  for (const path of stages.flatMap(copied)) {
    t.ok(existsSync(join(root, path)), path)
    t.ok(isIn(path, allowed) || allowed.some(one => dirname(one) === path), `${path} is not in .dockerignore`)
  }
})

t.test('is built from images of one version, whose Node is the one of the tests', async t => {
  const bases = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map(([, image]) => image!)
  t.equal(new Set(bases).size, 1)
  t.match(bases[0], /^node:\d+\.\d+\.\d+-slim$/)
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> }
  t.equal(bases[0], `node:${packages['node_modules/node']!.version}-slim`)
})

t.test('runs as a user without rights, says whether it can answer, and knows no secret', async t => {
  t.match(last, /^USER node$/m)
  t.ok(last.indexOf('\nUSER node') > last.lastIndexOf('\nCOPY'), 'what was copied belongs to root')
  t.match(last, /^HEALTHCHECK .*\/ready/m)
  t.match(last, /PRINT_FIRST_KEY=false/)
  t.notMatch(dockerfile, /^(ARG|ENV) .*(SECRET|TOKEN|PASSWORD|API_KEY)/m)
  t.equal(/^CMD (.+)$/m.exec(last)![1], JSON.stringify(JSON.parse(read('package.json')).scripts.start.split(' ')).replaceAll(',', ', '))
})
