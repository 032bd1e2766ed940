// Recognises text formats by a sample of their first characters.
import { guessDelimiter } from '../../language/delimiter.ts'

const htmlStart = /^(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[^])*-->\s*)*<(!doctype html|html|head|body)\b/i

function startOf (sample: string): string {
  return sample.replace(/^\uFEFF/, '').trimStart()
}

export function looksLikeHtml (sample: string): boolean {
  return htmlStart.test(startOf(sample))
}

export function mayBeHtml (sample: string): boolean {
  return /<[a-z!][^>]*>/i.test(sample)
}

/** Recognises XML that is not an HTML page. */
export function isXml (sample: string): boolean {
  return /^<\?xml/.test(startOf(sample)) && !looksLikeHtml(sample)
}

export function looksLikeJson (sample: string): boolean {
  return /^(\{\s*"|\[\s*[{"[])/.test(startOf(sample))
}

const logLine = new RegExp([
  /^\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d |\d\d:\d\d:\d\d)/,
  /^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:/,
  /^\W?(TRACE|DEBUG|INFO|WARN(ING)?|ERROR|FATAL)\b/,
].map(({ source }) => source).join('|'))

/** Recognises a log: most lines begin with a time or name a level. */
export function isLog (sample: string): boolean {
  const lines = sample.split('\n').filter(line => line.trim() !== '' && !/^\s/.test(line))
  return lines.length >= 3 && lines.filter(line => logLine.test(line)).length > lines.length * 0.6
}

/** Tells if a text can be CSV. One long line without columns cannot, whatever its name says. */
export function mayBeCsv (sample: string): boolean {
  return guessDelimiter(sample) !== null || sample.length <= 2000 || sample.includes('\n')
}

export function looksLikeCsv (sample: string): boolean {
  return (guessDelimiter(sample)?.even ?? 0) > 0.95 && sample.split('\n').length > 3
}

export function looksLikeMarkdown (sample: string): boolean {
  return (sample.match(/^(#{1,6} \S|```|[-*] \S|\|.*\|$|> )/gm)?.length ?? 0) >= 2 && /^(#{1,6} \S|```)/m.test(sample)
}

/** Tells if a text begins as e-mails do. */
export function mayBeEmail (sample: string): boolean {
  return /^(From .*\n)?([!-9;-~]+:[^\n]*\n([ \t][^\n]*\n)*)*(from|date|subject|message-id):/i.test(startOf(sample).slice(0, 10_000))
}

/** Recognises an e-mail: it begins with lines that only mail programs write. */
export function isEmail (sample: string): boolean {
  return /^(message-id|mime-version|received|return-path):/im.test(sample.slice(0, sample.search(/\n\n|$(?![^])/))) && mayBeEmail(sample)
}
