// Instances erase what they have of deleted companies: when they are told, and when they have missed it.
import t from 'tap'
import { createDeletions } from '../../src/instances/deletions.ts'
import type { News } from '../../src/instances/news.ts'
import type { Notes } from '../../src/instances/notes.ts'

/** Makes the deletions of one instance; `tell` is what another one tells. */
function make ({ noted = [] as string[], existing = [] as string[], failing = [] as string[] } = {}) {
  let listener: (company: string | null) => void = () => {}
  const told: string[] = []
  const erased: string[] = []
  const errors: string[] = []
  const news: News = {
    tell: (topic, detail) => { told.push(`${topic} ${detail}, ${noted.includes(detail) ? 'noted' : 'not noted'}`) },
    on: (_, own) => { listener = own },
    close () {},
  }
  const notes: Notes = {
    write: async (_, { id }) => { noted.push(id) },
    read: async () => '',
    list: async () => noted.map(id => ({ id, isFinal: true })),
    erase: async () => 0,
    onLost () {},
    close () {},
  }
  const deletions = createDeletions({
    news,
    notes,
    async exists (company) {
      if (failing.includes(company)) throw new Error('away')
      return existing.includes(company)
    },
    async erase (company) {
      if (company === 'damaged') throw new Error('damaged')
      erased.push(company)
    },
    onError: company => { errors.push(company) },
  })
  return { deletions, tell: (company: string | null) => listener(company), told, erased, errors }
}

t.test('a deletion is noted before it is told, so that whoever misses it finds it', async t => {
  const { deletions, told, erased } = make()
  await deletions.tell('shop')
  t.same(told, ['erased shop, noted'])
  t.same(erased, [], 'the instance that deletes erases by itself')
})

t.test('what was deleted while the instance was away is erased, unless it exists again or cannot be read', async t => {
  const { deletions, erased, errors } = make({
    noted: ['gone', 'damaged', 'again', 'unknown', 'late'], existing: ['again'], failing: ['unknown'],
  })
  await deletions.catchUp()
  t.same(erased, ['gone', 'late'])
  t.same(errors, ['damaged'])
})

t.test('what it is told of is erased, and what it may have missed is looked for', async t => {
  const { tell, erased } = make({ noted: ['missed'] })
  tell('shop')
  t.same(erased, ['shop'])
  tell(null)
  await new Promise(resolve => { setImmediate(resolve) })
  t.same(erased, ['shop', 'missed'])
})
