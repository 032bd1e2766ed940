// Decides which questions belong to one gap. A gap keeps its id as long as most of its questions stay together.
import { group, type Group } from './cluster.ts'
import type { Exemplar, Sorting } from './store.ts'
import { fromBytes } from './vector.ts'

/** How alike the questions of a gap are. Measured with `npm run eval -- --gaps`. */
const leastAlike = { meaning: 0.3, stems: 0.3 }

/**
 * Sorts questions into gaps.
 * @param fixed gaps that an operator has dealt with: they gain questions, and lose none
 * @param isFull compares all questions anew; otherwise only the new ones with the gaps that there are, which costs little
 * @param newId makes the id of a new gap
 */
export async function sortQuestions (
  { questions, fixed }: { questions: readonly Exemplar[], fixed: readonly string[] }, isFull: boolean, newId: () => string,
): Promise<Sorting> {
  const isFixed = new Set(fixed)
  const sorting: Sorting = { moved: [], merged: [] }
  // The vectors of two models cannot be compared.
  for (const model of new Set(questions.map(({ model }) => model))) {
    const own = questions.filter(question => question.model === model)
    const start = startOf(own, question => isFull && !isFixed.has(question.gap))
    const groups = await group(start, model === '' ? leastAlike.stems : leastAlike.meaning)
    nameGroups(groups, isFixed, newId, sorting)
  }
  return sorting
}

/** Returns the groups to begin with: each question that is alone, and each gap whole. */
function startOf (questions: readonly Exemplar[], isLoose: (question: Exemplar) => boolean): Group<Exemplar>[] {
  const loose = questions.filter(question => question.gap === '' || isLoose(question))
  const rest = questions.filter(question => question.gap !== '' && !isLoose(question))
  const gaps = Map.groupBy(rest, ({ gap }) => gap)
  const wholeGaps = [...gaps.values()].map((items): Group<Exemplar> => {
    const vectors = items.map(({ vector }) => fromBytes(vector))
    const mean = vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length)
    return { items, mean, weight: items.length, isFixed: true }
  })
  return [...wholeGaps, ...loose.map(item => ({ items: [item], mean: fromBytes(item.vector), weight: 1, isFixed: false }))]
}

/** Gives each group the id of the gap that most of its questions come from, and notes what has moved. */
function nameGroups (groups: Group<Exemplar>[], isFixed: ReadonlySet<string>, newId: () => string, { moved, merged }: Sorting): void {
  const shares = groups.flatMap((found, at) => [...Map.groupBy(found.items.filter(({ gap }) => gap !== ''), ({ gap }) => gap)]
    .map(([gap, items]) => ({ at, gap, size: isFixed.has(gap) ? Infinity : items.length })))
  shares.sort((a, b) => b.size - a.size || (a.gap < b.gap ? -1 : 1))
  const names = new Map<number, string>()
  const taken = new Set<string>()
  for (const { at, gap } of shares) {
    if (names.has(at) || taken.has(gap)) continue
    names.set(at, gap)
    taken.add(gap)
  }
  groups.forEach((found, at) => {
    const name = names.get(at) ?? newId()
    for (const { n, gap } of found.items) if (gap !== name) moved.push([n, name])
    for (const gap of new Set(found.items.map(({ gap }) => gap))) {
      if (gap === '' || gap === name || taken.has(gap)) continue
      taken.add(gap)
      merged.push([gap, name])
    }
  })
}
