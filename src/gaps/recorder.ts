// Records questions that were not answered well: after their answers, in batches, and masked before anything is stored.
import { LRUCache } from 'lru-cache'
import { newRecordId } from '../ids.ts'
import { maskPersonalData } from '../language/mask.ts'
import { tokens } from '../language/words.ts'
import { dot } from '../similarity.ts'
import type { AnswerEvents, FinishEvent } from '../types.ts'
import { sortQuestions } from './sort.ts'
import type { ComparedQuestion, GapCause, GapStore, MissedQuestion } from './store.ts'
import { toBytes, type QuestionVectors } from './vector.ts'

/** A question that has its answer. */
export interface AskedQuestion {
  /** Without its courtesies. */
  text: string
  language: string
  user: string
  /** Only a part of the documents was searched. */
  isNarrowed: boolean
}

/** The part of a rating that matters here. */
export interface Rated { answerId: string, rater: string, score: number, question: string }

export interface GapRecorder {
  /** Notes an answered question. Costs nothing but a look at its end. */
  note (company: string, events: AnswerEvents, asked: AskedQuestion): void
  /** Notes a rating; a thumb down that was taken back no longer counts. */
  rated (company: string, feedback: Rated): void
  /** Writes and sorts what waits. Never rejects. */
  flush (): Promise<void>
  /** Removes everything of a user, also what waits to be written. Returns how many stored questions there were. */
  forgetUser (company: string, user: string): Promise<number>
  /** Writes what waits, and stops. */
  close (): Promise<void>
}

export interface RecorderOptions {
  gaps: GapStore
  vectors: QuestionVectors
  hashOf (company: string, who: { user: string }): Promise<string>
  languageOf (text: string): string
  onError (error: unknown, company: string): void
}

interface Waiting {
  answerId: string
  cause: GapCause
  question: string
  language: string
  at: number
  /** Who asked; or else the hash of it. */
  user?: string
  rater?: string
  /** What the user asked next, to be compared. */
  other?: string
}

/** How long questions wait for others. */
const flushMs = 5000
/** A question in other words counts as asked again within this time. */
const againMs = 300_000
/** The most questions that wait of one company, and of all; further ones are not recorded. */
const maxWaiting = 200
const maxWaitingOfAll = 2000
/** The most of a company that wait to be compared with the question before them: each may be embedded four times. */
const maxCompared = 20
/** The most users whose last question is remembered. */
const maxUsers = 5000
/** A longer text is cut: the topic of a letter is in its beginning. */
const longestQuestion = 300
/** How alike two questions of one user are that ask the same; without a model, by their stems. */
const leastAgain = { meaning: 0.55, stems: 0.6 }
/** All questions are compared anew when so many have come since, and this share of those that there are. */
const sortedAnewAfter = { questions: 10, share: 0.1 }

export function createGapRecorder ({ gaps, vectors, hashOf, languageOf, onError }: RecorderOptions): GapRecorder {
  let waiting = new Map<string, Waiting[]>()
  let count = 0
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const last = new LRUCache<string, { answerId: string, question: string, language: string, at: number }>({ max: maxUsers })
  /** Questions that were added since all of a company were compared. */
  const since = new LRUCache<string, number>({ max: maxUsers })
  let isClosed = false

  function wait (company: string, item: Waiting): void {
    const list = waiting.get(company) ?? []
    if (isClosed || list.length >= maxWaiting || count >= maxWaitingOfAll) return
    if (item.other !== undefined && list.filter(({ other }) => other !== undefined).length >= maxCompared) return
    list.push(item)
    count++
    waiting.set(company, list)
    timer ??= setTimeout(flush, flushMs).unref()
  }

  async function readQuestion (company: string, item: Waiting): Promise<ComparedQuestion | null> {
    const question = masked(item.question)
    if (question === '') return null
    const { vector, model } = await vectors.vectorOf(question, item.language)
    if (item.other !== undefined) {
      const other = await vectors.vectorOf(masked(item.other), item.language)
      const least = model === '' ? leastAgain.stems : leastAgain.meaning
      if (other.model !== model || dot(vector, other.vector) < least) return null
    }
    const asker = item.rater ?? await hashOf(company, { user: item.user! })
    const { answerId, cause, language, at } = item
    const missed: MissedQuestion = { answerId, asker, cause, question, language, at }
    return { ...missed, vector: toBytes(vector), model }
  }

  async function write (company: string, items: Waiting[]): Promise<void> {
    const questions: ComparedQuestion[] = []
    for (const item of items) {
      const question = await readQuestion(company, item)
      if (question) questions.push(question)
    }
    if (questions.length === 0) return
    const added = await gaps.add(company, questions)
    if (added === 0) return
    const found = await gaps.exemplars(company)
    const fresh = (since.get(company) ?? Infinity) + added
    const isFull = fresh >= Math.max(sortedAnewAfter.questions, sortedAnewAfter.share * found.questions.length)
    since.set(company, isFull ? 0 : fresh)
    await gaps.sort(company, await sortQuestions(found, isFull, () => newRecordId('gap')))
  }

  function flush (): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batches = waiting
    waiting = new Map()
    count = 0
    // One after another: two that sort the same questions would give them two ids.
    running = running.then(async () => {
      for (const [company, items] of batches) await write(company, items).catch(error => onError(error, company))
    })
    return running
  }

  return {
    note (company, events, { text, language, user, isNarrowed }) {
      const [start, finish] = [events.at(0), events.at(-1)]
      if (start?.type !== 'start' || finish?.type !== 'finish' || finish.answered_by === 'smalltalk') return
      const at = Date.now()
      const { answer_id: answerId } = start
      const question = finish.standalone_question ?? text
      const key = `${company} ${user}`
      const known = last.get(key)
      const before = known && at - known.at < againMs ? known : undefined
      // The one before is read below, where it is another answer's.
      if (known?.answerId === answerId) {
        known.question = question.slice(0, longestQuestion * 4)
        known.language = language
        known.at = at
      } else last.set(key, { answerId, question: question.slice(0, longestQuestion * 4), language, at })
      // A search that failed in part says nothing about the documents.
      if (finish.finish_reason === 'no_answer') {
        if (!finish.degraded && !isNarrowed) wait(company, { answerId, cause: 'no_answer', question, language, at, user })
      }
      if (before && before.answerId !== answerId && mayAskAgain(before.question, question, finish)) {
        wait(company, { ...before, cause: 'asked_again', user, other: question })
      }
    },
    rated (company, { answerId, rater, score, question }) {
      if (score < 0) {
        if (question !== '') wait(company, { answerId, cause: 'disliked', question, language: languageOf(question), at: Date.now(), rater })
        return
      }
      // One that still waits is written first.
      running = flush().then(() => gaps.withdraw(company, answerId, rater)).catch(error => onError(error, company))
    },
    flush,
    async forgetUser (company, user) {
      const asker = await hashOf(company, { user })
      last.delete(`${company} ${user}`)
      waiting.set(company, (waiting.get(company) ?? []).filter(item => item.user !== user && item.rater !== asker))
      await running
      return gaps.forgetUser(company, asker)
    },
    async close () {
      await flush()
      isClosed = true
      await running
    },
  }
}

/** Returns the question as it is stored: masked, on one line, cut. */
function masked (question: string): string {
  return maskPersonalData(question).replace(/\s+/g, ' ').trim().slice(0, longestQuestion).toWellFormed()
}

/**
 * Tells whether a question may ask the same as the one before it, in other words: not the same words, not a follow-up, and
 * no other figures.
 */
function mayAskAgain (before: string, question: string, { standalone_question: standalone }: FinishEvent): boolean {
  if (standalone !== undefined || before === question || before.length > longestQuestion || question.length > longestQuestion) return false
  const [one, other] = [tokens(before), tokens(question)]
  const figures = (words: string[]) => words.filter(word => /\p{N}/u.test(word)).sort().join(' ')
  return one.join(' ') !== other.join(' ') && figures(one) === figures(other)
}
