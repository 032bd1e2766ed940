// Templates of log lines, by a tree of fixed depth as in Drain (He, Zhu, Zheng, Lyu: Drain, an online log parsing
// approach with fixed depth tree, ICWS 2017): by the number of words, by the first word, then by likeness.

/** A line in its parts, words and what parts them in turn; the time of the line is one word. */
export interface LogLine {
  parts: string[]
  /** Which parts hold figures. */
  figures: boolean[]
  /** As written; '' when there is none. */
  time: string
}

export interface Template {
  /** The parts of its first line. */
  parts: string[]
  figures: boolean[]
  /** Values seen at each part that is not the same in all lines, up to `mostValues` of them; null after that. */
  values: Map<number, Map<string, number> | null>
  count: number
  first: string
  last: string
}

/** Stands for the time in a line's parts. */
const timeWord = '\0'
/** Share of words that a line has in common with its template, figures and what is in every line set aside. */
const likeness = 0.5
/** Templates of one leaf, and in all: past that, lines join the last one of their form, or stay as they are. */
const mostOfLeaf = 32
const mostTemplates = 2000
/** Values of one place that are told apart. */
const mostValues = 8
/** A longer line is no line of words: it is left as it is. */
const longestLine = 2000

const time = /\[?\b(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|(?<="(?:time|ts|timestamp)":)\d{10,13})\b\]?/

/** The parts of a line; null when it is too long to have any. */
export function readLine (line: string): LogLine | null {
  if (line.length > longestLine) return null
  const found = time.exec(line.slice(0, 200))
  const plain = line.replaceAll(timeWord, ' ')
  const written = found?.[0] ?? ''
  const parts = split(found ? `${plain.slice(0, found.index)}${timeWord}${plain.slice(found.index + written.length)}` : plain)
  return { parts, figures: parts.map(hasDigit), time: written }
}

/** Words at even places, what parts them at odd ones: joined, they are the line. */
function split (line: string): string[] {
  return line.split(/([\s,="'{}[\]();|<>]+)/)
}

/** Puts lines to templates, one after the other. */
export function createMiner (): { add (line: LogLine): Template | null } {
  const leaves = new Map<string, Template[]>()
  let templates = 0
  return {
    add ({ parts, figures, time }) {
      const first = parts.find((part, i) => i % 2 === 0 && part !== '' && part !== timeWord && !figures[i]) ?? ''
      const key = `${parts.length} ${first}`
      let leaf = leaves.get(key)
      if (!leaf) leaves.set(key, leaf = [])
      let template = leaf.find(candidate => isLike(candidate, parts, figures))
      if (!template) {
        if (leaf.length >= mostOfLeaf || templates >= mostTemplates) return null
        template = { parts, figures, values: new Map(), count: 0, first: time, last: time }
        leaf.push(template)
        templates++
      }
      join(template, parts, time)
      return template
    },
  }
}

function isLike (template: Template, parts: string[], figures: boolean[]): boolean {
  let words = 0
  let same = 0
  for (let i = 0; i < parts.length; i++) {
    // What parts the words is the same in all lines of a template.
    if (i % 2 === 1) {
      if (parts[i] !== template.parts[i]) return false
      continue
    }
    const a = template.parts[i]!
    const b = parts[i]!
    if (a === '' && b === '') continue
    // Another level is another thing that is said. Other figures differ from line to line.
    const level = isLevel(a) || isLevel(b) || parts[i - 2] === 'level'
    if (level && a !== b) return false
    if (template.figures[i] && figures[i]) continue
    // The time, the level and the keys of JSON are in every line: they make no two lines alike.
    if (level || (a === b && (a === timeWord || (parts[i + 1] === '"' && parts[i + 2]?.startsWith(':'))))) continue
    words++
    if (a === b) same++
  }
  return same >= likeness * words
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
    if (values.size > mostValues) template.values.set(i, null)
  }
  template.count++
  template.last = time
}

/** The line of a template: `<*>` where lines differ, `<GET|PUT>` where in few ways, the first and the last time. */
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

/** A value that stands in few of a template's lines, at a place that has few values: a status 500 among many 200. */
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
