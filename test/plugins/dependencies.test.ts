// Plugins declare what they depend on: each decorator that one uses is made by a plugin in its `dependencies`.
import { readFileSync, readdirSync } from 'node:fs'
import Fastify, { type FastifyPluginAsync } from 'fastify'
import t from 'tap'
import ts from 'typescript'

interface Plugin {
  file: string
  name: string
  dependencies: string[]
  /** The decorators that a plugin makes, and those that it uses. */
  makes: Set<string>
  uses: Set<string>
}

const folder = new URL('../../plugins/', import.meta.url)
const files = readdirSync(folder)
const plugins = files.map(readPlugin)
const maker = new Map(plugins.flatMap(({ name, makes }) => [...makes].map(decorator => [decorator, name])))

/** Reads a plugin's source. Any variable typed as FastifyInstance is the app. */
function readPlugin (file: string): Plugin {
  const source = ts.createSourceFile(file, readFileSync(new URL(file, folder), 'utf8'), ts.ScriptTarget.Latest, true)
  const plugin: Plugin = { file, name: '', dependencies: [], makes: new Set(), uses: new Set() }
  const isApp = (node: ts.Node) => ts.isIdentifier(node) && node.text === 'app'
  const usePattern = (pattern: ts.Node) => {
    if (!ts.isObjectBindingPattern(pattern)) return
    for (const { propertyName, name } of pattern.elements) plugin.uses.add((propertyName ?? name).getText())
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'app.decorate') {
      plugin.makes.add((node.arguments[0] as ts.StringLiteral).text)
    }
    if (ts.isPropertyAccessExpression(node) && isApp(node.expression)) plugin.uses.add(node.name.text)
    if (ts.isVariableDeclaration(node) && node.initializer && isApp(node.initializer)) usePattern(node.name)
    if (ts.isParameter(node) && node.type?.getText() === 'FastifyInstance') usePattern(node.name)
    if (ts.isCallExpression(node) && node.expression.getText() === 'fp') {
      const options = node.arguments[1] as ts.ObjectLiteralExpression
      for (const property of options.properties) {
        if (!ts.isPropertyAssignment(property)) continue
        const value = property.initializer
        if (ts.isStringLiteral(value)) plugin.name = value.text
        else if (ts.isArrayLiteralExpression(value)) plugin.dependencies = value.elements.map(element => (element as ts.StringLiteral).text)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return plugin
}

t.test('names every plugin after its file', async t => {
  for (const { file, name } of plugins) t.equal(`${name}.ts`, file)
})

t.test('finds decorators that are made and used', async t => {
  const readiness = plugins.find(({ name }) => name === 'readiness')!
  t.ok(readiness.makes.has('readiness'))
  for (const decorator of ['engine', 'store', 'isClosing', 'samplesLoaded']) t.ok(readiness.uses.has(decorator), decorator)
  t.equal(maker.get('samplesLoaded'), 'documents')
})

for (const { file, name, dependencies, uses } of plugins) {
  t.test(`${file} declares the plugins whose decorators it uses, and no others`, async t => {
    const needed = new Set([...uses].flatMap(decorator => maker.get(decorator) ?? []).filter(plugin => plugin !== name))
    // Asked for long after every plugin has been registered: the model of a language when documents are searched, whether a
    // site has an origin when a page of it calls, and what the examples at /docs fill in when that page is opened.
    const later: Record<string, string[]> = { backends: ['models'], http: ['auth'], docs: ['auth', 'profiles'] }
    const missing = [...needed].filter(plugin => !dependencies.includes(plugin) && !later[name]?.includes(plugin))
    t.same(missing, [])
    // The error handler and request.tenant are not decorators of the app.
    const others: Record<string, string[]> = { 'rate-limit': ['errors', 'auth'] }
    t.same(dependencies.filter(plugin => !needed.has(plugin) && !others[name]?.includes(plugin)), [])
  })

  if (dependencies.length > 0) {
    t.test(`${file} cannot be registered without them`, async t => {
      const { default: plugin } = await import(new URL(file, folder).href) as { default: FastifyPluginAsync }
      const app = Fastify()
      await t.rejects(async () => { await app.register(plugin) }, { code: 'FST_ERR_PLUGIN_DEPENDENCY_NOT_REGISTERED' })
      await app.close()
    })
  }
}
