// The documentation is true where a test can tell: errors, settings, links, commands.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ConfigSchema } from '../src/config-schema.ts'
import { coded, errorEvent, type CodedError } from '../src/errors.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = [...globSync('*.md', { cwd: root }), ...globSync('{docs,bench,test,data}/**/*.md', { cwd: root })]

t.test('docs/errors.md has every error code with its status and message', async t => {
  const codes = [...read('src/errors.ts').matchAll(/^ {2}([A-Z_]+): \{\s+status: \d+/gm)].map(([, code]) => code as CodedError['code'])
  t.ok(codes.length > 40)
  const rows = codes.map(code => {
    const { status, retryable, message } = errorEvent(coded(code))
    return `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${message} |`
  })
  const table = read('docs/errors.md').split('\n').filter(line => line.startsWith('| `'))
  t.same(rows.filter(row => !table.includes(row)), [], 'rows that the page lacks')
  t.same(table.filter(row => !rows.includes(row)), [], 'rows that are no longer true')
})

t.test('docs/settings.md names every setting, and none that does not exist', async t => {
  const settings = Object.keys(ConfigSchema.properties)
  const named = [...read('docs/settings.md').matchAll(/`([A-Z][A-Z0-9_]+(?:\*(?:_[A-Z]+)*)?)`/g)].map(([, name]) => name!)
  const matches = (pattern: string, setting: string) => new RegExp(`^${pattern.replace('*', '.*')}$`).test(setting)
  t.same(settings.filter(setting => !named.some(name => matches(name, setting))), [], 'settings that the page lacks')
  t.same(named.filter(name => !settings.some(setting => matches(name, setting))), [], 'names that are no settings')
})

t.test('the README is short, and every npm script that it names exists', async t => {
  const readme = read('README.md')
  t.ok(readme.split('\n').length <= 200)
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = [...readme.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name!).filter(name => !['start', 'test'].includes(name))
  t.same(named.filter(name => !scripts[name] && name !== 'install'), [])
})

t.test('links between pages lead somewhere, and so do their anchors', async t => {
  const slug = (heading: string) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
  const anchorsOf = (path: string) => new Set([...read(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => slug(heading!)))
  const broken: string[] = []
  for (const page of pages) {
    const text = read(page).replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      const [path, anchor] = target!.split('#') as [string, string | undefined]
      const file = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, file))) broken.push(`${page}: ${target}`)
      else if (anchor && file.endsWith('.md') && !anchorsOf(file).has(anchor)) broken.push(`${page}: ${target}`)
    }
  }
  t.same(broken, [])
})

t.test('files that the pages name exist', async t => {
  const path =
    /(?<![\w./-])((?:src|plugins|routes|cli|test|bench|scripts|deploy|supabase)\/[\w./*{},-]+\.(?:ts|mjs|md|json|sql|yaml))(?![\w-])/g
  const missing: string[] = []
  for (const page of pages.filter(page => page !== 'CHANGELOG.md')) {
    for (const [, name] of read(page).matchAll(path)) {
      if (globSync(name!, { cwd: root }).length === 0) missing.push(`${page}: ${name}`)
    }
  }
  t.same(missing, [])
})
