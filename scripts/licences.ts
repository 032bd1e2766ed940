// Lists the licences of the packages that are delivered, and fails on one that is not allowed.
import { parseArgs } from 'node:util'
import { deliveredPackages, type DeliveredPackage } from './packages.ts'

const help = `Usage: npm run licences [-- --json]

Lists the licences of what is delivered, the service's packages and those that are bundled for browsers. Exit code 1: a licence is
not allowed (scripts/licences.ts says which are).`

/** Licences that ask for no more than their text beside the copy. */
const permissive = new Set([
  '0BSD', 'Apache-2.0', 'BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'Unlicense', 'Zlib',
  'MIT OR Apache',
])
/** Libraries with a licence of their own: used as they are, as separate files, which the LGPL allows. */
const usedAsTheyAre = /^@img\/sharp/

/** Tells whether a package may be delivered: by its licence, or by one of those that may be chosen. */
export function isAllowed ({ name, licence }: Pick<DeliveredPackage, 'name' | 'licence'>): boolean {
  if (usedAsTheyAre.test(name) || permissive.has(licence)) return true
  return licence.split(' OR ').some(choice => choice.replace(/[()]/g, '').split(' AND ').every(part => permissive.has(part)))
}

/** Returns a line for each licence, the most frequent first. */
function tableOf (packages: readonly DeliveredPackage[]): string {
  const groups = [...Map.groupBy(packages, ({ licence }) => licence)].sort(([, a], [, b]) => b.length - a.length)
  return groups.map(([licence, some]) => {
    const names = [...new Set(some.map(({ name, use }) => use === 'browser' ? `${name} (browser)` : name))]
    return `${licence}: ${some.length}\n  ${names.join(', ')}`
  }).join('\n')
}

async function main (argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { json: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    console.log(help)
    return 0
  }
  const packages = await deliveredPackages()
  console.log(values.json ? JSON.stringify(packages, null, 2) : tableOf(packages))
  const refused = packages.filter(one => !isAllowed(one))
  for (const { name, version, licence } of refused) console.error(`${name} ${version} has a licence that is not allowed: ${licence}`)
  return refused.length === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
