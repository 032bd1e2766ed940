// Feedback as lines of JSON: whole entries, or pairs of input and target.
import { hash } from 'node:crypto'
import type { Steps } from '../async/in-slices.ts'
import { CodedError, coded } from '../errors.ts'
import { makeFeedback } from './feedback.ts'
import { scales, type Feedback, type Scale, type StoredFeedback } from './store.ts'

/** The form of an entry in lists and exports. */
export function toJson ({ n, createdAt, updatedAt, ...entry }: StoredFeedback) {
  return {
    n,
    answer_id: entry.answerId,
    rater: entry.rater,
    rating: entry.rating,
    scale: entry.scale,
    score: entry.score,
    reasons: entry.reasons,
    comment: entry.comment,
    correction: entry.correction,
    question: entry.question,
    answer: entry.answer,
    sources: entry.sources,
    finish_reason: entry.finishReason,
    answered_by: entry.answeredBy,
    model: entry.model,
    profile_version: entry.profileVersion,
    index_version: entry.indexVersion,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  }
}

/** Returns the pair of an entry: the question, the answer or its correction, and the rating of the answer from 0 to 1. */
export function toPair ({ question, answer, correction, score }: StoredFeedback) {
  return correction === ''
    ? { input: question, target: answer, score: (score + 1) / 2 }
    // The target is then right, whatever the answer was.
    : { input: question, target: correction, score: 1 }
}

/** Reads lines of either form, one in each step. Throws INVALID_BODY with the number of the line. @param scale of pairs that name none */
export function * readLines (text: string, scale: Scale): Steps<Feedback[]> {
  const entries: Feedback[] = []
  for (const [i, line] of text.replace(/^\uFEFF/, '').split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      entries.push(readLine(JSON.parse(line), scale))
    } catch (error) {
      const reason = error instanceof CodedError ? error.message : 'It is not JSON.'
      throw coded('INVALID_BODY', `Line ${i + 1}: ${reason}`)
    }
    yield
  }
  return entries
}

function readLine (value: unknown, pairScale: Scale): Feedback {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw coded('INVALID_BODY', 'It is not an object.')
  const line = value as Record<string, unknown>
  const text = (name: string): string => {
    const found = line[name] ?? ''
    if (typeof found !== 'string' || found.length > 100_000) {
      throw coded('INVALID_BODY', `"${name}" must be a text of up to 100,000 characters.`)
    }
    return found.toWellFormed().replaceAll('\0', '')
  }
  const list = (name: string): string[] => {
    const found = line[name] ?? []
    const isList = Array.isArray(found) && found.length <= 50 && found.every(item => typeof item === 'string' && item.length <= 600)
    if (!isList) throw coded('INVALID_BODY', `"${name}" must be a list of up to 50 short texts.`)
    return (found as string[]).map(item => item.toWellFormed().replaceAll('\0', ''))
  }
  const isPair = line.input !== undefined
  const scale = line.scale ?? (isPair ? pairScale : 'thumbs')
  if (!scales.includes(scale as Scale)) throw coded('INVALID_BODY', `"scale" must be one of ${scales.join(', ')}.`)
  const rating = isPair ? line.score : line.rating
  if (typeof rating !== 'number') throw coded('INVALID_BODY', `"${isPair ? 'score' : 'rating'}" must be a number.`)
  const question = text(isPair ? 'input' : 'question')
  const answer = text(isPair ? 'target' : 'answer')
  if (question.trim() === '') throw coded('INVALID_BODY', `"${isPair ? 'input' : 'question'}" is missing.`)
  // Ids that were not made here could be personal data.
  const id = /^[A-Za-z0-9_-]{1,64}$/.test(text('answer_id')) ? text('answer_id') : `import-${digest([question, answer])}`
  const rater = /^(?:[A-Za-z0-9_-]{22})?$/.test(text('rater')) ? text('rater') : digest(text('rater'))
  return makeFeedback(id, rater || 'import', {
    rating, scale: scale as Scale, reasons: list('reasons').slice(0, 10), comment: text('comment'), correction: text('correction'),
  }, {
    question, answer, sources: list('sources'),
    finishReason: text('finish_reason').slice(0, 32), answeredBy: text('answered_by').slice(0, 32), model: text('model').slice(0, 256),
    profileVersion: text('profile_version').slice(0, 128), indexVersion: text('index_version').slice(0, 256),
  })
}

function digest (value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22)
}
