// Groups log lines into templates with a tree of fixed depth, as in Drain (He, Zhu, Zheng, Lyu: Drain, an online log parsing
// approach with fixed depth tree, ICWS 2017): by the number of words, then the first word, then similarity.

/** A line as alternating words and separators; its time is a single word. */
export interface LogLine {
  parts: string[]
  /** True for each part that holds figures. */
  figures: boolean[]
  /** As written; '' without one. */
  time: string
}

export interface Template {
  /** Parts of its first line. */
  parts: string[]
  figures: boolean[]
  /** Values seen at each part that differs between lines, at most `maxValues`; null once there are more. */
  values: Map<number, Map<string, number> | null>
  count: number
  first: string
  last: string
}

/** Stands for the time in a line's parts. */
const timeWord = '\0'
/** Share of words that a line must have in common with its template, not counting figures and words that every line has. */
const minSimilarity = 0.5
/** Templates per leaf and in total: a line that would need another one stays as it is. */
const maxLeafTemplates = 32
const maxTemplates = 2000
/** Distinct values to track for one part. */
const maxValues = 8
/** A longer line is not made of words: it stays as it is. */
const maxLineChars = 2000

const time =
  new RegExp(
    String.raw`\[?\b(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|` +
    String.raw`\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|` +
    String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|(?<="(?:time|ts|timestamp)":)\d{10,13})\b\]?`
  )

/** Splits a line into parts; returns null when it is too long. */
export function readLine (line: string): LogLine | null {
  if (line.length > maxLineChars) return null
  const found = time.exec(line.slice(0, 200))
  const plain = line.replaceAll(timeWord, ' ')
  const written = found?.[0] ?? ''
  const parts = split(found ? `${plain.slice(0, found.index)}${timeWord}${plain.slice(found.index + written.length)}` : plain)
  return { parts, figures: parts.map(hasDigit), time: written }
}

/** Splits a line into words (even positions) and separators (odd ones). Joined, they are the line again. */
function split (line: string): string[] {
  return line.split(/([\s,="'{}[\]();|<>]+)/)
}

/** Creates a miner that assigns lines to templates, one by one. */
export function createMiner (): { add (line: LogLine): Template | null } {
  const leaves = new Map<string, Template[]>()
  let templates = 0
  return {
    add ({ parts, figures, time }) {
      const first = parts.find((part, i) => i % 2 === 0 && part !== '' && part !== timeWord && !figures[i]) ?? ''
      const key = `${parts.length} ${first}`
      let leaf = leaves.get(key)
      if (!leaf) leaves.set(key, leaf = [])
      let template = leaf.find(candidate => isSimilar(candidate, parts, figures))
      if (!template) {
        if (leaf.length >= maxLeafTemplates || templates >= maxTemplates) return null
        template = { parts, figures, values: new Map(), count: 0, first: time, last: time }
        leaf.push(template)
        templates++
      }
      join(template, parts, time)
      return template
    },
  }
}

function isSimilar (template: Template, parts: string[], figures: boolean[]): boolean {
  let words = 0
  let same = 0
  for (let i = 0; i < parts.length; i++) {
    // Separators are the same in all lines of a template.
    if (i % 2 === 1) {
      if (parts[i] !== template.parts[i]) return false
      continue
    }
    const a = template.parts[i]!
    const b = parts[i]!
    if (a === '' && b === '') continue
    // A different level makes a different message. Other figures vary from line to line.
    const level = isLevel(a) || isLevel(b) || parts[i - 2] === 'level'
    if (level && a !== b) return false
    if (template.figures[i] && figures[i]) continue
    // Every line has the time, the level and the JSON keys: they do not make two lines similar.
    if (level || (a === b && (a === timeWord || (parts[i + 1] === '"' && parts[i + 2]?.startsWith(':'))))) continue
    words++
    if (a === b) same++
  }
  return same >= minSimilarity * words
}

function join (template: Template, parts: string[], time: string): void {
  for (let i = 0; i < parts.length; i += 2) {
    const part = parts[i]!
    let values = template.values.get(i)
    if (values === undefined) {
      if (part === template.parts[i]) continue
      template.values.set(i, values = new Map([[template.parts[i]!, template.count]]))
    }
    if (values === null) continue
    values.set(part, (values.get(part) ?? 0) + 1)
    if (values.size > maxValues) template.values.set(i, null)
  }
  template.count++
  template.last = time
}

/** Writes a template as a line: `<*>` where lines differ, `<GET|PUT>` for a few values, and the first and the last time. */
export function templateText ({ parts, values, count, first, last }: Template): string {
  const line = parts.map((part, i) => {
    if (part.includes(timeWord)) return part.replace(timeWord, first === last ? first : `${first} … ${last}`)
    const seen = values.get(i)
    if (seen === undefined) return part
    const listed = seen === null ? '' : [...seen.keys()].join('|')
    return seen !== null && seen.size <= 4 && listed.length <= 60 ? `<${listed}>` : '<*>'
  }).join('')
  return `${line} [×${count}]`
}

/** Tells whether a line has a value that is rare in its template, at a part with few values: a status 500 among many 200. */
export function hasRareValue ({ values, count }: Template, parts: string[]): boolean {
  for (const [i, seen] of values) {
    const n = seen?.get(parts[i]!)
    if (n !== undefined && n <= Math.max(1, count / 100)) return true
  }
  return false
}

function isLevel (word: string): boolean {
  return /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL)$/i.test(word)
}

function hasDigit (word: string): boolean {
  return /\d/.test(word)
}
