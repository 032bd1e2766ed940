// Questions to begin with: the company's own common ones, then those that its FAQ answers.
import { effect, signal } from '@preact/signals'
import { call } from '../api.ts'
import { company, maySee } from '../session.ts'

export const maxExamples = 5

/** Null while they are being read. */
export const exampleQuestions = signal<string[] | null>(null)

effect(() => {
  const now = company.value
  exampleQuestions.value = null
  if (!now) return
  const own = now.common_questions.slice(0, maxExamples)
  if (own.length === maxExamples || !maySee.documents.value) {
    exampleQuestions.value = own
    return
  }
  titlesOf(now.id, now.indexes).then(titles => {
    if (company.peek() !== now) return
    exampleQuestions.value = [...new Set([...own, ...titles])].slice(0, maxExamples)
  })
})

interface Titles { data: { title: string }[] }

/** Returns titles of documents that are questions. */
async function titlesOf (company: string, kinds: string[]): Promise<string[]> {
  const lists = await Promise.all(kinds.slice(0, 6).map(kind =>
    call<Titles>(`v1/indexes/${kind}/documents`, { query: { company_id: company, limit: '50' } }).catch((): Titles => ({ data: [] }))))
  return lists.flatMap(({ data }) => data.map(({ title }) => title)).filter(title => /[?？]\s*$/u.test(title))
}
