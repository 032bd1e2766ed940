// The licences of what is delivered: no new kind comes in unseen.
import t from 'tap'
import { isAllowed } from '../../scripts/licences.ts'
import { deliveredPackages } from '../../scripts/packages.ts'

t.test('every package that is delivered has a licence that is allowed', async t => {
  const packages = await deliveredPackages()
  for (const one of packages) t.ok(isAllowed(one), `${one.name}: ${one.licence}`)
  t.ok(packages.length > 100)
  const names = (use: string) => packages.filter(one => one.use === use).map(({ name }) => name)
  t.same(['preact', 'dompurify'].filter(name => names('browser').includes(name)), ['preact', 'dompurify'], 'those in the bundle count')
  for (const name of ['typescript', 'tap', 'playwright-core']) t.notOk(names('service').includes(name), `${name} is for development`)
})

t.test('one of several licences may be chosen, and all of those that hold together count', async t => {
  const allowed = (licence: string) => isAllowed({ name: 'some', licence })
  t.ok(allowed('(MIT OR GPL-3.0-or-later)'))
  t.ok(allowed('(MIT AND Zlib)'))
  for (const licence of ['GPL-3.0-or-later', 'AGPL-3.0-only', '(MIT AND GPL-2.0-only)', 'SEE LICENSE IN LICENSE', 'none', '']) {
    t.notOk(allowed(licence), licence)
  }
})
