// Compresses logs: shows each form of line once, with its count and its first and last time. Errors, rare lines and matches stay verbatim.
import { createMiner, hasRareValue, readLine, templateText, type LogLine, type Template } from './log-templates.ts'
import { wordsOf, type Compressor, type ParsedQuestion } from './question.ts'
import { gap, lines } from './spans.ts'

/** Ratio of input to output characters in the aggressive mode. */
const aggressiveRatio = 25
/** Lines that make a template worth showing. With fewer, its lines are rare and stay verbatim. */
const minCount = { adaptive: 4, aggressive: 3 }
/** Lines of one template to keep verbatim, for each reason. */
const maxVerbatim = { error: 3, rare: 5, asked: 20 }
/** A line matches the question from this share of the best line's weight on. */
const askedShare = 0.7

/** A line with its continuation lines: a stack trace, an indented object. */
interface Entry {
  text: string
  head: LogLine | null
  template: Template | null
  isError: boolean
}

interface Shown {
  text: string
  /** Lines with the lowest worth are dropped first when not all fit. */
  worth: number
}

export const compressLogs: Compressor = (text, { mode, asked, budget }) => {
  const entries = readEntries(text)
  if (mode === 'conservative') return write(withoutRuns(entries), budget)
  const miner = createMiner()
  for (const entry of entries) entry.template = entry.head && miner.add(entry.head)
  const relevance = asked ? weighEntries(entries, asked) : []
  const bestRelevance = relevance.reduce((best, value) => Math.max(best, value), 0)
  const kept = new Map<Template, Record<keyof typeof maxVerbatim, number>>()
  const shown: Shown[] = []

  for (const [i, entry] of entries.entries()) {
    const { template } = entry
    const verbatim = (worth: number) => shown.push({ text: entry.text, worth })
    if (template === null) {
      verbatim(entry.isError ? 4 : 1)
      continue
    }
    let counts = kept.get(template)
    const isFirst = counts === undefined
    if (!counts) kept.set(template, counts = { error: 0, rare: 0, asked: 0 })
    const isFrequent = template.count >= minCount[mode]
    if (isFirst && isFrequent) shown.push({ text: templateText(template), worth: 2.5 })
    const isAsked = bestRelevance > 0 && relevance[i]! >= askedShare * bestRelevance
    if (isAsked && counts.asked++ < maxVerbatim.asked) verbatim(6)
    else if (entry.isError && (!isFrequent || counts.error++ < maxVerbatim.error)) verbatim(4)
    else if (!isFrequent) verbatim(3)
    else if (entry.head && hasRareValue(template, entry.head.parts) && counts.rare++ < maxVerbatim.rare) verbatim(3.5)
  }
  const limit = Math.min(budget, mode === 'aggressive' ? Math.max(text.length / aggressiveRatio, 200) : Infinity)
  return write(shown, limit)
}

/** Writes the lines that fit, those with the highest worth first, in their order, and one count of the lines that do not fit. */
function write (shown: readonly Shown[], limit: number): string {
  const total = shown.reduce((sum, { text }) => sum + text.length + 1, 0)
  if (total <= limit) return shown.map(({ text }) => text).join('\n')
  const fits = shown.map(() => false)
  let used = `${gap} [×${shown.length}]`.length
  for (const i of [...shown.keys()].sort((a, b) => shown[b]!.worth - shown[a]!.worth || a - b)) {
    const cost = shown[i]!.text.length + 1
    if (used + cost > limit) continue
    fits[i] = true
    used += cost
  }
  const out = shown.filter((_, i) => fits[i]).map(({ text }) => text)
  return [...out, `${gap} [×${shown.length - out.length}]`].join('\n')
}

function readEntries (text: string): Entry[] {
  const entries: Entry[] = []
  for (const { start, end } of lines(text)) {
    const line = text.slice(start, end)
    const before = entries.at(-1)
    if (before && /^(?:\s|at |Caused by:|\.\.\. \d)/.test(line)) {
      before.text += `\n${line}`
    } else {
      entries.push({ text: line, head: readLine(line), template: null, isError: isErrorLine(line) })
    }
  }
  return entries
}

const problem = new RegExp(
  String.raw`\b(?:ERROR|ERR|FATAL|CRITICAL|ALERT|EMERG|PANIC|WARN|WARNING|error|fatal|panic|Exception|Traceback)\b|` +
  String.raw`"level":(?:[4-9]0\b|"(?:warn|error|fatal))`
)

/** Tells whether a line reports a problem, by level or words for failure. In JSON of pino and bunyan, warnings are 40, errors 50 and up. */
function isErrorLine (line: string): boolean {
  return problem.test(line.slice(0, 500))
}

/** Weighs each line by the question's words in it, rare words higher. */
function weighEntries (entries: readonly Entry[], asked: ParsedQuestion): number[] {
  const counts = asked.weights.map(() => 0)
  const coded = asked.codes.map(() => 0)
  const held = entries.map(({ text }) => {
    const line = text.slice(0, 4000)
    const lower = line.toLowerCase()
    const terms = new Set<number>()
    for (const word of wordsOf(line, true)) {
      const match = asked.match(word)
      if (match && match.sureness > 0.5) terms.add(match.term)
    }
    const codes = asked.codes.flatMap((code, i) => lower.includes(code) ? [i] : [])
    for (const term of terms) counts[term]!++
    for (const code of codes) coded[code]!++
    return { terms, codes }
  })
  const rarity = (n: number) => Math.log(1 + (entries.length - n + 0.5) / (n + 0.5))
  return held.map(({ terms, codes }) => {
    let sum = 0
    for (const term of terms) sum += asked.weights[term]! * rarity(counts[term]!)
    for (const code of codes) sum += 3 * rarity(coded[code]!)
    return sum
  })
}

/** Merges runs of lines that only differ in their time into one line with a count. */
function withoutRuns (entries: readonly Entry[]): Shown[] {
  const out: { text: string, key: string, count: number }[] = []
  for (const { text, head } of entries) {
    const key = head && !text.includes('\n') ? head.parts.join('') : text
    const before = out.at(-1)
    if (before?.key === key) before.count++
    else out.push({ text, key, count: 1 })
  }
  return out.map(({ text, count }) => ({ text: count > 1 ? `${text} [×${count}]` : text, worth: 1 }))
}
