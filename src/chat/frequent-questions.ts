// What a company's customers ask most, to be answered ahead.
import { LRUCache } from 'lru-cache'
import { normalizeQuestion } from '../language/normalize.ts'
import type { Language } from '../types.ts'

export interface CommonQuestion {
  text: string
  /** The language that the client gave; null = guessed. */
  language: string | null
}

export interface CommonQuestions {
  /** Counts a question that anybody else could have asked, once for each who asks it. */
  count (company: string, question: CommonQuestion, user: string): void
  /** The most asked of the last day, each asked twice or more, the most asked first. */
  top (company: string, n: number): Promise<CommonQuestion[]>
  /** Writes the counts that have changed. Never rejects. */
  save (): Promise<void>
}

/** Where counts outlive the process; what is read may be anything. */
export interface CountsStore {
  read (company: string): Promise<string | undefined>
  write (company: string, counts: string): Promise<void>
}

interface Counted extends CommonQuestion {
  n: number
  /** Who has asked it here; absent when it was read. */
  users?: Set<string>
}
interface Counts {
  /** Number of the day that `today` is about; a day here is 24 h since 1970. */
  day: number
  today: Map<string, Counted>
  yesterday: Map<string, Counted>
  changed: boolean
}

const dayMs = 86_400_000
const maxCompanies = 1000
/** Different questions of a company and day that are counted; a page of text is no common question. */
const maxQuestions = 500
const maxChars = 300
/** Of a question, who are told apart; beyond them everyone counts. */
const maxUsers = 20
const maxKept = 100

/** @param onError told when counts cannot be read or written, which costs no more than those */
export function createCommonQuestions ({ store, now = Date.now, onError }: { store: CountsStore, now?: () => number, onError: (error: unknown) => void }): CommonQuestions {
  const companies = new LRUCache<string, Promise<Counts>>({ max: maxCompanies })

  function countsOf (company: string): Promise<Counts> {
    let counts = companies.get(company)
    if (!counts) {
      counts = store.read(company).then(read).catch(error => {
        onError(error)
        return read(undefined)
      })
      companies.set(company, counts)
    }
    return counts.then(turn)
  }

  /** A new day begins: what was today is yesterday. */
  function turn (counts: Counts): Counts {
    const day = Math.floor(now() / dayMs)
    if (day !== counts.day) {
      counts.yesterday = day === counts.day + 1 ? counts.today : new Map()
      counts.today = new Map()
      counts.day = day
    }
    return counts
  }

  return {
    count (company, { text, language }, user) {
      if (text.length > maxChars) return
      countsOf(company).then(counts => {
        const key = keyOf(text, language)
        const known = counts.today.get(key)
        if (known?.users?.has(user)) return
        if (known) known.n++
        else if (counts.today.size >= maxQuestions) forget(counts.today)
        const users = known?.users ?? new Set()
        if (users.size < maxUsers) users.add(user)
        counts.today.set(key, { text, language, n: 1, ...known, users })
        counts.changed = true
      })
    },
    async top (company, n) {
      const { today, yesterday } = await countsOf(company)
      // Of yesterday what lies within the last 24 h, as if it had come evenly.
      const share = 1 - (now() % dayMs) / dayMs
      const sums = new Map<string, Counted>()
      for (const [key, question] of yesterday) sums.set(key, { ...question, n: question.n * share })
      for (const [key, question] of today) sums.set(key, { ...question, n: question.n + (sums.get(key)?.n ?? 0) })
      return [...sums.values()].filter(question => question.n >= 2).sort((a, b) => b.n - a.n).slice(0, n).map(({ text, language }) => ({ text, language }))
    },
    async save () {
      for (const [company, promise] of companies) {
        const counts = turn(await promise)
        if (!counts.changed) continue
        counts.changed = false
        await store.write(company, written(counts)).catch(onError)
      }
    },
  }
}

function keyOf (text: string, language: string | null): string {
  return `${language ?? ''} ${normalizeQuestion(text, (language ?? 'und') as Language)}`
}

/** Makes room: the oldest of those asked least. */
function forget (questions: Map<string, Counted>): void {
  let least: [string, number] | undefined
  for (const [key, { n }] of questions) if (!least || n < least[1]) least = [key, n]
  if (least) questions.delete(least[0])
}

/** What only one has asked may be about that one: it is not written down. */
function written ({ day, today, yesterday }: Counts): string {
  const often = (questions: Map<string, Counted>) => [...questions.values()].filter(({ n }) => n >= 2).sort((a, b) => b.n - a.n).slice(0, maxKept)
    .map(({ text, language, n }) => ({ text, language, n }))
  return JSON.stringify({ day, today: often(today), yesterday: often(yesterday) })
}

function read (text: string | undefined): Counts {
  const { day = 0, today = [], yesterday = [] } = text === undefined ? {} : JSON.parse(text) as { day?: number, today?: Counted[], yesterday?: Counted[] }
  const map = (questions: Counted[]) => new Map(questions.map(question => [keyOf(question.text, question.language), question]))
  return { day, today: map(today), yesterday: map(yesterday), changed: false }
}
