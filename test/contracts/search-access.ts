// The contract of every search engine about access lists and filters.
import type { Test } from 'tap'
import type { IndexedDocument } from '../../src/documents/document.ts'
import { readFilter } from '../../src/search/filter.ts'
import type { Selection } from '../../src/search/selection.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { ask, document, ids, searchProfile } from '../fixtures/search-store.ts'
import { filters, person, plainly, samples, valuesIn, type Sample } from '../fixtures/selected-documents.ts'
import { contractModel, type SearchParts } from './search-engine.ts'

const signal = new AbortController().signal
const unit = (...values: number[]): number[] => values.map(value => value / Math.hypot(...values))
const asked = { model: contractModel, vector: new Float32Array(unit(1, 0, 0, 0)) }

/** Runs the cases; `make` gives each its own empty engine, whose `write` keeps `access` and `values`. */
export function searchAccessContract (t: Test, make: (t: Test) => Promise<SearchParts>): void {
  const shop = searchProfile()

  t.test('finds what a plain look at every document finds, by words, by vectors, and for figures', async t => {
    const { engine, write, keep } = await make(t)
    const questions = fc.array(fc.tuple(person, fc.option(filters, { nil: undefined })), { minLength: 4, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(samples(12), questions, async (all, questions) => {
        const company = shop
        await keep(company, 'products', [])
        await write(company, 'products', all.map(documentOf), Object.fromEntries(all.map(({ id }, i) => [id, unit(1, i / 10, 0.1, 0)])))
        for (const [names, filter] of questions) {
          const expected = plainly(all, names, filter).map(id => `products/${id}`)
          const selection: Selection = {
            names: await engine.audience(company, names) ?? [], ...(filter ? { filter: readFilter(filter) } : {}),
          }
          const found = async (text: string, vectors: typeof asked[]) =>
            ids(await ask(engine, text, { company, selection, vectors, limit: 50 })).sort()
          const about = JSON.stringify({ all, names, filter })
          t.same(await found('lamp battery', []), expected, about)
          t.same(await found('zeppelin', [asked]), expected, about)
          const facts = await engine.facts!({ company, index: 'products', selection, limit: 100, signal })
          t.same(facts?.map(({ passage }) => passage).sort(), expected, about)
        }
      }), propertyRuns(60)
    )
  })

  t.test('finds the same for each person again and again, however many others ask in between', async t => {
    const { engine, write } = await make(t)
    const groups = ['a', 'b', 'c', 'd', 'e']
    await write(shop, 'products', groups.map(group => document(group, 'A lamp', { access: [`group:${group}`] })))
    // Who sees everything needs no list of passages, so that lists are given up in other orders than they were made in.
    const people = [
      ...groups.map(group => [group]), groups, ['a', 'b'], ['d'], groups, ['c', 'e'], ['b'], ['d', 'e'], ['a', 'b'], ['e'], ['c'],
    ]
    for (const mine of [...people, ...people]) {
      const found = ids(await ask(engine, 'lamp', { selection: { names: mine.map(group => `group:${group}`) }, limit: 50 }))
      t.same(found.sort(), mine.map(group => `products/${group}`), mine.join())
    }
  })

  t.test('a word that the person may not see is unknown: it is neither known, nor a correction, nor half of a compound', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [
      document('open', 'A lamp for everyone.'), document('closed', 'The restructuring of the lighthouse', { access: ['group:staff'] }),
    ])
    const known = async (text: string, names: string[]) =>
      (await ask(engine, text, { selection: { names } })).terms.map(({ known, corrections }) => known || corrections.length > 0)
    t.same(await known('restructuring lamp', []), [false, true])
    t.same(await known('restructurimg lighthose', []), [false, false])
    t.same(await known('restructuring lighthose', ['group:staff']), [true, true])
  })

  t.test('says which of a person\'s names any document has', async t => {
    const { engine, write, keep } = await make(t)
    const mine = ['user:ann', 'group:staff', 'group:choir']
    await write(shop, 'products', [document('open', 'A lamp')])
    t.equal(await engine.audience(shop, mine), null, 'no document has a list')
    await write(shop, 'products', [document('closed', 'A plan', { access: ['group:staff', 'user:bob'] })])
    t.same(await engine.audience(shop, mine), ['group:staff'])
    t.same(await engine.audience(shop, ['user:carl']), [])
    await write(shop, 'products', [document('hidden', 'A secret', { access: [] })])
    t.same(ids(await ask(engine, 'secret', { selection: { names: mine } })), [], 'an empty list is nobody')
    await keep(shop, 'products', ['open'])
    t.equal(await engine.audience(shop, mine), null)
  })

  t.test('reads the chunks of a document only for those who may see it', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('closed', 'A table of salaries', { access: ['group:staff'] })])
    const texts = (names: string[]) =>
      engine.texts!({ company: shop, index: 'products', document: 'closed', selection: { names }, limit: 10, signal })
    t.equal(await texts([]), null)
    t.same((await texts(['group:staff']))?.map(({ text }) => text), ['A table of salaries'])
  })
}

/** Two restricted documents in the same words must not become one passage. */
export function documentOf (sample: Sample): IndexedDocument {
  const { id, access } = sample
  return document(id, 'A lamp with a battery', { fields: [['Number', id]], values: valuesIn(sample), ...(access ? { access } : {}) })
}
