// Answers a question for a figure over many things from the data themselves: all facts of an index, or a whole table.
import { setImmediate } from 'node:timers/promises'
import { readAggregate, topicStem, type Aggregate } from '../../language/aggregate.ts'
import { readComparison } from '../../language/comparison.ts'
import { hasCompounds } from '../../language/compounds.ts'
import { tablesOf } from '../../language/table-lines.ts'
import { tokens } from '../../language/words.ts'
import { unitOf, type Dimension } from '../../language/units.ts'
import { documentOf } from '../../search/passage-id.ts'
import type { SearchEngine } from '../../search/engine.ts'
import { forEveryone } from '../../search/selection.ts'
import type { CompanyProfile, FoundPassage, Language } from '../../types.ts'
import type { Question } from '../question.ts'
import { columnsOf, dimensionOf, measureOf, namesColumn, valueOf } from './choose.ts'
import { compareThings } from './compare.ts'
import { compute, type Computed } from './compute.ts'
import { factSet, tableSets, type DataSet } from './data-set.ts'
import { wordComputed, type Worded } from './wording.ts'

export interface ComputedRequest extends Pick<Question, 'profile' | 'indexes' | 'selection' | 'language' | 'page'> {
  /** The question, complete in itself. */
  question: string
  /** What the search found, best first. */
  passages: readonly FoundPassage[]
  signal: AbortSignal
}

/** Larger indexes and longer documents are not computed: a part of them would give a wrong figure. */
const maxDocuments = 5000
const maxChunks = 400
/** The most documents whose tables are read. */
const maxTableDocuments = 2
/** Milliseconds of reading before the event loop gets a turn. */
const sliceMs = 4

/**
 * Returns the figure in words; null for any other question, and where the data or the question leave a doubt.
 * @param onProblem called when the data could not be read: the question is then answered without them
 */
export async function computeAnswer (
  engine: SearchEngine, request: ComputedRequest, onProblem: (error: unknown) => void,
): Promise<Worded | null> {
  const { profile, language, question, passages, page } = request
  const comparison = readComparison(question, language, profile.language)
  const asked = comparison
    ? { ...comparison, topics: comparison.things.flat(), limits: [] }
    : readAggregate(question, language, profile.language)
  // "Which is the cheapest?" asks about the things of the page.
  if (!asked || (page && asked.topics.length === 0)) return null
  if (!mayExplain(asked, passages, profile)) return null
  try {
    const sets = [...await readFacts(engine, request), ...await readTables(engine, request)]
    const computed: Computed[] = []
    for (const set of sets) {
      await readValues(asked, set, profile.language)
      const one = 'things' in asked ? compareThings(asked, set, profile.language) : compute(asked, set, profile.language)
      if (one) computed.push(one)
    }
    const best = theOneMeant(computed, passages)
    return best && wordComputed(best, language)
  } catch (error) {
    request.signal.throwIfAborted()
    onProblem(error)
    return null
  }
}

/** What is sought in the data by any question that computes. */
type Sought = Pick<Aggregate, 'dimensions' | 'topics' | 'limits'>

/** Reads the values that the question compares, in slices: thousands of them take a tenth of a second. */
async function readValues (asked: Sought, set: DataSet, language: Language): Promise<void> {
  const wanted = new Set<Dimension>([...asked.dimensions, ...asked.limits.map(({ dimension }) => dimension)])
  let began = performance.now()
  for (const column of columnsOf(set)) {
    const dimension = dimensionOf(set, column, language)
    if (dimension === undefined || (!wanted.has(dimension) && !namesColumn(column, asked.topics, language))) continue
    for (const row of set.rows) {
      measureOf(set, column, valueOf(row, column), language)
      if (performance.now() - began < sliceMs) continue
      await setImmediate()
      began = performance.now()
    }
  }
  await setImmediate()
}

/** Puts a figure before the passages that a language model reads, said to be computed, beside what it rests on. */
export function withComputed (computed: Worded | null, passages: FoundPassage[]): FoundPassage[] {
  const source = computed?.sources[0]
  if (!source) return passages
  const own = passages.find(({ id }) => id === source.id)
  const first = { ...source, ...own, text: [computed.stated, own?.text].filter(Boolean).join('\n') }
  return [first, ...passages.filter(passage => passage !== own)]
}

/** Returns the figure whose set the question means; null when it may be several. */
function theOneMeant (computed: Computed[], passages: readonly FoundPassage[]): Computed | null {
  if (computed.length < 2) return computed[0] ?? null
  // What was found first is what the question is about, if it belongs to one of them.
  const first = passages[0]
  const own = computed.filter(({ set }) => set.rows.some(({ passage }) => passage.id === first?.id))
  return own.length === 1 ? own[0]! : null
}

/** Tells whether the found passages hold every word of the question: otherwise no data can account for it. */
function mayExplain ({ topics }: Sought, passages: readonly FoundPassage[], { indexes, language }: CompanyProfile): boolean {
  if (passages.length === 0) return false
  const names = new Set(Object.keys(indexes).flatMap(name => tokens(name)).map(word => topicStem(word, language)))
  const held = (part: string) => passages.some(({ stems }) => stems.includes(part))
  return topics.every(({ stem, word }) => names.has(stem) || unitOf(word, false) !== null || [stem, `${stem}s`, `${stem}x`].some(one =>
    held(` ${one} `) || (hasCompounds(language) && stem.length > 3 && held(`${one} `))))
}

/** Reads the facts of the indexes that found passages belong to, whole or not at all. */
async function readFacts (
  engine: SearchEngine, { profile: company, indexes, selection = forEveryone, passages, signal }: ComputedRequest
): Promise<DataSet[]> {
  if (!engine.facts) return []
  const found = new Set(passages.filter(({ fields }) => fields.length > 0).map(({ index }) => index))
  const sets: DataSet[] = []
  for (const index of found) {
    if (indexes && !indexes.includes(index)) continue
    const documents = await engine.facts({ company, index, selection, limit: maxDocuments, signal })
    if (documents && documents.length > 1) sets.push(factSet(index, documents))
  }
  return sets
}

/** Reads the tables of the best documents that have one. */
async function readTables (
  engine: SearchEngine, { profile: company, selection = forEveryone, passages, signal }: ComputedRequest
): Promise<DataSet[]> {
  if (!engine.texts) return []
  const documents = new Map<string, FoundPassage>()
  for (const passage of passages) {
    const { id } = documentOf(passage.id)
    if (documents.size < maxTableDocuments && tablesOf(passage.text).length > 0) documents.set(`${passage.index}/${id}`, passage)
  }
  const sets: DataSet[] = []
  for (const passage of documents.values()) {
    const document = documentOf(passage.id).id
    const texts = await engine.texts({ company, index: passage.index, document, selection, limit: maxChunks, signal })
    if (texts) sets.push(...tableSets(passage, texts))
  }
  return sets
}
