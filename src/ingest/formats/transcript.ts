// Reads chats as messengers and meeting tools export them: the speakers, the times and the words.
import type { ReadDocument, Section } from '../../documents/content.ts'
import { decodeText } from './decode.ts'

interface Message { date: string, time: string, from: string, text: string }

// Phones put direction marks around the parts of a line.
const invisible = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
const date = String.raw`(?<date>\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})`
const time = String.raw`(?<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)`
const from = String.raw`(?<from>[\p{L}\p{N}+~@(][^:<>|[\]{}=]{0,60}?)`

/** `[21.11.26, 10:34:16] Ann: …`, `11/21/26, 10:34 AM - Ann: …`, `2026-11-21 10:34 Ann: …`, `10:34 <ann> …` */
const oneLine = [
  new RegExp(String.raw`^\[(?:${date}[,T ]+)?${time}\]\s*(?:${from}:\s|<(?<nick>[^<>]{1,60})>\s)(?<text>.*)$`, 'u'),
  new RegExp(String.raw`^(?:${date}[,T]?\s*)?${time}(?:\s*[-–—]\s*|\s+)(?:${from}:\s|<(?<nick>[^<>]{1,60})>\s)(?<text>.*)$`, 'u'),
]
/** `Ann Lee  10:34 AM` above her message, as Slack and Teams copy it. */
const header = new RegExp(String.raw`^(?<from>\p{L}[^:<>|[\]{}=]{0,60}?)(?:\s{2,}|\s*\[|\t)\s*(?:${date}[,T ]+)?${time}\]?$`, 'u')
/** `2026-11-21 10:34:16 ERROR: …` is a log, not a person called ERROR. */
const level = /^(trace|debug|info|notice|warn|warning|error|fatal|critical|panic|severe|audit)\b/i
const cue = /^(?:\d+:)?\d\d:\d\d[.,]\d{3} --> /

/** Recognises a chat: many lines begin a message, with few names. A log line has a level or no name. */
export function isTranscript (sample: string): boolean {
  if (/^\uFEFF?WEBVTT\b/.test(sample)) return true
  const lines = sample.replace(invisible, '').split('\n').filter(line => line.trim() !== '')
  const found = lines.map(parseStart).filter(message => message !== null)
  const names = new Set(found.map(message => message.from))
  return found.length >= 3 && found.length >= lines.length * 0.3 && names.size >= 2 && names.size <= Math.max(3, found.length / 2)
}

export function readTranscript (bytes: Uint8Array, name: string): ReadDocument {
  const lines = decodeText(bytes).replace(/^\uFEFF/, '').replace(invisible, '').split('\n')
  return toDocument(/^WEBVTT\b/.test(lines[0] ?? '') ? readCues(lines) : readLines(lines), name)
}

function readLines (lines: string[]): Message[] {
  const found: Message[] = []
  for (const line of lines) {
    const message = parseStart(line)
    if (message) found.push({ ...message, date: message.date || (found.at(-1)?.date ?? '') })
    else if (line.trim() !== '') {
      const last = found.at(-1) ?? found[found.push({ date: '', time: '', from: '', text: '' }) - 1]!
      last.text += `${last.text && ' '}${line.trim()}`
    }
  }
  return found
}

function parseStart (line: string): Message | null {
  for (const pattern of [...oneLine, header]) {
    const { date = '', time = '', from, nick, text = '' } = pattern.exec(line.trim())?.groups ?? {}
    const name = (from ?? nick)?.trim()
    if (name !== undefined && !level.test(name)) return { date, time: time.replace(/\s/g, ' '), from: name, text: text.trim() }
  }
  return null
}

/** Reads the captions of a meeting; consecutive captions of one person become one message. */
function readCues (lines: string[]): Message[] {
  const found: Message[] = []
  let at = ''
  for (const line of lines.slice(1)) {
    if (cue.test(line)) at = line.split(/[.,]/)[0]!
    else if (at !== '' && line.trim() === '') at = ''
    else if (at !== '') {
      const from = /^<v(?:\.[^ >]*)? ([^>]+)>/.exec(line)?.[1] ?? ''
      const text = line.replace(/<[^>]*>/g, '').trim()
      const last = found.at(-1)
      if (last && (last.from === from || from === '') && text) last.text += ` ${text}`
      else if (text) found.push({ date: '', time: at, from, text })
    }
  }
  return found
}

/** Tells if an item of an export is a message from Slack, Telegram or Teams. */
export function isMessage (item: unknown): boolean {
  const { type, messageType, text, body, ts, date, createdDateTime } = (item ?? {}) as Record<string, unknown>
  return (type === 'message' || messageType === 'message') && (text ?? body) !== undefined && (ts ?? date ?? createdDateTime) !== undefined
}

/** Reads an export as one document. Items that are not messages are left out. */
export function readMessages (items: unknown[], name: string): ReadDocument {
  return toDocument(items.filter(isMessage).map(item => {
    const raw = item as Record<string, any>
    const at = String(raw.createdDateTime ?? raw.date ?? new Date(Number(raw.ts) * 1000 || 0).toISOString())
    const from = raw.from?.user?.displayName ?? raw.user_profile?.real_name ?? raw.username ?? raw.from ?? raw.user ?? ''
    return {
      date: at.slice(0, 10),
      time: at.slice(11, 16),
      from: String(from),
      text: plainText(raw.text ?? raw.body?.content)
        .replace(/\s+/g, ' ')
        .trim(),
    }
  }), name)
}

/** Returns the text of a message. Telegram writes one with links as a list of parts; Teams writes HTML. */
function plainText (text: unknown): string {
  if (Array.isArray(text)) {
    return text.map(part => (typeof part === 'string' ? part : plainText((part as { text?: unknown } | null)?.text))).join('')
  }
  return typeof text === 'string' ? text.replace(/<\/?(p|div|br|span|a|b|i|strong|em|at)\b[^>]*>/gi, ' ') : ''
}

/** Makes the document: each day is a section, each message a line. */
function toDocument (found: Message[], name: string): ReadDocument {
  const sections: Section[] = []
  let day: string | undefined
  let lines: string[] = []
  const end = () => {
    if (lines.length > 0) sections.push({ kind: 'list', text: lines.join('\n'), headings: day ? [day] : [] })
    lines = []
  }
  for (const { date, time, from, text } of found) {
    if (text === '') continue
    if (date !== day) end()
    day = date
    lines.push(`${time && `${time} `}${from && `${from}: `}${text}`)
  }
  end()
  return { id: '', title: name, url: '', fields: [], sections }
}
