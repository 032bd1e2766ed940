// Lists the packages that are delivered: those of the service, and those that are bundled for browsers.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundledPackages } from './web.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))

export interface DeliveredPackage { name: string, version: string, licence: string, use: 'service' | 'browser' }

interface LockedPackage { version?: string, license?: string, dev?: boolean, devOptional?: boolean }

/** Returns them sorted by name. The lock file is read, not what is installed. */
export async function deliveredPackages (): Promise<DeliveredPackage[]> {
  const lock = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, LockedPackage> }
  const bundled = new Set(await bundledPackages())
  return Object.entries(lock.packages).flatMap(([path, { version = '', license = 'none', dev, devOptional }]): DeliveredPackage[] => {
    const isService = !dev && !devOptional
    if (path === '' || !(isService || bundled.has(path))) return []
    return [{ name: path.replace(/^.*node_modules\//, ''), version, licence: license, use: isService ? 'service' : 'browser' }]
  }).sort((a, b) => a.name < b.name ? -1 : 1)
}
