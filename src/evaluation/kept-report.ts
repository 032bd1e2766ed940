// Makes of a report what may be kept: no personal data, no long texts, and not too many questions.
import { hash } from 'node:crypto'
import { maskPersonalData } from '../language/mask.ts'
import { fitPage } from '../page-size.ts'
import type { Report, ReportCase } from './report.ts'

/** The most bytes of a run's questions; those that failed, and required ones, go before the others. */
const maxBytes = 2_000_000
const longest = { name: 200, question: 500, answer: 1000 }
const most = { accepted: 3, sources: 5, found: 5 }

/** Returns the report as it is kept. Its figures are those of all questions, also of those that are left out. */
export function toKept (report: Report): Report {
  const cases = report.cases.map(keptCase)
  // A sort keeps the order of equal ones.
  const ordered = cases.toSorted((a, b) => importance(b) - importance(a))
  const fitting = new Set(fitPage(ordered, maxBytes))
  return {
    ...report,
    // The name of a file with its date is no personal number.
    set: cut(whole(report.set), longest.name),
    groups: report.groups.map(group => ({ ...group, name: kept(group.name, longest.name) })),
    cases: cases.filter(one => fitting.has(one)),
  }
}

function importance ({ passed, required }: ReportCase): number {
  return Number(!passed) + Number(required)
}

function keptCase (one: ReportCase): ReportCase {
  return {
    ...one,
    id: keptId(one.id),
    question: kept(one.question, longest.question),
    ...(one.group === undefined ? {} : { group: kept(one.group, longest.name) }),
    accepted: one.accepted.slice(0, most.accepted).map(text => kept(text, longest.question)),
    sources: one.sources.slice(0, most.sources).map(name => cut(whole(name), longest.question)),
    answer: kept(one.answer, longest.answer),
    cited: one.cited.map(whole),
    // Where the right passage was is of interest when the answer was wrong.
    found: one.passed ? [] : one.found.slice(0, most.found).map(({ id, title }) => ({ id: whole(id), title: kept(title, longest.name) })),
    ...(one.error === undefined ? {} : { error: kept(one.error, longest.question) }),
  }
}

/** Masks a text and cuts it; the mask comes first, so that no half of a number is left. */
function kept (text: string, chars: number): string {
  return cut(maskPersonalData(whole(text)), chars)
}

function cut (text: string, chars: number): string {
  return text.length > chars ? whole(`${text.slice(0, chars - 1)}…`) : text
}

/** An id must stay the same from run to run, and different from the others: what would be masked becomes a hash. */
function keptId (id: string): string {
  return kept(id, longest.name) === id ? id : hash('sha256', id, 'base64url').slice(0, 16).replace(/\d/g, digit => 'abcdefghij'[+digit]!)
}

/** Removes what a database cannot hold: NUL, and halves of characters. */
function whole (text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
