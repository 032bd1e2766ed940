// Writes the bill of materials (CycloneDX) of what is delivered: the service's packages, those bundled for browsers, the models.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { pinnedFiles } from '../src/embed/model-files.ts'
import { defaultModelId, multilingualModelId, repositoryOf } from '../src/embed/models.ts'
import { wheelSha256 } from '../src/embed/pip-package.ts'
import { deliveredPackages } from './packages.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

const help = `Usage: npm run sbom [-- --output FILE]

Writes a bill of materials in the format CycloneDX 1.5, from package-lock.json, to FILE or to standard output.`

interface Component { 'bom-ref': string, type: string, name: string, version?: string, purl?: string, [more: string]: unknown }
interface Dependency { ref: string, dependsOn?: string[] }
export interface Bom {
  bomFormat: string
  specVersion: string
  metadata: { component: Component, [more: string]: unknown }
  components: Component[]
  dependencies: Dependency[]
}

/** The weights of the embedding models, which are no packages: their licences, and the hashes that they are pinned by. */
function models (): Component[] {
  const weights = pinnedFiles(repositoryOf(defaultModelId), 'q4')!.get('onnx/model_q4.onnx_data')!.sha256!
  const model = (name: string, licence: string, sha256: string): Component => ({
    'bom-ref': `model:${name}`,
    type: 'machine-learning-model',
    name,
    purl: `pkg:huggingface/${repositoryOf(name)}`,
    licenses: [{ license: { id: licence } }],
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  })
  // The second hash is that of the package that the model is converted from where there is no hub.
  return [model(defaultModelId, 'Apache-2.0', weights), model(multilingualModelId, 'MIT', wheelSha256)]
}

/** Returns npm's bill of every package, without those that are for development alone, and with what npm does not know. */
export async function makeBom (): Promise<Bom> {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root, maxBuffer: 100_000_000, shell: process.platform === 'win32',
  })
  const bom = JSON.parse(stdout) as Bom
  const { name, version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { name: string, version: string }
  const licences = new Map((await deliveredPackages()).map(({ name, version, licence }) => [`${name}@${version}`, licence]))
  const packages = bom.components.flatMap((component): Component[] => {
    const licence = licences.get(`${component.name}@${component.version}`)
    // npm leaves out a licence that SPDX does not know by the name that its package gives it.
    return licence === undefined ? [] : [{ licenses: [{ license: { name: licence } }], ...component }]
  })
  const components = [...packages, ...models()]
  const own = bom.metadata.component['bom-ref']
  const known = new Set([own, ...components.map(component => component['bom-ref'])])
  const dependencies = bom.dependencies.filter(({ ref }) => known.has(ref)).map(({ ref, dependsOn = [] }) => ({
    ref, dependsOn: [...dependsOn.filter(on => known.has(on)), ...(ref === own ? models().map(model => model['bom-ref']) : [])],
  }))
  return {
    ...bom,
    // npm calls the project by the name of its folder.
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, type: 'application', name, version } },
    components,
    dependencies,
  }
}

async function main (argv: string[]): Promise<void> {
  const { values } = parseArgs({ args: argv, options: { output: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) return console.log(help)
  const text = `${JSON.stringify(await makeBom(), null, 2)}\n`
  if (values.output === undefined) process.stdout.write(text)
  else {
    await mkdir(dirname(values.output), { recursive: true })
    await writeFile(values.output, text)
  }
}

if (import.meta.main) await main(process.argv.slice(2))
