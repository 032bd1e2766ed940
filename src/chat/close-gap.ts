// Closes a gap: writes the FAQ entry as documents, asks the gap's questions again, and counts how many are answered now.
import { createHash } from 'node:crypto'
import { coded } from '../errors.ts'
import type { IndexedDocument } from '../documents/document.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { GapStore, GapSummary, Publication } from '../gaps/store.ts'
import type { AnswerEvent, CompanyProfile } from '../types.ts'
import type { Ask } from './ask.ts'
import { asQuestion } from './explain-gap.ts'

export interface Entry { index: string, question: string, answer: string, variants: string[], url: string }

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
export function entryDocuments (id: string, { question, answer, variants, url }: Entry): IndexedDocument[] {
  const titles = [...new Set([question, ...variants].map(asQuestion))]
  return titles.map((title, i) => ({ id: i === 0 ? id : `${id}~${digest(title)}`, title, text: answer.trim(), url, fields: [] }))
}

/** Publishes an entry for a gap. Throws the errors of the documents; a question that fails when asked again counts as not answered. */
export async function closeGap (
  { gaps, documents, ask, searchable, now = Date.now }: CloseDeps,
  profile: CompanyProfile, gap: GapSummary, entry: Entry, signal: AbortSignal,
): Promise<{ publication: Publication, recheck: Recheck }> {
  const { index, question, answer } = entry
  const written = entryDocuments(gap.id, entry)
  const { rejected = [] } = await documents.put(profile, index, written, signal)
  if (rejected.length > 0) throw coded('FILE_REJECTED', rejected[0]!.message)
  const ids = written.map(({ id }) => id)
  // An earlier entry of the same gap may have had other variants.
  const old = gap.publication
  const dropped = old ? old.documents.filter(id => old.index !== index || !ids.includes(id)) : []
  if (old && dropped.length > 0) await documents.remove(profile.id, old.index, dropped)
  await documents.settle(profile.id)
  await searchable(profile.id)
  const recheck = await askAgain(ask, profile.id, [...new Set(gap.examples.map(({ question }) => question))].slice(0, maxAsked), signal)
  const publication: Publication = {
    index, documents: ids, question: asQuestion(question), answer, at: now(), asked: recheck.asked, answered: recheck.answered,
  }
  await gaps.change(profile.id, gap.id, { status: 'published', publication })
  return { publication, recheck }
}

/** Asks questions as a customer would, one after another, without leaving a trace of them. */
async function askAgain (ask: Ask, company: string, questions: readonly string[], signal: AbortSignal): Promise<Recheck> {
  const recheck: Recheck = { asked: 0, answered: 0, unanswered: [] }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(askMs)])
  for (const message of questions) {
    if (deadline.aborted) break
    recheck.asked++
    const events = await readAnswer(ask, company, message).catch(() => [])
    const last = events.at(-1)
    if (last?.type === 'finish' && last.finish_reason === 'stop' && last.citations.length > 0) recheck.answered++
    else recheck.unanswered.push(message)
  }
  return recheck
}

async function readAnswer (ask: Ask, company: string, message: string): Promise<readonly AnswerEvent[]> {
  const reader = await ask({ company, user: 'gap-check', message, fresh: true, isWarmUp: true, web: false })
  try {
    return await reader.all()
  } finally {
    reader.close()
  }
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 10)
}
