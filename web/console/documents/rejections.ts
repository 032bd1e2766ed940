// Says why a file was rejected, and what to do about it.

export interface Rejection { document: string, reason: string, message: string }

/** The reasons that the service names, in words, with advice. */
const words: Record<string, [why: string, advice: string]> = {
  broken: ['It cannot be read', 'Save it again in its program, and add it once more.'],
  empty: ['It is empty', ''],
  encrypted: ['It asks for a password', 'Save it without one.'],
  'no readable text': ['It has no text, as a scan has none', 'Recognise its text first (OCR).'],
  'took too long': ['Reading it took too long', 'Divide it.'],
  'too deep': ['It is nested too deeply', ''],
  'too large when unpacked': ['It is too large when unpacked', 'Divide it.'],
  'too many pages': ['It has too many pages', 'Divide it.'],
  'too much memory': ['Reading it takes too much memory', 'Divide it.'],
  'unknown format': ['Its format is not known', 'Save it as PDF, Word or text.'],
}

export function sentenceOf ({ reason, message }: Rejection): string {
  const known = words[reason]
  if (!known) return asSentence(message)
  const [why, advice] = known
  // Behind the reason stands where it is in the file, if that is known.
  const [, detail] = message.split(`${reason}: `)
  return `${asSentence(detail ? `${why}: ${detail}` : why)} ${advice}`.trim()
}

export function asSentence (text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
