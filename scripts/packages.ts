// Lists the packages that are delivered: those of the service, and those that are bundled for browsers.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

export interface DeliveredPackage { name: string, version: string, licence: string, use: 'service' | 'browser' }

interface LockedPackage { version?: string, license?: string, dev?: boolean, devOptional?: boolean }

/** Returns them sorted by name. The lock file is read, not what is installed. */
export async function deliveredPackages (): Promise<DeliveredPackage[]> {
  const lock = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, LockedPackage> }
  const bundled = await bundledPaths()
  return Object.entries(lock.packages).flatMap(([path, { version = '', license = 'none', dev, devOptional }]): DeliveredPackage[] => {
    const isService = !dev && !devOptional
    if (path === '' || !(isService || bundled.has(path))) return []
    return [{ name: path.replace(/^.*node_modules\//, ''), version, licence: license, use: isService ? 'service' : 'browser' }]
  }).sort((a, b) => a.name < b.name ? -1 : 1)
}

/** Returns the folders of the packages whose code gets into the console and the widget. */
async function bundledPaths (): Promise<Set<string>> {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['web/console/main.tsx', 'web/widget/panel.ts', 'web/widget/loader.ts'],
    bundle: true, splitting: true, format: 'esm', jsx: 'automatic', jsxImportSource: 'preact', loader: { '.css': 'text', '.svg': 'text' },
    outdir: 'nowhere', write: false, metafile: true, logLevel: 'error',
  })
  const paths = Object.keys(metafile.inputs).map(input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
  return new Set(paths.filter(path => path !== undefined))
}
