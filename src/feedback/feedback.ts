// Makes feedback from a rating: checks it, masks every text, and bounds its size.
import { coded } from '../errors.ts'
import { maskPersonalData, maskWithin } from '../language/mask.ts'
import { checkTexts } from '../whole-text.ts'
import type { RatedAnswer } from './given-answers.ts'
import type { Feedback, Scale } from './store.ts'

export interface Rating {
  rating: number
  /** −1 to 1 when absent. */
  scale?: Scale | undefined
  reasons?: string[] | undefined
  comment?: string | undefined
  correction?: string | undefined
}

/** The longest texts that are stored; the routes refuse longer comments and corrections. */
export const longestFeedbackText = 4000
const maxSources = 50

const ranges: Record<Scale, [lowest: number, highest: number]> = { thumbs: [-1, 1], stars: [0, 5], unit: [0, 1] }

/** Returns the rating from −1 to 1. Throws INVALID_BODY for one that is not on its scale. */
export function scoreOf (rating: number, scale: Scale): number {
  const [lowest, highest] = ranges[scale]
  if (!(rating >= lowest && rating <= highest)) {
    const help = Object.entries(ranges).map(([name, [from, to]]) => `"${name}" is ${from} to ${to}`).join(', ')
    throw coded('INVALID_BODY', `The rating ${rating} is not on the scale "${scale}"; "scale" can be changed: ${help}.`)
  }
  return ((rating - lowest) / (highest - lowest)) * 2 - 1
}

/** Makes the feedback that is stored. Throws INVALID_BODY or INVALID_TEXT. */
export function makeFeedback (answerId: string, rater: string, rating: Rating, answer: RatedAnswer): Feedback {
  const { scale = 'thumbs', reasons = [], comment = '', correction = '' } = rating
  checkTexts([comment, correction, ...reasons])
  return {
    answerId, rater, rating: rating.rating, scale, score: scoreOf(rating.rating, scale),
    reasons: [...new Set(reasons.map(maskPersonalData))],
    comment: masked(comment), correction: masked(correction), question: masked(answer.question), answer: masked(answer.answer),
    sources: answer.sources.slice(0, maxSources),
    finishReason: answer.finishReason, answeredBy: answer.answeredBy, model: answer.model,
    profileVersion: answer.profileVersion, indexVersion: answer.indexVersion,
  }
}

function masked (text: string): string {
  return maskWithin(text, longestFeedbackText)
}
