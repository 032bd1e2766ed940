// Says whether the answers of golden companies stand where their questions say.
import type { CompanyQuestion, GoldenCompany } from './read.ts'

/** Returns the text of a page as a reader sees it: without tags, blanks in one form. */
const readable = (text: string) => text.normalize('NFC').replace(/<[^>]*>/g, ' ').replaceAll('&amp;', '&').replace(/\s+/g, ' ')

/** Finds an answer that is no part of a longer figure or word: `9 €` is not in `29 €`. */
const holds = (text: string, answer: string) => {
  const escaped = answer.normalize('NFC').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`${/^\d/.test(answer) ? '(?<!\\d|\\d[.,])' : '(?<!\\p{L})'}${escaped}(?!\\d)`, 'iu').test(text)
}

function textOf (company: GoldenCompany, doc: string): string | undefined {
  const [kind = '', name = ''] = doc.split(/\/(.*)/s)
  if (kind === 'pages') return company.pages[name] === undefined ? undefined : readable(company.pages[name])
  const found = company.documents[kind]?.find(document => document.id === name)
  return found && readable(Object.values(found).join(' '))
}

/** Lists the questions with a document that does not exist or holds none of their answers. */
export function misplacedAnswers (
  company: GoldenCompany,
  questions: Pick<CompanyQuestion, 'q' | 'answer' | 'doc'>[] = company.questions.questions
): string[] {
  return questions.flatMap(({ q, answer, doc }) =>
    doc
      .filter(name => {
        const text = textOf(company, name)
        return text === undefined || !answer.some(one => holds(text, one))
      })
      .map(name => `${q} → ${answer.join(' | ')} is not in ${name}`)
  )
}
