// Questions to begin with: the company's own common ones, then those that its FAQ answers.
import { effect, signal } from '@preact/signals'
import { call } from '../api.ts'
import { company, maySee, type Company } from '../session.ts'

export const maxExamples = 5

/** Null while they are being read. */
export const exampleQuestions = signal<string[] | null>(null)
/** True once it is known that the company has no documents. */
export const isEmpty = signal(false)

effect(() => read(company.value))

/** Looks once more whether there are documents by now. */
export function lookAgain (): void {
  if (isEmpty.peek()) read(company.peek())
}

function read (now: Company | null): void {
  exampleQuestions.value = null
  isEmpty.value = false
  if (!now) return
  const own = now.common_questions.slice(0, maxExamples)
  if (own.length === maxExamples || !maySee.documents.value) {
    exampleQuestions.value = own
    return
  }
  titlesOf(now.id, now.indexes).then(titles => {
    if (company.peek() !== now) return
    isEmpty.value = titles?.length === 0
    const questions = (titles ?? []).filter(title => /[?？؟]\s*$/u.test(title))
    exampleQuestions.value = [...new Set([...own, ...questions])].slice(0, maxExamples)
  })
}

interface Titles { data: { title: string }[] }

/** Returns titles of documents; null where they cannot be read. */
async function titlesOf (company: string, kinds: string[]): Promise<string[] | null> {
  try {
    const lists = await Promise.all(kinds.slice(0, 6).map(kind =>
      call<Titles>(`v1/indexes/${kind}/documents`, { query: { company_id: company, limit: '50' } })))
    return lists.flatMap(({ data }) => data.map(({ title }) => title))
  } catch {
    return null
  }
}
