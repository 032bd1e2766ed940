// Compresses code to its declarations, their comments and the lines that match the question. Reads the form of lines, without a parser.
import { wordsOf, type Compressor, type ParsedQuestion } from './question.ts'
import { assemble, keepWithin, lines } from './spans.ts'

/** Ratio of input to output characters in the aggressive mode. */
const aggressiveRatio = 3
/** Longer lines are machine-made; their form is ignored. */
const maxLineChars = 400
/** Lines of a declaration that are kept when the question matches it. */
const maxBodyLines = 30

/** Lines to skip when looking for the declaration that a comment describes. */
const maxCommentLines = 100

type Form = 'signature' | 'comment' | 'docstart' | 'import' | 'constant' | 'member' | 'close' | 'body'

const signature =
  new RegExp(
    String.raw`^\s*(?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|async|override|virtual|inline|` +
    String.raw`pub|readonly|sealed|partial)\s+)*(?:function\b|class\b|interface\b|enum\b|struct\b|trait\b|impl\b|namespace\b|module\b|` +
    String.raw`record\b|def\s|fn\s|func\s|type\s+\w+.{0,60}=|(?:const|let|` +
    String.raw`var)\s+\w+(?:\s*:[^=]{0,120})?\s*=\s*(?:async\s*)?(?:function\b|\([^)]{0,120}\)[^=]{0,60}=>|\w+\s*=>))`
  )
/** `int main (…) {`, `public String name() {`: a type or modifiers, a name and parameters, and an opening brace at the end. */
const cLike =
  new RegExp(
    String.raw`^\s*(?!(?:if|for|while|switch|catch|return|else|do|try|with|await|throw|` +
    String.raw`new)\b)(?:[\w<>[\],.*&:?]+\s+){1,6}[*&]?\w+\s?\([^;{}]{0,200}\)\s*(?:const\s*)?(?:throws\s[\w., ` +
    String.raw`]{1,80})?(?:->\s*[\w:<>]+\s*)?\{?$`
  )
/** `name (parameters) {` inside a class or an object. */
const method =
  new RegExp(
    String.raw`^\s+(?:async\s+|\*\s*|get\s+|set\s+|static\s+)*(?!(?:if|for|while|switch|catch|return|else|do|try|with|await|throw|new|` +
    String.raw`function)\b)[\w#]+\s?\([^;{}]{0,200}\)(?:\s*:[^{;=]{1,120})?\s*\{$`
  )
const constant = /^(?:export\s+)?(?:(?:const|let|var|final|static|public|private|#define)\s+)+\w|^[A-Z][A-Z0-9_]+\s*(?::\s*\w+\s*)?=/

export const compressCode: Compressor = (text, { mode, asked, budget }) => {
  const spans = lines(text)
  const written = spans.map(({ start, end }) => text.slice(start, end))
  const plain = withoutBoilerplate(written)
  if (mode === 'conservative') {
    const whole = assemble(text, spans, plain)
    if (whole.length <= budget) return whole
  }
  const forms = readForms(written)
  const worth = forms.map((form, i) => formWorth[form] + (form === 'docstart' && describesDeclaration(forms, i) ? 1 : 0))
  if (asked) addRelevance(worth, written, forms, asked)
  const limit = mode === 'aggressive' ? Math.min(budget, text.length / aggressiveRatio) : budget
  const whole = assemble(text, spans, worth.map((value, i) => plain[i]! && value >= 1))
  if (mode === 'adaptive' && whole.length <= limit) return whole
  const order = [...spans.keys()].filter(i => plain[i] && worth[i]! > 0).sort((a, b) => worth[b]! - worth[a]! || a - b)
  return assemble(text, spans, keepWithin(text, spans, order, limit))
}

/** Worth of a line by its form. The adaptive mode keeps a line from 1 on. */
const formWorth: Record<Form, number> = {
  signature: 2,
  docstart: 1.2,
  constant: 1.4,
  comment: 0.3,
  member: 0.8,
  import: 0.2,
  close: 0,
  body: 0.1,
}

/** Tells whether a declaration follows a comment: its first line is then worth more. */
function describesDeclaration (forms: readonly Form[], i: number): boolean {
  let at = i + 1
  while (at < i + maxCommentLines && (forms[at] === 'comment' || forms[at] === 'docstart')) at++
  return forms[at] === 'signature' || forms[at] === 'constant'
}

function readForms (written: readonly string[]): Form[] {
  let comment = ''
  let isBare = false
  let open = 0
  return written.map(line => {
    const plain = line.length <= maxLineChars ? line.trim() : ''
    if (plain === '') return 'body'
    if (comment !== '') {
      if (plain.includes(comment)) comment = ''
      // `/**` alone is empty: the text starts on the next line.
      const isFirst = isBare
      isBare = false
      return isFirst ? 'docstart' : 'comment'
    }
    if (open > 0) {
      open = Math.max(0, open + balance(plain))
      return 'signature'
    }
    const quotes = /^(?:[rub]{0,2})("""|''')/i.exec(plain)?.[1]
    if (quotes) {
      const rest = plain.slice(plain.indexOf(quotes) + 3)
      if (!rest.includes(quotes)) comment = quotes
      isBare = rest === ''
      return isBare ? 'comment' : 'docstart'
    }
    if (plain.startsWith('/*')) {
      if (!plain.includes('*/')) comment = '*/'
      isBare = /^\/\*+$/.test(plain)
      return isBare ? 'comment' : 'docstart'
    }
    if (/^(?:\/\/|#(?!include|define)|--\s)/.test(plain)) return 'docstart'
    if (
      /^(?:import\b|from\s\S+\simport\b|#include|using\s|package\s|(?:const|let|var)\s.{1,100}=\s*require\()/.test(plain) ||
      /^\}?\s*from\s['"]/.test(plain)
    ) { return 'import' }
    if (signature.test(line) || cLike.test(line) || method.test(line)) {
      open = Math.max(0, balance(plain))
      return 'signature'
    }
    if (constant.test(line)) return 'constant'
    if (/^[\]})]+[;,]?$/.test(plain)) return 'close'
    return /^(?:readonly\s|public\s|private\s|protected\s|final\s|static\s)?[\w#]+\??\s?:\s?[^,;{}()]{1,80}[,;]?$/.test(plain)
      ? 'member'
      : 'body'
  }).map((form, i, forms) => form === 'docstart' && forms[i - 1] === 'docstart' ? 'comment' : form)
}

/** Counts open parentheses minus closed ones: above 0, a signature continues on the next line. */
function balance (line: string): number {
  let n = 0
  for (const character of line) n += character === '(' ? 1 : character === ')' ? -1 : 0
  return n
}

/** Raises the worth of the lines that match the question, then of their neighbours and of the declaration around them. */
function addRelevance (worth: number[], written: readonly string[], forms: readonly Form[], asked: ParsedQuestion): void {
  const held = written.map(line => {
    const found = new Map<number, number>()
    for (const word of wordsOf(line.slice(0, 4000), true)) {
      const match = asked.match(word)
      if (match && match.sureness > (found.get(match.term) ?? 0)) found.set(match.term, match.sureness)
    }
    return found
  })
  const counts = asked.weights.map(() => 0)
  for (const found of held) for (const term of found.keys()) counts[term]!++
  const idf = asked.weights.map((weight, term) => weight * Math.log(1 + (written.length - counts[term]! + 0.5) / (counts[term]! + 0.5)))
  const total = idf.reduce((sum, value) => sum + value, 0) || 1
  const relevance = written.map((line, i) => {
    let sum = 0
    for (const [term, sureness] of held[i]!) sum += idf[term]! * sureness / total
    const lower = asked.codes.length > 0 ? line.slice(0, 4000).toLowerCase() : ''
    return sum + (asked.codes.some(code => lower.includes(code)) ? 1 : 0)
  })
  const best = relevance.reduce((most, value) => Math.max(most, value), 0)
  if (best < 0.2) return
  const base = [...worth]
  for (const [i, value] of relevance.entries()) {
    const share = value / best
    if (share < 0.5) continue
    worth[i]! += 1 + 3 * share
    for (const near of [i - 1, i + 1]) if (near >= 0 && near < worth.length) worth[near] = Math.max(worth[near]!, base[near]! + 1.5 * share)
    const at = declarationOf(written, forms, i)
    if (at >= 0) worth[at] = Math.max(worth[at]!, base[at]! + 2 * share)
    if (forms[i] === 'signature' && share >= 0.7) addBody(worth, base, written, i, share)
  }
}

/** Returns the position of the declaration that contains a line: the last one before it with less indentation; −1 without one. */
function declarationOf (written: readonly string[], forms: readonly Form[], i: number): number {
  const indent = indentation(written[i]!)
  for (let at = i - 1; at >= Math.max(0, i - 200); at--) {
    if (forms[at] === 'signature' && indentation(written[at]!) < indent) return at
  }
  return -1
}

/** Raises the worth of the lines under a declaration that are indented more. */
function addBody (worth: number[], base: readonly number[], written: readonly string[], i: number, share: number): void {
  const indent = indentation(written[i]!)
  for (let at = i + 1; at < Math.min(written.length, i + maxBodyLines); at++) {
    if (indentation(written[at]!) <= indent) break
    worth[at] = Math.max(worth[at]!, base[at]! + share)
  }
}

function indentation (line: string): number {
  let n = 0
  while (n < line.length && (line[n] === ' ' || line[n] === '\t')) n++
  return n
}

/** Marks the lines to keep: all except licences at the top and rules (`// -----`). */
function withoutBoilerplate (written: readonly string[]): boolean[] {
  let licence = false
  return written.map((line, i) => {
    const plain = line.slice(0, maxLineChars).trim()
    if (
      i < 3 &&
      /^(?:\/\*|#|\/\/)/.test(plain) &&
      /licen[sc]e|copyright|spdx/i.test(plain + (written[i + 1] ?? '').slice(0, maxLineChars))
    ) { licence = true }
    if (licence) {
      licence = /^(?:\/\*|\*|#|\/\/)/.test(plain) && !plain.endsWith('*/')
      if (/^(?:\/\*|\*|#|\/\/)/.test(plain)) return false
    }
    return !/^(?:\/\/|#|\/\*+)\s*[-=*_#]{3,}\s*(?:\*\/)?$/.test(plain)
  })
}
