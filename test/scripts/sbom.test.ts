// The bill of materials: valid CycloneDX, with everything that is delivered and nothing else.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { Compile } from 'typebox/schema'
import { deliveredPackages } from '../../scripts/packages.ts'
import { makeBom } from '../../scripts/sbom.ts'

const bom = await makeBom()
const schemas = new URL('../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url)
const readSchema = async (name: string) => JSON.parse(await readFile(new URL(name, schemas), 'utf8')) as object

t.test('is valid by the schema of CycloneDX, whose licences are those of SPDX', async t => {
  const named = async (name: string) => [name, await readSchema(name)] as const
  const parts = await Promise.all(['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'].map(named))
  const schema = Compile(Object.fromEntries(parts), await readSchema('bom-1.5.SNAPSHOT.schema.json'))
  t.same(schema.Errors(bom), [true, []])
  t.notOk(schema.Check({ ...bom, components: [{ type: 'library', name: 'some', licenses: [{ license: { id: 'Mine' } }] }] }))
})

t.test('has what is delivered, and nothing that is for development', async t => {
  t.match(bom, { bomFormat: 'CycloneDX', metadata: { component: { type: 'application', name: 'causerie' } } })
  const libraries = bom.components.filter(({ type }) => type === 'library')
  const expected = new Set((await deliveredPackages()).map(({ name, version }) => `${name}@${version}`))
  t.same(new Set(libraries.map(({ name, version }) => `${name}@${version}`)), expected)
  for (const { name, hashes, purl, licenses } of libraries as any[]) {
    t.ok(hashes?.[0]?.content && purl && licenses?.length > 0, name)
  }
  const models = bom.components.filter(({ type }) => type === 'machine-learning-model')
  t.same(models.map(({ name }) => name), ['all-MiniLM-L6-v2', 'multilingual-e5-small'])
})

t.test('says what depends on what', async t => {
  const { components, dependencies, metadata } = bom
  const known = new Set([metadata.component, ...components].map(component => component['bom-ref']))
  for (const { ref, dependsOn = [] } of dependencies) for (const one of [ref, ...dependsOn]) t.ok(known.has(one), one)
  const own = dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])!
  t.ok(own.dependsOn!.some(ref => ref.startsWith('fastify@')))
  t.ok(own.dependsOn!.includes('model:all-MiniLM-L6-v2'))
})
