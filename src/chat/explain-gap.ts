// Explains a gap: the passages nearest to its question, why they did not do, and an FAQ entry that could close it.
import { isForSome } from '../answers/id.ts'
import type { DocumentStore } from '../documents/store.ts'
import type { FeedbackStore, StoredFeedback } from '../feedback/store.ts'
import type { GapStore, GapSummary } from '../gaps/store.ts'
import type { QuestionVectors } from '../gaps/vector.ts'
import { askForDifferentOffers } from '../language/asking-offer.ts'
import { sentences as split } from '../language/sentences.ts'
import { languages } from '../language/words.ts'
import { documentOf } from '../search/passage-id.ts'
import { dot } from '../similarity.ts'
import type { CompanyProfile } from '../types.ts'
import type { PassageResult, PassageSearchResult, SearchPassages } from './search.ts'

/** Why a passage did not answer. */
export type Shortfall = 'missing_words' | 'other_value' | 'weak' | 'fits'

export interface NearPassage {
  id: string
  index: string
  title: string
  url: string
  snippet: string
  score: number
  why: { reason: Shortfall, words: string[], text: string }
}

export interface DraftEntry {
  index: string
  question: string
  /** Empty when neither the documents nor the users say anything to begin with. */
  answer: string
  /** Other words for the question, each of which will find the entry. */
  variants: string[]
  /** Where the answer comes from: what a user wrote, or a passage. */
  from: 'correction' | 'passage' | 'none'
  /** Whom the entry should be for: what answers rested on that were for some is not for everyone. Null = everyone. */
  access: string[] | null
}

export interface GapExplanation { passages: NearPassage[], draft: DraftEntry }

export interface ExplainDeps {
  gaps: Pick<GapStore, 'answers'>
  /** Null when feedback is off. */
  feedback: Pick<FeedbackStore, 'list'> | null
  /** Null when documents cannot be read here. */
  documents: Pick<DocumentStore, 'get'> | null
  searchPassages: SearchPassages
  vectors: QuestionVectors
}

export const maxVariants = 10
const nearPassages = 3
/** How alike a question of the gap must be to the entry's, so that the entry surely answers it too. Measured like the gaps. */
const leastVariant = { meaning: 0.45, stems: 0.6 }
/** Answers of a gap whose ratings are read, and the most sources of them. */
const ratedAnswers = 10
const maxSources = 50
const draftSentences = 3
/** Evidence below which a passage is about something else. */
const leastEvidence = -2.5

/** Throws the errors of the search and of the stores. */
export async function explainGap (
  { gaps, feedback, documents, searchPassages, vectors }: ExplainDeps, profile: CompanyProfile, gap: GapSummary, signal: AbortSignal,
): Promise<GapExplanation> {
  const question = gap.examples[0]?.question ?? gap.publication?.question ?? ''
  const empty: DraftEntry = { index: entryIndex(profile), question, answer: '', variants: [], from: 'none', access: null }
  if (question === '') return { passages: [], draft: empty }
  const search = { company: profile.id, message: question, limit: nearPassages, explain: true, showMessages: false, signal }
  const found = await searchPassages(search)
  const draft = { ...empty, question: asQuestion(question), variants: await variantsOf(vectors, gap, question) }
  // Passages are found as everyone sees them; what users wrote may rest on more.
  const rated = await ratingsOf({ gaps, feedback }, profile.id, gap)
  const correction = rated.find(({ correction }) => correction !== '')?.correction
  draft.access = await accessOfAnswers(documents, profile.id, rated)
  const [best] = found.passages
  const passages = found.passages.map(passage => toNear(passage, found))
  if (correction) return { passages, draft: { ...draft, answer: correction, from: 'correction' } }
  const answer = best?.explain && best.explain.evidence >= leastEvidence ? excerpt(best) : ''
  return { passages, draft: { ...draft, answer, from: answer === '' ? 'none' : 'passage' } }
}

/** Returns the index for new FAQ entries: `faq`, else one that sounds like it, else the first whose documents have titles. */
export function entryIndex ({ indexes }: Pick<CompanyProfile, 'indexes'>): string {
  const kinds = Object.keys(indexes)
  return kinds.find(kind => kind === 'faq') ?? kinds.find(kind => /faq|question|frage|pregunta|aide|help|hilfe/i.test(kind)) ??
    kinds.find(kind => indexes[kind]!.title !== undefined) ?? kinds[0] ?? 'faq'
}

/** Returns the question with its mark: only such a title is read as that of an FAQ entry. */
export function asQuestion (text: string): string {
  const plain = text.trim().replace(/[\s.!…]+$/u, '')
  return /[?？؟]$/u.test(plain) ? plain : `${plain}?`
}

/**
 * Returns other words for the same question: each of them will get the entry as its answer, so a gap's questions that are
 * only near are left out, and those that ask for another thing in the same words. Masked texts are no question that anyone asks.
 */
export async function variantsOf (vectors: QuestionVectors, { examples }: GapSummary, question: string): Promise<string[]> {
  const language = examples.find(example => example.question === question)?.language ?? examples[0]?.language ?? 'und'
  const own = await vectors.vectorOf(question, language)
  const variants: string[] = []
  for (const { question: text, language } of examples) {
    if (text === question || variants.length === maxVariants || /\[(?:mail|number|name)\]/.test(text)) continue
    const { vector, model } = await vectors.vectorOf(text, language)
    const least = model === '' ? leastVariant.stems : leastVariant.meaning
    if (model !== own.model || dot(own.vector, vector) < least) continue
    if (!askForDifferentOffers(question, text, languages.find(known => known === language) ?? 'und')) variants.push(text)
  }
  return variants
}

/** Returns what users said about the answers of a gap, the newest first. */
async function ratingsOf (
  { gaps, feedback }: Pick<ExplainDeps, 'gaps' | 'feedback'>, company: string, { id, causes }: GapSummary,
): Promise<StoredFeedback[]> {
  if (!feedback || causes.disliked === 0) return []
  const rated: StoredFeedback[] = []
  for (const answerId of await gaps.answers(company, id, ratedAnswers)) {
    rated.push(...await feedback.list(company, { answerId }, { limit: 5 }))
  }
  return rated
}

/**
 * Returns whom everything that answers rested on is for: the names that all access lists have, or null when all is for everyone.
 * It is nobody when an answer was for some people and its documents are no longer known.
 */
export async function accessOfAnswers (
  documents: ExplainDeps['documents'], company: string, answers: readonly { answerId: string, sources: readonly string[] }[],
): Promise<string[] | null> {
  const forSome = answers.filter(({ answerId }) => isForSome(answerId))
  if (forSome.some(({ sources }) => sources.length === 0)) return []
  const mustBeKnown = new Set(forSome.flatMap(({ sources }) => sources))
  let common: string[] | null = null
  for (const source of new Set(answers.flatMap(({ sources }) => sources).slice(0, maxSources))) {
    const { index, id } = documentOf(source)
    const found = index === null ? null : await documents?.get(company, index, id, { from: 0, maxChars: 1 })
    if (!found && mustBeKnown.has(source)) return []
    const access = found?.access
    if (access) common = common === null ? access : common.filter(name => access.includes(name))
  }
  return common
}

/** Returns whom an entry for a gap should be for, if its author does not say. */
export async function accessOfGap (
  { gaps, feedback, documents }: Pick<ExplainDeps, 'gaps' | 'feedback' | 'documents'>, company: string, gap: GapSummary,
): Promise<string[] | null> {
  return accessOfAnswers(documents, company, await ratingsOf({ gaps, feedback }, company, gap))
}

function toNear (passage: PassageResult, { answerable, explain }: PassageSearchResult): NearPassage {
  const { id, index, title, url, snippet, score } = passage
  const { evidence, matched, factors } = passage.explain!
  const lacking = explain!.words.filter((_, i) => !matched.includes(i)).map(({ word }) => word)
  const why = (reason: Shortfall, text: string) => ({ reason, words: reason === 'missing_words' ? lacking : [], text })
  const near = { id, index, title, url, snippet, score }
  if (evidence > 0 && answerable) return { ...near, why: why('fits', 'It answers the question as it is now.') }
  if (factors.contradicts > 0) return { ...near, why: why('other_value', 'It has another value than the question asks about.') }
  if (lacking.length > 0) return { ...near, why: why('missing_words', `It does not say: ${lacking.join(', ')}.`) }
  return { ...near, why: why('weak', 'It has the words, but too little that answers the question.') }
}

/** Returns the sentences that hold the question's words, in the company's own words. */
function excerpt ({ text, highlights }: PassageResult): string {
  let at = 0
  const sentences = split(text).map(sentence => {
    const start = text.indexOf(sentence, at)
    if (start >= 0) at = start + sentence.length
    const hits = highlights.text.filter(([from]) => from >= start && from < start + sentence.length).length
    return { sentence: sentence.trim(), hits }
  })
  const best = sentences.filter(({ hits }) => hits > 0).sort((a, b) => b.hits - a.hits).slice(0, draftSentences)
  return sentences.filter(found => best.includes(found)).map(({ sentence }) => sentence).join(' ')
}
