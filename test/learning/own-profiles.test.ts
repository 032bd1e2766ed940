// Profiles come with what their company has learnt; what cannot be read leaves the shipped weights.
import t from 'tap'
import { withOwnWeights } from '../../src/learning/own-profiles.ts'
import type { ProfileStore } from '../../src/profiles/store.ts'
import { shippedWeights } from '../../src/weights.ts'
import { searchProfile } from '../fixtures/search-store.ts'

const weights = { ...shippedWeights, similarity: 0.1 }

function parts ({ withChanged = true } = {}) {
  const used = new Map<string, string>()
  const errors: unknown[] = []
  const state = { fails: false, changed: [] as string[] }
  const profiles: ProfileStore = {
    get: async id => id === 'nobody' ? null : searchProfile({ id }),
    companies: async () => ['shop'],
    unavailable: async () => null,
    ...(withChanged ? { changed: async () => state.changed } : {}),
  }
  const store = withOwnWeights(profiles, {
    async used (company) {
      if (state.fails) throw new Error('it is down')
      const id = used.get(company)
      return id === undefined ? null : { id, weights }
    },
    async usedBy () {
      if (state.fails) throw new Error('it is down')
      return used
    },
  }, (_, error) => { errors.push(error) })
  return { store, used, errors, state }
}

t.test('adds the weights in use, with their version', async t => {
  const { store, used } = parts()
  t.equal((await store.get('shop'))!.weights, undefined)
  used.set('shop', 'lrn_a')
  t.same((await store.get('shop'))!.weights, { ...weights, version: 'lrn_a' })
  t.equal(await store.get('nobody'), null)
  t.same(await store.companies(), ['shop'])
})

t.test('a company changes with its profile, and with the version in use', async t => {
  const { store, used, state } = parts()
  const changed = () => store.changed!(['shop', 'other'])
  await store.get('shop')
  t.same(await changed(), [])
  used.set('shop', 'lrn_a')
  t.same(await changed(), ['shop'])
  await store.get('shop')
  t.same(await changed(), [])
  used.delete('shop')
  state.changed = ['other']
  t.same(await changed(), ['other', 'shop'], 'a rollback is a change')
  t.equal(parts({ withChanged: false }).store.changed, undefined)
})

t.test('uses the shipped weights while others cannot be read, and those when they can', async t => {
  const { store, used, errors, state } = parts()
  used.set('shop', 'lrn_a')
  state.fails = true
  t.equal((await store.get('shop'))!.weights, undefined)
  t.equal(errors.length, 1)
  t.same(await store.changed!(['shop']), [], 'nothing is known')
  state.fails = false
  t.same(await store.changed!(['shop']), ['shop'])
  t.equal((await store.get('shop'))!.weights?.version, 'lrn_a')
})
