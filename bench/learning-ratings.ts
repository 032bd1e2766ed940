// People who rate answers: most of them rightly.
import { hash } from 'node:crypto'
import { random } from '../src/evaluation/random.ts'
import type { Feedback } from '../src/feedback/store.ts'
import { isAmong } from '../src/learning/gather.ts'
import type { AskedAbout } from './learning-companies.ts'

/** An answer that was given, with the passages that it was made from. */
export interface Given { asked: AskedAbout, text: string, cited: string[], sources: { id: string, text: string }[] }

/** The share of disliked answers that come with a correction. */
const correcting = 0.35

/**
 * Returns ratings of answers; a few questions are asked often, as in life.
 * @param wrong the share of people who rate the other way round; `'all'`: by a coin, and corrections quote any source
 */
export function rate (given: readonly Given[], count: number, wrong: number | 'all', seed: number): Feedback[] {
  const next = random(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  return Array.from({ length: count }, (_, i) => {
    // The first ones are asked more often.
    const { asked, text, cited, sources } = given[Math.floor(given.length * next() ** 1.5)]!
    const isRight = text.split('\n')[0]!.includes(asked.value)
    const isWrong = wrong === 'all' ? next() < 0.5 : next() < wrong
    const likes = wrong === 'all' ? isWrong : isRight !== isWrong
    // Who is mistaken quotes what is wrong.
    const others = sources.filter(({ id }) => !isAmong(id, [asked.document]))
    const quoted = wrong === 'all' ? pick(sources) : isWrong ? pick(others) : sources.find(({ id }) => isAmong(id, [asked.document]))
    const correction = !likes && next() < correcting ? quoted?.text ?? (isWrong ? '' : asked.value) : ''
    return {
      answerId: `a${seed}-${i}`, rater: `r${i}`, rating: likes ? 1 : -1, scale: 'thumbs', score: likes ? 1 : -1, reasons: [], comment: '',
      correction, question: asked.question, answer: marked(text, cited, sources), sources: sources.map(({ id }) => id),
      finishReason: cited.length === 0 ? 'no_answer' : 'stop', answeredBy: 'extractive', model: 'extractive', profileVersion: '1',
      indexVersion: hash('sha1', asked.topic).slice(0, 4),
    }
  })
}

/** Writes an answer with the marks of what it cites. */
function marked (text: string, cited: readonly string[], sources: readonly { id: string }[]): string {
  return `${text} ${cited.map(id => `[${sources.findIndex(source => source.id === id) + 1}]`).join(' ')}`
}
