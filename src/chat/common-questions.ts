// Counts the questions that a company's customers ask most, so that they can be answered in advance.
import { LRUCache } from 'lru-cache'
import { normalizeQuestion } from '../language/normalize.ts'
import { onceForText } from '../language/once-for-text.ts'
import type { Language, Subject } from '../types.ts'

export interface CommonQuestion {
  text: string
  /** The language that the client gave; null = guessed. */
  language: string | null
}

export interface CommonQuestions {
  /** Counts a question that any other user could have asked, once per user. */
  count (company: string, question: CommonQuestion, user: string): void
  /** Returns the questions of the last 24 hours that were asked at least twice, the most common first. */
  top (company: string, n: number): Promise<(CommonQuestion & { times: number })[]>
  /** Forgets the counts of a company, or the questions that only one user is known to have asked. Returns how many questions. */
  erase (subject: Subject): Promise<number>
  /** Writes the counts that have changed. Never rejects. */
  save (): Promise<void>
}

/** Keeps counts beyond the life of the process; anything may come back from a read. */
export interface CountsStore {
  read (company: string): Promise<string | undefined>
  write (company: string, counts: string): Promise<void>
}

interface Counted extends CommonQuestion {
  n: number
  /** The users who asked it here; absent when the count was read from the store. A set of one user would be most of the memory. */
  users?: string | Set<string>
}
/** What is known of a company; `read` = at hand, so that nothing has to be waited for. */
interface Known { reading: Promise<Counts>, read?: Counts }
interface Counts {
  /** The number of the day that `today` covers; a day here is 24 h since 1970. */
  day: number
  today: Map<string, Counted>
  yesterday: Map<string, Counted>
  changed: boolean
}

const dayMs = 86_400_000
const maxCompanies = 1000
/** The most distinct questions counted per company and day, and their longest text: a page of text is not a common question. */
const maxQuestions = 500
const maxChars = 300
/** The most of all companies, about 20 MB; a company may have so many in any case. */
const maxOfAll = 50_000
const minQuestions = 20
const checkedEvery = 100
/** The most users distinguished per question; beyond them, every time that it is asked counts. */
const maxUsers = 20
const maxKept = 100

/** @param onError called when counts cannot be read or written; only the counts are lost */
export function createCommonQuestions ({
  store,
  now = Date.now,
  most = maxOfAll,
  onError,
}: {
  store: CountsStore
  now?: () => number
  /** The most questions counted of all companies together. */
  most?: number
  onError: (error: unknown) => void
}): CommonQuestions {
  const companies = new LRUCache<string, Known>({ max: maxCompanies })
  let isFull = false
  let added = 0

  /** Looks now and then whether there is room for more: that many too many do no harm. */
  function checkRoom (): void {
    if (++added % checkedEvery !== 0) return
    let all = 0
    for (const { read } of companies.values()) if (read) all += read.today.size + read.yesterday.size
    isFull = all >= most
  }

  function companyCounts (company: string): Known {
    const known = companies.get(company)
    if (known) return known
    const counts: Known = {
      reading: store.read(company).then(parse).catch(error => {
        onError(error)
        return parse(undefined)
      }),
    }
    counts.reading.then(read => { counts.read = read })
    companies.set(company, counts)
    return counts
  }

  async function countsOf (company: string): Promise<Counts> {
    return turn(await companyCounts(company).reading)
  }

  /** Starts a new day: today's counts become yesterday's. */
  function turn (counts: Counts): Counts {
    const day = Math.floor(now() / dayMs)
    if (day !== counts.day) {
      counts.yesterday = day === counts.day + 1 ? counts.today : new Map()
      counts.today = new Map()
      counts.day = day
    }
    return counts
  }

  function add (counts: Counts, { text, language }: CommonQuestion, user: string): void {
    const key = keyOf(text, language)
    const known = counts.today.get(key)
    if (known?.users === user || (known?.users instanceof Set && known.users.has(user))) return
    counts.changed = true
    if (!known) {
      checkRoom()
      if (counts.today.size >= (isFull ? minQuestions : maxQuestions)) forget(counts.today)
      counts.today.set(key, { text, language, n: 1, users: user })
      return
    }
    known.n++
    if (known.users === undefined) known.users = user
    else if (typeof known.users === 'string') known.users = new Set([known.users, user])
    else if (known.users.size < maxUsers) known.users.add(user)
  }

  return {
    count (company, question, user) {
      if (question.text.length > maxChars) return
      const counts = companyCounts(company)
      // Nearly always they have been read: then nothing waits.
      if (counts.read) add(turn(counts.read), question, user)
      else counts.reading.then(read => add(turn(read), question, user))
    },
    async top (company, n) {
      const { today, yesterday } = await countsOf(company)
      // Takes the part of yesterday that lies within the last 24 h, as if its questions had come evenly.
      const share = 1 - (now() % dayMs) / dayMs
      const sums = new Map<string, Counted>()
      for (const [key, question] of yesterday) sums.set(key, { ...question, n: question.n * share })
      for (const [key, question] of today) sums.set(key, { ...question, n: question.n + (sums.get(key)?.n ?? 0) })
      return [...sums.values()]
        .filter(question => question.n >= 2)
        .sort((a, b) => b.n - a.n)
        .slice(0, n)
        .map(({ text, language, n }) => ({ text, language, times: Math.round(n) }))
    },
    async erase ({ company, user }) {
      const counts = await countsOf(company)
      let erased = 0
      for (const questions of [counts.today, counts.yesterday]) {
        for (const [key, question] of questions) {
          if (user !== undefined && !forgetUser(question, user)) continue
          // What others have asked too is not this user's alone.
          if (user !== undefined && --question.n > 0) continue
          questions.delete(key)
          erased++
        }
      }
      if (user === undefined) companies.delete(company)
      else if (counts.changed) await store.write(company, serialize(counts))
      return erased
    },
    async save () {
      for (const [company, { reading }] of companies) {
        const counts = turn(await reading)
        if (!counts.changed) continue
        counts.changed = false
        await store.write(company, serialize(counts)).catch(onError)
      }
    },
  }
}

function keyOf (text: string, language: string | null): string {
  return language === null ? keyOfGuessed(text) : `${language} ${normalizeQuestion(text, language as Language)}`
}

/** Most questions come without their language, and the same ones come again and again. */
const keyOfGuessed = onceForText(text => ` ${normalizeQuestion(text, 'und')}`, { maxChars: 100_000, longest: maxChars })

/** Returns false when the user is not known to have asked it. */
function forgetUser (question: Counted, user: string): boolean {
  if (question.users instanceof Set) return question.users.delete(user)
  if (question.users !== user) return false
  delete question.users
  return true
}

/** Makes room by dropping the oldest of the least common questions. */
function forget (questions: Map<string, Counted>): void {
  let least: [string, number] | undefined
  for (const [key, { n }] of questions) if (!least || n < least[1]) least = [key, n]
  if (least) questions.delete(least[0])
}

/** Serializes the counts, without questions that only one user asked: they may be personal. */
function serialize ({ day, today, yesterday }: Counts): string {
  const often = (questions: Map<string, Counted>) =>
    [...questions.values()]
      .filter(({ n }) => n >= 2)
      .sort((a, b) => b.n - a.n)
      .slice(0, maxKept)
      .map(({ text, language, n }) => ({ text, language, n }))
  return JSON.stringify({ day, today: often(today), yesterday: often(yesterday) })
}

function parse (text: string | undefined): Counts {
  const {
    day = 0,
    today = [],
    yesterday = [],
  } = text === undefined ? {} : (JSON.parse(text) as { day?: number; today?: Counted[]; yesterday?: Counted[] })
  const map = (questions: Counted[]) => new Map(questions.map(question => [keyOf(question.text, question.language), question]))
  return { day, today: map(today), yesterday: map(yesterday), changed: false }
}
