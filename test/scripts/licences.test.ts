// The licences of the packages that the service is delivered with: no new kind comes in unseen.
import { readFile } from 'node:fs/promises'
import t from 'tap'

interface Package { license?: string, dev?: boolean, devOptional?: boolean }

/** Licences that ask for no more than their text beside the copy. */
const permissive = new Set([
  '0BSD', 'Apache-2.0', 'BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'Unlicense', 'Zlib',
  'MIT OR Apache',
])
/** Libraries with a licence of their own: used as they are, as separate files, which the LGPL allows. */
const asTheyAre = /^@img\/sharp/

t.test('every package that is delivered has a licence that is known and fits', async t => {
  const { packages } = JSON.parse(await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, Package>
  }
  const fits = (licence: string): boolean => permissive.has(licence) ||
    licence.split(' OR ').some(choice => choice.replace(/[()]/g, '').split(' AND ').every(part => permissive.has(part)))
  let counted = 0
  for (const [path, { license = 'none', dev, devOptional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional) continue
    const name = path.replace(/^.*node_modules\//, '')
    counted++
    if (!asTheyAre.test(name)) t.ok(fits(license), `${name}: ${license}`)
  }
  t.ok(counted > 100)
})
