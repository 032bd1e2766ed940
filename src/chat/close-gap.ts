// Closes a gap: writes the FAQ entry as documents, asks the gap's questions again, and counts how many are answered now.
import type { CuratedStore } from '../curated/store.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { GapStore, GapSummary, Publication } from '../gaps/store.ts'
import type { CompanyProfile } from '../types.ts'
import type { Ask } from './ask.ts'
import { replaceEntry, type Entry } from './curate.ts'
import { asQuestion } from './explain-gap.ts'

export interface GapEntry extends Entry {
  /** Further words, which get it only where the question's entry is not found by them: fewer documents disturb less. */
  candidates: string[]
}

export interface Recheck {
  asked: number
  answered: number
  /** The questions that are still not answered. */
  unanswered: string[]
}

export interface CloseDeps {
  gaps: Pick<GapStore, 'change'>
  curated: Pick<CuratedStore, 'get' | 'put' | 'remove'>
  documents: DocumentStore
  ask: Ask
  /** Resolves when what was written can be found. */
  searchable (company: string): Promise<void>
}

/** The most questions that are asked again, and how long that may take. */
const maxAsked = 30
const askMs = 60_000

/** Publishes an entry for a gap. Throws the errors of the documents; a question that fails when asked again counts as not answered. */
export async function closeGap (
  { gaps, curated, documents, ask, searchable }: CloseDeps,
  profile: CompanyProfile, gap: GapSummary, entry: GapEntry, signal: AbortSignal,
): Promise<Recheck> {
  const { index, question, answer } = entry
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(askMs)])
  const questions = [...new Set(gap.examples.map(({ question }) => question))].slice(0, maxAsked)
  const outcomes = new Map<string, Outcome>()

  /** Asks questions as a customer would, one after another, without leaving a trace of them. */
  async function askAgain (asked: readonly string[], ids: readonly string[]): Promise<void> {
    await searchable(profile.id)
    const sources = ids.map(id => `${index}/${id}`)
    for (const message of asked) {
      if (deadline.aborted) return
      outcomes.set(message, await outcomeOf(ask, { company: profile.id, message, names: entry.access ?? [] }, sources))
    }
  }

  const own = await curated.get(profile.id, gap.id)
  // That of a gap that was merged into this one: its documents are replaced.
  const replaced = own ? undefined : gap.publication?.documents[0]
  const before = own ?? (replaced === undefined ? null : await curated.get(profile.id, replaced)) ?? gap.publication

  /** Keeps the entry, with what its questions are answered by now. */
  async function keep (variants: string[], ids: string[]): Promise<{ recheck: Recheck, publication: Publication }> {
    const asked = questions.filter(text => outcomes.has(text))
    const unanswered = asked.filter(text => outcomes.get(text) === 'not answered')
    const recheck = { asked: asked.length, answered: asked.length - unanswered.length, unanswered }
    const publication: Publication = {
      index, documents: ids, question: asQuestion(question), answer, at: Date.now(), asked: recheck.asked, answered: recheck.answered,
    }
    const { url, access } = entry
    const sources = own?.sources ?? []
    const times = { createdAt: own?.createdAt ?? publication.at, changedAt: publication.at }
    const written = { index, question, variants, answer, url, access, sources, documents: ids, ...times }
    await curated.put(profile.id, { id: gap.id, gap: gap.id, ...written })
    return { recheck, publication }
  }

  const { recheck, publication } = await replaceEntry(documents, profile, gap.id, entry, before, async ids => {
    await askAgain([...new Set([...questions, ...entry.candidates])], ids)
    const needed = entry.candidates.filter(text => outcomes.get(text) !== undefined && outcomes.get(text) !== 'by entry')
    if (needed.length === 0) return await keep(entry.variants, ids)
    const wider = { ...entry, variants: [...entry.variants, ...needed] }
    return await replaceEntry(documents, profile, gap.id, wider, { ...entry, id: gap.id, documents: ids }, async ids => {
      await askAgain(questions.filter(text => outcomes.get(text) !== 'by entry'), ids)
      return await keep(wider.variants, ids)
    })
  })
  if (replaced !== undefined && replaced !== gap.id) await curated.remove(profile.id, replaced)
  await gaps.change(profile.id, gap.id, { status: 'published', publication })
  return recheck
}

type Outcome = 'by entry' | 'otherwise' | 'not answered'

/** An answer without a source says nothing of the company's. */
async function outcomeOf (
  ask: Ask, asked: { company: string, message: string, names: readonly string[] }, entry: readonly string[],
): Promise<Outcome> {
  try {
    const reader = await ask({ ...asked, user: 'gap-check', fresh: true, isWarmUp: true, web: false })
    const events = await reader.all().finally(reader.close)
    const last = events.at(-1)
    if (last?.type !== 'finish' || last.finish_reason !== 'stop' || last.citations.length === 0) return 'not answered'
    const cited = events.flatMap(event => event.type === 'sources' ? event.sources : []).filter(({ n }) => last.citations.includes(n))
    return cited.some(({ id }) => entry.includes(id)) ? 'by entry' : 'otherwise'
  } catch {
    return 'not answered'
  }
}
