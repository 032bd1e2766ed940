// Writes a report as one HTML page that works offline: everything is in it, and it loads nothing.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Difference } from './compare-runs.ts'
import { aboutCauses, percent, type Figure } from './figures.ts'
import type { Report, ReportCase } from './report.ts'

/** The figures shown large. */
const tiles = ['passed', 'right', 'recall', 'citation_recall', 'wrongly_refused', 'rightly_refused']
const ranks = 10
const maxExamples = 5
/** A browser shows so many questions without effort; of a larger set, those that failed come first. */
const maxCases = 3000

export async function reportHtml (report: Report, differences: readonly Difference[], failures: readonly string[]): Promise<string> {
  const uplot = createRequire(import.meta.url).resolve('uplot').replace(/uPlot\.cjs\.js$/, '')
  const own = (name: string) => readFile(new URL(`./page/${name}`, import.meta.url), 'utf8')
  const [chartCss, chartJs, css, js] = await Promise.all([
    readFile(`${uplot}uPlot.min.css`, 'utf8'), readFile(`${uplot}uPlot.iife.min.js`, 'utf8'), own('page.css'), own('page.js'),
  ])
  const { set, company, made_at: madeAt, questions, sample, service } = report
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>${text(`${set}: evaluation of ${company}`)}</title>
<style>${chartCss}${css}</style>
</head>
<body>
<main>
<h1>${text(set)}</h1>
<p class="soft">${questions} questions to <b>${text(company)}</b>${sample ? `, drawn from ${sample.of} (seed ${sample.seed})` : ''},
asked of ${text(service)} on <time datetime="${text(madeAt)}">${text(madeAt.slice(0, 16).replace('T', ' '))}</time> UTC</p>
${failures.length > 0 ? `<div class="card fails" role="alert"><h2>This run fails</h2>${paragraphs(failures)}</div>` : ''}
<div class="tiles">${report.figures.filter(({ name }) => tiles.includes(name)).map(tile).join('')}</div>
<section aria-label="Charts" class="charts">
<div class="card"><h3>Right source among the first n</h3><div class="chart" id="by-rank"><p class="soft">Nothing to draw.</p></div></div>
<div class="card"><h3>Answers within a time</h3><div class="chart" id="by-time"><p class="soft">Nothing to draw.</p></div></div>
</section>
<h2>Figures</h2>
<div class="card">${table(report.figures, differences)}
<p class="soft">${notes(report, differences.length > 0)}</p></div>
${report.groups.map(group).join('')}
<h2>What went wrong</h2>
${report.causes.length === 0 ? '<p>Nothing.</p>' : report.causes.map(one => causeCard(one, report.cases)).join('')}
<h2>Questions <span class="soft" id="shown" aria-live="polite"></span></h2>
<div class="filter">
<input id="search" type="search" placeholder="Search questions and answers" aria-label="Search questions and answers">
<select id="kind" aria-label="Show">${kinds(report).map(option).join('')}</select>
</div>
${report.cases.length > maxCases ? `<p class="soft">The first ${maxCases}, those that failed before the others.</p>` : ''}
<div id="cases">${shownCases(report.cases).map(caseRow).join('')}</div>
</main>
<script type="application/json" id="data">${json(chartData(report))}</script>
<script>${chartJs}</script>
<script>${js}</script>
</body>
</html>
`
}

function paragraphs (lines: readonly string[]): string {
  return lines.map(line => `<p>${text(line)}</p>`).join('')
}

function notes ({ ms, agreement }: Report, isCompared: boolean): string {
  return [
    'The thin line is the 95 % interval.',
    ...(isCompared ? ['Changes are in points, over the questions that both runs have.'] : []),
    `An answer took ${ms.p50} ms (median), ${ms.p95} ms (95 of 100).`,
    ...(agreement
      ? [`The judge agrees with the rules in ${percent(agreement.share)} of ${agreement.n} cases (kappa ${agreement.kappa.toFixed(2)}).`]
      : []),
  ].join(' ')
}

function group ({ name, figures }: Report['groups'][number]): string {
  return `<details><summary><span>By group: ${text(name)}</span></summary>${table(figures, [])}</details>`
}

/** Returns what the list of questions can be narrowed to. */
function kinds ({ causes }: Report): [value: string, name: string][] {
  const byCause = causes.map(({ cause }): [string, string] => [cause, aboutCauses[cause].title])
  return [['', 'all'], ['failed-one', 'failed'], ['passed-one', 'passed'], ['required-one', 'required'], ...byCause]
}

function tile ({ title, value, low, high, n }: Figure): string {
  const interval = `<span class="soft">${range(low, high)} · ${n}</span>`
  return `<div class="card tile"><span class="soft">${text(title)}</span><b>${percent(value)}</b>${interval}</div>`
}

function option ([value, name]: [value: string, name: string]): string {
  return `<option value="${value}">${text(name)}</option>`
}

function table (figures: readonly Figure[], differences: readonly Difference[]): string {
  const compared = differences.length > 0
  const numbers = (name: string) => `<th scope="col" class="number">${name}</th>`
  const rows = figures.map(({ name, title, value, low, high, n }) => {
    const found = differences.find(one => one.name === name)
    const cells = [
      `<th scope="row">${text(title)}</th><td class="number">${percent(value)}</td>`,
      `<td class="wide">${bar(value, low, high)}</td><td class="number soft">${n}</td>`,
      ...(compared ? [`<td class="number">${found ? change(found) : '–'}</td>`] : []),
    ]
    return `<tr>${cells.join('')}</tr>`
  })
  return `<table class="figures"><thead><tr><th scope="col">figure</th>${numbers('value')}<th scope="col">0 to 100 %</th>` +
    `${numbers('questions')}${compared ? numbers('change') : ''}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function bar (value: number, low: number, high: number): string {
  const width = (share: number) => `${(100 * share).toFixed(1)}%`
  return `<div class="bar" role="img" aria-label="${percent(value)}, interval ${range(low, high)}"><i style="width:${width(value)}"></i>` +
    `<em style="left:${width(low)};width:${width(high - low)}"></em></div>`
}

function change ({ before, now, low, high, isLowerBetter }: Difference): string {
  const gained = isLowerBetter ? before - now : now - before
  const isSure = low > 0 || high < 0
  const points = `${now > before ? '+' : ''}${(100 * (now - before)).toFixed(1)}`
  const interval = `95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`
  return `<span class="${isSure ? gained > 0 ? 'better' : 'worse' : ''}" title="${interval}">${points}</span>`
}

function causeCard ({ cause, n }: Report['causes'][number], cases: readonly ReportCase[]): string {
  const { title, advice } = aboutCauses[cause]
  const examples = cases.filter(one => one.cause === cause).slice(0, maxExamples)
  return `<div class="card cause"><span class="count">${n}</span><h3>${text(title)}</h3><p class="soft">${text(advice)}</p>${
    examples.map(caseRow).join('')}</div>`
}

function caseRow (one: ReportCase): string {
  const { passed, cause, required, question, answer, refused, accepted, sources, cited, found, rank, error, group, ms, verdict } = one
  const kinds = [passed ? 'passed-one' : 'failed-one', cause ?? '', required ? 'required-one' : ''].filter(Boolean).join(' ')
  const rows: [string, string][] = [
    ['answer', error ?? (refused ? '(refused)' : answer)],
    ['accepted', one.answerable ? accepted.join('\n') || '–' : 'none: it should be refused'],
    ['sources', sources.join('\n')],
    ['cited', cited.join('\n')],
    ['found', found.map(({ id, title }, i) => `${i + 1}. ${title || id}`).join('\n')],
    ['right passage', rank === null ? '' : rank === 0 ? 'not among those found' : `place ${rank}`],
    ['group', group ?? ''],
    ['judge', verdict ? `${verdict.faithful ? 'faithful' : 'not faithful'}, ${verdict.relevant ? 'relevant' : 'not relevant'}` : ''],
    ['why', cause === null ? '' : aboutCauses[cause].title],
    ['took', `${ms} ms`],
  ]
  const mark = passed ? '<span class="mark better" role="img" aria-label="passed">✓</span>'
    : '<span class="mark worse" role="img" aria-label="failed">✗</span>'
  const name = `<span>${text(question)}${required ? ' <b class="soft">required</b>' : ''}</span>`
  const shown = rows.filter(([, value]) => value !== '').map(([label, value]) => `<dt>${label}</dt><dd>${text(value)}</dd>`)
  return `<details data-kind="${kinds}"><summary>${mark}${name}</summary><dl>${shown.join('')}</dl></details>`
}

function shownCases (cases: readonly ReportCase[]): readonly ReportCase[] {
  return cases.length <= maxCases ? cases : [...cases].sort((a, b) => Number(a.passed) - Number(b.passed)).slice(0, maxCases)
}

/** Returns the points of the curves: shares in percent. */
function chartData ({ cases }: Report): { ranks: number[], times: [ms: number, share: number][] } {
  const ranked = cases.flatMap(({ rank }) => rank ?? [])
  const share = (n: number, of: number) => Math.round(1000 * n / of) / 10
  const times = cases.filter(({ error }) => error === undefined).map(({ ms }) => ms).sort((a, b) => a - b)
  const steps = 60
  const places = [...new Set(Array.from({ length: steps }, (_, i) => Math.ceil((i + 1) * times.length / steps)))].filter(n => n > 0)
  const byTime = new Map(places.map(n => [times[n - 1]!, share(n, times.length)]))
  return {
    ranks: ranked.length === 0 ? [] : Array.from({ length: ranks }, (_, i) => share(ranked.filter(rank => rank > 0 && rank <= i + 1).length,
      ranked.length)),
    times: [...byTime],
  }
}

function range (low: number, high: number): string {
  return `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`
}

/** Escapes a text for HTML, also within an attribute. */
function text (plain: string): string {
  return plain.toWellFormed().replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`).replaceAll('\0', '\ufffd')
}

/** Writes JSON that cannot end its script. */
function json (value: object): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
