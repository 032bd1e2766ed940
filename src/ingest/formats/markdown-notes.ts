// Puts Markdown's footnotes beside what they explain, and writes notices as text: "Note: …".

const definition = /^\[\^([^\]\s]+)\]:[ \t]*(.+(?:\n(?: {2,}|\t)[^\n]+)*)\n?/gm
const indentedNotice = /^(?:!!!|\?\?\?\+?) *(\w+)(?: +"([^"\n]*)")?[ \t]*\n((?:(?: {4}|\t)[^\n]*(?:\n|$)|[ \t]*\n)+)/gm
const fencedNotice = /^:{3,}[ \t]*(\w*)[ \t]*(?:\[([^\]\n]*)\]|([^\n]*))$/gm
const quotedNotice = /^(>[ \t]*)\[!(\w+)\][-+]?[ \t]*(?:\n>[ \t]*)?/gm

/** Returns the text with notes and notices in place. Code stays as it is. */
export function placeNotes (body: string): string {
  if (!/\[\^|^(?:!!!|\?\?\?|:::)|^>[ \t]*\[!/m.test(body)) return body
  const notes = new Map<string, string>()
  const isCode = (i: number) => i % 2 === 1
  const parts = partsOf(body).map((part, i) => isCode(i) ? part : part.replace(definition, (_, id: string, text: string) => {
    notes.set(id, text.replace(/\s+/g, ' ').trim().replace(/\.$/, ''))
    return '\n'
  }))
  return parts.map((part, i) => isCode(i) ? part : placeIn(part, notes)).join('')
}

/** Returns the text as parts: every second one is a block of code. */
function partsOf (body: string): string[] {
  const parts = ['']
  let mark = ''
  for (const line of body.split(/(?<=\n)/)) {
    const fence = /^ {0,3}(```|~~~)/.exec(line)?.[1] ?? ''
    const begins = mark === '' && fence !== ''
    const ends = mark !== '' && fence === mark && /^\s*[`~]+\s*$/.test(line)
    if (begins) parts.push('')
    parts[parts.length - 1] += line
    if (begins || ends) mark = begins ? fence : ''
    if (ends) parts.push('')
  }
  return parts
}

/** A note stands at its first mention alone: a file does not grow by mentioning it often. */
function placeIn (text: string, notes: Map<string, string>): string {
  return text
    .replace(/[ \t]?\[\^([^\]\s]+)\]/g, (all, id: string) => {
      const note = notes.get(id)
      if (note === undefined) return all
      notes.set(id, '')
      return note === '' ? '' : ` (${note})`
    })
    .replace(indentedNotice, (_, kind: string, title: string | undefined, inside: string) => {
      return `${title || nameOf(kind)}: ${inside.replace(/^(?: {4}|\t)/gm, '').trimStart()}`
    })
    .replace(fencedNotice, (_, kind: string, title = '', more = '') => kind === '' ? '' : `${title || more.trim() || nameOf(kind)}:`)
    .replace(quotedNotice, (_, mark: string, kind: string) => `${mark}${nameOf(kind)}: `)
}

function nameOf (kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1).toLowerCase()
}
