// Detects the kind of a text from the form of its lines.
import { tableDelimiter } from '../language/delimiter.ts'

export type Kind = 'logs' | 'documentation' | 'code' | 'conversation' | 'table'

/** Lines to sample across the text, and characters of each: detection costs the same for any text. */
const sample = { lines: 200, characters: 300 }

/**
 * Detects logs, where half of the lines begin with a time or a level, or are JSON with one; tables, where nearly all
 * lines have the same number of one delimiter; conversations, where most lines begin with one of two names and a colon;
 * and code, where half of the lines begin or end like statements. Everything else is documentation.
 */
export function kindOf (text: string): Kind {
  const lines = sampleLines(text)
  if (lines.length < 2) return 'documentation'
  const share = (test: (line: string) => boolean) => lines.filter(test).length / lines.length
  if (share(line => logLine.test(line)) >= 0.5) return 'logs'
  if (tableDelimiter(lines) !== null) return 'table'
  if (isConversation(lines)) return 'conversation'
  if (share(line => codeLine.test(line)) >= 0.5) return 'code'
  return 'documentation'
}

/** Matches a time or a level at the start, optionally after an address or a number, and JSON objects with a level. */
const logLine =
  new RegExp(
    String.raw`^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|\[?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\[?\d{10,13}\b|` +
    String.raw`\S{1,60} \S{1,40} \S{1,40} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL)\b|` +
    String.raw`\{[^{]{0,100}"(?:level|severity|time|timestamp)":)`
  )

const codeLine = new RegExp(
  // A keyword at the start of a line that is not the start of a sentence
  String.raw`^\s*(?:import|export|from|def|class|function|const|let|var|return|if|else|elif|for|while|try|except|catch|public|private|` +
  String.raw`protected|static|void|package|using|namespace|#include|interface|type|enum|struct|fn|func|@\w+|\/\/|\/\*|"""|#!)` +
  String.raw`(?![\p{L}\p{N}])(?!\s\p{L}+\s\p{L}+\s\p{L}+[\s.,])|` +
  // A comment's middle, and what ends a line of code
  String.raw`^\s+\*(?:\s|\/|$)|[{};]$|\)\s?(?:=>\s?)?\{$|^\s*[}\])]+[,;]?$|^\s+[\w.]+\s?(?:=|\+=|\()\s?\S|` +
  // An item of a list, an entry of an object
  String.raw`^\s+\S{1,80}(?:\s\S{1,80}){0,3},$|^\s+['"]?[\w-]+['"]?\s?(?::|=>)\s.*[,[` + '`' + String.raw`'"]$`,
  'u'
)

const speaker = /^\s{0,4}(?:[-*>]\s)?(?:\[[^\]]{1,40}\]\s*)?(?:\*\*)?(\p{L}[\p{L}\p{N} ._'-]{0,29})(?:\*\*)?\s?:(?:\*\*)?(?=\s|$)/u

/** Returns the name of the speaker on this line; null when no message begins here. */
export function speakerOf (line: string): string | null {
  return speaker.exec(line.slice(0, 100))?.[1]?.trim() ?? null
}

/** Names of roles: two of them are enough to be certain. */
const role =
  new RegExp(
    String.raw`^(?:user|assistant|system|human|ai|bot|agent|customer|client|cliente?|visitor|visiteur|support|conseill\w+|advisor|` +
    String.raw`kunde|kundin|berater\w*|q|a)$`,
    'i'
  )

function isConversation (lines: readonly string[]): boolean {
  const counts = new Map<string, number>()
  let characters = 0
  let said = 0
  for (const line of lines) {
    const name = speakerOf(line)
    characters += line.length
    if (name === null) continue
    said += line.length
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [first, second, ...others] = [...counts].filter(([, n]) => n > 1).sort(([, a], [, b]) => b - a)
  if (!first || !second) return false
  if (role.test(first[0]) && role.test(second[0])) return true
  // Labels in a list of facts ("Price:", "Weight:") repeat too, but all equally often, or among much other text.
  const messages = others.reduce((sum, [, n]) => sum + n, first[1] + second[1])
  return messages >= 4 && said >= characters / 2 && first[1] + second[1] >= 0.6 * messages
}

/** Samples non-empty lines: the first ones, then evenly from the rest. Trims their ends. */
export function sampleLines (text: string): string[] {
  const found: string[] = []
  const step = Math.max(1, text.length / sample.lines)
  let wanted = 0
  for (let start = 0; start < text.length && found.length < sample.lines;) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    if (start >= wanted) {
      // The end of a line is as telling as its start.
      const line = (end - start <= sample.characters ? text.slice(start, end) : text.slice(start, start + sample.characters)).trimEnd()
      if (line !== '') {
        found.push(line)
        if (found.length >= 20) wanted += step
      }
    }
    start = end + 1
  }
  return found
}
