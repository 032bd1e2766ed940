// Closes a gap: writes the FAQ entry as documents, asks the gap's questions again, and counts how many are answered now.
import { createHash } from 'node:crypto'
import { coded } from '../errors.ts'
import type { IndexedDocument } from '../documents/document.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { GapStore, GapSummary, Publication } from '../gaps/store.ts'
import type { CompanyProfile } from '../types.ts'
import type { Ask } from './ask.ts'
import { asQuestion } from './explain-gap.ts'

export interface Entry {
  index: string
  question: string
  answer: string
  url: string
  /** The groups and users that it is for; null = everyone. */
  access: string[] | null
  /** Other words for the question, each of which gets the answer. */
  variants: string[]
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
  documents: DocumentStore
  ask: Ask
  /** Resolves when what was written can be found. */
  searchable (company: string): Promise<void>
  now? (): number
}

/** The most questions that are asked again, and how long that may take. */
const maxAsked = 30
const askMs = 60_000

/**
 * Returns the documents of an FAQ entry: one for the question, and one for each of its variants, with the same answer. The
 * title is what a question is compared with.
 */
export function entryDocuments (
  id: string, { question, answer, variants, url, access }: Omit<Entry, 'index' | 'candidates'>,
): IndexedDocument[] {
  const titles = [...new Set([question, ...variants].map(asQuestion))]
  const shared = { text: answer.trim(), url, fields: [], ...(access ? { access } : {}) }
  return titles.map((title, i) => ({ id: i === 0 ? id : `${id}~${digest(title)}`, title, ...shared }))
}

/** Publishes an entry for a gap. Throws the errors of the documents; a question that fails when asked again counts as not answered. */
export async function closeGap (
  { gaps, documents, ask, searchable, now = Date.now }: CloseDeps,
  profile: CompanyProfile, gap: GapSummary, entry: Entry, signal: AbortSignal,
): Promise<{ publication: Publication, recheck: Recheck }> {
  const { index, question, answer } = entry
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(askMs)])
  const questions = [...new Set(gap.examples.map(({ question }) => question))].slice(0, maxAsked)
  const outcomes = new Map<string, Outcome>()

  /** Writes the entry with these variants. Returns the ids of its documents. */
  async function write (variants: string[]): Promise<string[]> {
    const written = entryDocuments(gap.id, { ...entry, variants })
    const { rejected = [] } = await documents.put(profile, index, written)
    if (rejected.length > 0) throw coded('FILE_REJECTED', rejected[0]!.message)
    return written.map(({ id }) => id)
  }

  /** Asks questions as a customer would, one after another, without leaving a trace of them. */
  async function askAgain (asked: readonly string[], ids: readonly string[]): Promise<void> {
    await documents.settle(profile.id)
    await searchable(profile.id)
    const sources = ids.map(id => `${index}/${id}`)
    for (const message of asked) {
      if (deadline.aborted) return
      outcomes.set(message, await outcomeOf(ask, { company: profile.id, message, names: entry.access ?? [] }, sources))
    }
  }

  let ids = await write(entry.variants)
  // An earlier entry of the same gap may have had other variants, and they may have been in another index.
  const old = gap.publication
  const dropped = old ? old.documents.filter(id => old.index !== index || !ids.includes(id)) : []
  if (old && dropped.length > 0) await documents.remove(profile.id, old.index, dropped)
  await askAgain([...new Set([...questions, ...entry.candidates])], ids)

  const needed = entry.candidates.filter(text => outcomes.get(text) !== undefined && outcomes.get(text) !== 'by entry')
  if (needed.length > 0) {
    ids = await write([...entry.variants, ...needed])
    await askAgain(questions.filter(text => outcomes.get(text) !== 'by entry'), ids)
  }
  const asked = questions.filter(text => outcomes.has(text))
  const unanswered = asked.filter(text => outcomes.get(text) === 'not answered')
  const recheck = { asked: asked.length, answered: asked.length - unanswered.length, unanswered }
  const publication: Publication = {
    index, documents: ids, question: asQuestion(question), answer, at: now(), asked: recheck.asked, answered: recheck.answered,
  }
  await gaps.change(profile.id, gap.id, { status: 'published', publication })
  return { publication, recheck }
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

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 10)
}
