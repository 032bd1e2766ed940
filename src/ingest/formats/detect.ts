// What a file is: by its first bytes and its text, then by its name. A wrong ending is not believed.
import { guessDelimiter } from '../../language/delimiter.ts'
import { decodeText } from './decode.ts'
import { rejected } from './rejection.ts'
import { isTranscript } from './transcript.ts'
import { namesOf } from './zip.ts'

export type Format = 'pdf' | 'docx' | 'html' | 'markdown' | 'csv' | 'json' | 'log' | 'transcript' | 'code' | 'text'

const endings: Record<string, Format> = {
  html: 'html', htm: 'html', xhtml: 'html', md: 'markdown', markdown: 'markdown', mdx: 'markdown',
  csv: 'csv', tsv: 'csv', tab: 'csv', json: 'json', jsonl: 'json', ndjson: 'json', log: 'log', vtt: 'transcript', txt: 'text', text: 'text',
  ...Object.fromEntries('ts tsx js jsx mjs cjs py rb go rs java kt c h cpp hpp cs php swift scala sh bash ps1 sql yaml yml toml ini cfg conf css scss xml tex r lua pl vue svelte'
    .split(' ').map((ending): [string, Format] => [ending, 'code'])),
}
const types: Record<string, Format> = {
  'text/html': 'html', 'application/xhtml+xml': 'html', 'text/markdown': 'markdown', 'text/csv': 'csv', 'text/tab-separated-values': 'csv',
  'application/json': 'json', 'application/x-ndjson': 'json', 'application/jsonl': 'json', 'text/vtt': 'transcript',
}
const sampleBytes = 32_768

/**
 * @param about the file's name, and its media type when a client gave one
 * Throws `unknown format`, `encrypted`, `empty` or `broken`.
 */
export function detect (bytes: Uint8Array, { name, type = '' }: { name: string, type?: string }): Format {
  if (bytes.length === 0) throw rejected('empty')
  const binary = binaryFormat(bytes)
  if (binary) return binary
  const said = formatOfName(name) ?? types[type.split(';')[0]!.trim().toLowerCase()]
  const sample = decodeText(bytes.subarray(0, cut(bytes)))
  if (sample.trim() === '' && bytes.length <= sampleBytes) throw rejected('empty')
  if (isBinary(sample)) throw rejected('unknown format', 'it is neither text nor a kind of file that can be read')
  return textFormat(sample, said)
}

/** What a name's ending says; undefined when it says nothing, and the media type counts. */
export function formatOfName (name: string): Format | undefined {
  return endings[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '']
}

function binaryFormat (bytes: Uint8Array): Format | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1')
  if (/^[^<{[]{0,200}%PDF-\d/.test(head)) return 'pdf'
  if (head.startsWith('PK\u0003\u0004')) return zipFormat(bytes)
  if (head.startsWith('PK\u0005\u0006')) throw rejected('empty')
  if (head.startsWith('\u00d0\u00cf\u0011\u00e0')) throw oldOffice(bytes)
  if (head.startsWith('{\\rtf')) throw rejected('unknown format', 'RTF is not read; save it as DOCX or PDF')
  return undefined
}

/** Macros are never run, so a document that has some is read like any other. */
function zipFormat (bytes: Uint8Array): Format {
  const names = namesOf(bytes)
  if (names.some(name => /^word\/document\d*\.xml$/.test(name))) return 'docx'
  if (names.length === 0) throw rejected('broken', 'the archive has no table of contents')
  if (names.includes('xl/workbook.xml')) throw rejected('unknown format', 'Excel is not read; save it as CSV')
  throw rejected('unknown format', 'of archives, only Word documents are read')
}

/** Word's old format, or the shell around an encrypted new one. */
function oldOffice (bytes: Uint8Array): Error {
  const inside = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return inside.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? rejected('encrypted', 'it asks for a password')
    : rejected('unknown format', 'Office files from before 2007 are not read; save it as DOCX or PDF')
}

function textFormat (sample: string, said: Format | undefined): Format {
  if (said === 'code') return 'code'
  const start = sample.replace(/^\uFEFF/, '').trimStart()
  if (/^(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[^])*-->\s*)*<(!doctype html|html|head|body)\b/i.test(start)) return 'html'
  if (/^<\?xml/.test(start)) return 'code'
  if (said === 'html') return /<[a-z!][^>]*>/i.test(sample) ? 'html' : 'text'
  if (said === 'json') return 'json'
  if (said === 'transcript' || isTranscript(sample)) return 'transcript'
  if (isLog(sample)) return 'log'
  if (said === 'log' || said === 'markdown') return said
  if (said === undefined && /^(\{\s*"|\[\s*[{"[])/.test(start)) return 'json'
  const table = guessDelimiter(sample)
  if (said === 'csv') return table === null && sample.length > 2000 && !sample.includes('\n') ? 'text' : 'csv'
  if (said === undefined && table !== null && table.even > 0.95 && sample.split('\n').length > 3) return 'csv'
  return said === undefined && isMarkdown(sample) ? 'markdown' : 'text'
}

/** Most lines begin with a time or name a level. */
function isLog (sample: string): boolean {
  const lines = sample.split('\n').filter(line => line.trim() !== '' && !/^\s/.test(line))
  const found = lines.filter(line => /^\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d |\d\d:\d\d:\d\d)|^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:|^\W?(TRACE|DEBUG|INFO|WARN(ING)?|ERROR|FATAL)\b/.test(line))
  return lines.length >= 3 && found.length > lines.length * 0.6
}

function isMarkdown (sample: string): boolean {
  return (sample.match(/^(#{1,6} \S|```|[-*] \S|\|.*\|$|> )/gm)?.length ?? 0) >= 2 && /^(#{1,6} \S|```)/m.test(sample)
}

/** Text has no control characters but those that move the pen. */
function isBinary (sample: string): boolean {
  // eslint-disable-next-line no-control-regex
  const controls = sample.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/g)?.length ?? 0
  return sample.includes('\u0000') || controls > sample.length * 0.02
}

/** A sample's length: not inside a character. */
function cut (bytes: Uint8Array): number {
  let end = Math.min(bytes.length, sampleBytes)
  while (end < bytes.length && end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return end
}
