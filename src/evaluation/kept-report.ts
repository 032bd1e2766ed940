// Makes of a report what may be kept: no personal data, no long texts, and not too many questions.
import { hash } from 'node:crypto'
import { atOnce, type Steps } from '../async/in-slices.ts'
import { maskPersonalData } from '../language/mask.ts'
import { fitting } from '../page-size.ts'
import { figureNames, measures, type Figure } from './figures.ts'
import type { Report, ReportCase } from './report.ts'

/** The most bytes of a run's questions; those that failed, and required ones, go before the others. */
const maxBytes = 2_000_000
const longest = { name: 200, question: 500, answer: 1000 }
const most = { accepted: 3, sources: 5, found: 5 }

/**
 * Returns the report as it is kept. Its figures are those of all questions, also of those that are left out. Each part is named: a
 * report comes from elsewhere, and anything else in it would be kept as it is.
 */
export function toKept (report: Report): Report {
  return atOnce(keptSteps(report))
}

/** Does the same in steps: masking and cutting thousands of questions takes half a second. */
export function * keptSteps (report: Report): Steps<Report> {
  const cases: ReportCase[] = []
  for (const one of report.cases) {
    cases.push(keptCase(one))
    yield
  }
  // A sort keeps the order of equal ones.
  const chosen = new Set<ReportCase>()
  for (const one of fitting(cases.toSorted((a, b) => importance(b) - importance(a)), maxBytes)) {
    chosen.add(one)
    yield
  }
  const { format, company, made_at, questions, sample, ms: { p50, p95, total }, tokens, agreement } = report
  return {
    format,
    // The name of a file with its date is no personal number.
    set: cut(whole(report.set), longest.name),
    company,
    service: cut(withoutPassword(whole(report.service)), longest.question),
    ...(report.model === undefined ? {} : { model: cut(whole(report.model), longest.name) }),
    made_at,
    questions,
    ...(sample ? { sample: { of: sample.of, seed: sample.seed } } : {}),
    figures: report.figures.map(keptFigure),
    groups: report.groups.map(({ name, figures }) => ({ name: kept(name, longest.name), figures: figures.map(keptFigure) })),
    causes: report.causes.map(({ cause, n }) => ({ cause, n })),
    ms: { p50, p95, total },
    tokens,
    ...(agreement ? { agreement: { n: agreement.n, share: agreement.share, kappa: agreement.kappa } } : {}),
    cases: cases.filter(one => chosen.has(one)),
  }
}

function keptFigure ({ name, value, low, high, n, isLowerBetter }: Figure): Figure {
  return { name, title: measures[name].title, value, low, high, n, isLowerBetter }
}

/** Removes the name and password of an address. */
function withoutPassword (address: string): string {
  return address.replace(/\/\/[^/\s]*@/, '//')
}

function importance ({ passed, required }: ReportCase): number {
  return Number(!passed) + Number(required)
}

function keptCase (one: ReportCase): ReportCase {
  const { answerable, required, passed, cause, values, refused, rank, ms, verdict } = one
  return {
    id: keptId(one.id),
    question: kept(one.question, longest.question),
    ...(one.group === undefined ? {} : { group: kept(one.group, longest.name) }),
    answerable,
    required,
    passed,
    cause,
    values: Object.fromEntries(figureNames.flatMap(name => values[name] === undefined ? [] : [[name, values[name]]])),
    accepted: one.accepted.slice(0, most.accepted).map(text => kept(text, longest.question)),
    sources: one.sources.slice(0, most.sources).map(name => cut(whole(name), longest.question)),
    answer: kept(one.answer, longest.answer),
    refused,
    answered_by: cut(whole(one.answered_by), longest.name),
    rank,
    cited: one.cited.map(whole),
    // Where the right passage was is of interest when the answer was wrong.
    found: passed ? [] : one.found.slice(0, most.found).map(({ id, title }) => ({ id: whole(id), title: kept(title, longest.name) })),
    ms,
    ...(one.error === undefined ? {} : { error: kept(one.error, longest.question) }),
    ...(verdict ? { verdict: { faithful: verdict.faithful, relevant: verdict.relevant } } : {}),
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
