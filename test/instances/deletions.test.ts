// Instances erase what they have of deleted companies: when they are told, and when they have missed it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createDeletions } from '../../src/instances/deletions.ts'
import { createHandledDeletions } from '../../src/instances/handled-deletions.ts'
import type { News } from '../../src/instances/news.ts'
import type { Notes } from '../../src/instances/notes.ts'
import { turn } from '../fixtures/until.ts'
import { temporaryFolder } from '../helper.ts'

/** Makes the deletions of one instance; `tell` is what another one tells. */
function make ({ noted = [] as string[], existing = [] as string[], failing = [] as string[], handled = new Map<string, string>() } = {}) {
  let listener: (company: string | null) => void = () => {}
  const told: string[] = []
  const erased: string[] = []
  const errors: string[] = []
  const news: News = {
    tell: (topic, detail) => { told.push(`${topic} ${detail}, ${noted.includes(detail) ? 'noted' : 'not noted'}`) },
    on: (_, own) => { listener = own },
    close () {},
  }
  const names = new Map(noted.map(id => [id, id === 'of an older release' ? '' : `deletion of ${id}`]))
  const notes: Notes = {
    write: async (_, { id }, text) => {
      noted.push(id)
      names.set(id, text)
    },
    read: async (_, id) => names.get(id) ?? '',
    list: async () => noted.map(id => ({ id, isFinal: true })),
    erase: async () => 0,
    onLost () {},
    close () {},
  }
  const deletions = createDeletions({
    news,
    notes,
    handled: {
      has: async (company, deletion) => handled.get(company) === deletion,
      add: async (company, deletion) => { handled.set(company, deletion) },
      async keepOnly (companies) { for (const company of handled.keys()) if (!companies.includes(company)) handled.delete(company) },
    },
    async exists (company) {
      if (failing.includes(company)) throw new Error('away')
      return existing.includes(company)
    },
    async erase (company) {
      if (company === 'damaged') throw new Error('damaged')
      erased.push(company)
      return company !== 'half'
    },
    onError: company => { errors.push(company) },
  })
  return { deletions, tell: (company: string | null) => listener(company), told, erased, errors, handled }
}

t.test('a deletion is noted before it is told, so that whoever misses it finds it', async t => {
  const { deletions, told, erased } = make()
  await deletions.tell('shop')
  t.same(told, ['erased shop, noted'])
  t.same(erased, [], 'the instance that deletes erases by itself')
})

t.test('what was deleted while the instance was away is erased, unless that cannot be read', async t => {
  const { deletions, erased, errors } = make({ noted: ['gone', 'damaged', 'unknown', 'late'], failing: ['unknown'] })
  await deletions.catchUp()
  t.same(erased, ['gone', 'late'])
  t.same(errors, ['damaged'])
})

t.test('of a company that exists again, what is from before its deletion is erased, once', async t => {
  const existing = ['again', 'known', 'half', 'of an older release']
  const handled = new Map([['known', 'deletion of known'], ['forgotten', 'long ago']])
  const { deletions, erased } = make({ noted: existing, existing, handled })
  await deletions.catchUp()
  t.same(erased.splice(0), ['again', 'half'])
  t.same([...handled.keys()].sort(), ['again', 'known'])
  await deletions.catchUp()
  t.same(erased, ['half'], 'what was left')
  await deletions.tell('again')
  await deletions.catchUp()
  t.same(erased, ['half', 'half'], 'the instance that deletes has nothing left')
})

t.test('what it is told of is erased, and what it may have missed is looked for', async t => {
  const { tell, erased } = make({ noted: ['missed'] })
  tell('shop')
  t.same(erased, ['shop'])
  tell(null)
  await turn()
  t.same(erased, ['shop', 'missed'])
})

t.test('what was carried out is known after a restart, and what cannot be read is carried out again', async t => {
  const path = join(await temporaryFolder(t), 'deletions.json')
  const errors: unknown[] = []
  const open = () => createHandledDeletions(path, error => { errors.push(error) })
  const first = open()
  t.equal(await first.has('shop', 'one'), true, 'nothing is older than a new data directory')
  await first.keepOnly([])
  t.equal(await first.has('shop', 'one'), false)
  t.equal(await open().has('shop', 'one'), false)
  await Promise.all([first.add('shop', 'one'), first.add('other', 'two'), first.add('shop', 'three'), first.add('__proto__', 'four')])
  const second = open()
  t.same(
    [await second.has('shop', 'one'), await second.has('shop', 'three'), await second.has('other', 'two'), await second.has('x', 'y')],
    [false, true, true, false]
  )
  await second.keepOnly(['other'])
  t.equal(await open().has('shop', 'three'), false)
  await writeFile(path, '{')
  t.equal(await open().has('other', 'two'), false)
  t.same(errors, [])
  await createHandledDeletions(join(path, 'nowhere'), error => { errors.push(error) }).add('shop', 'one')
  t.match(errors, [{ code: 'ENOTDIR' }])
})
