// Names the types of fact that questions ask for, and makes the rules that recognise them.

export type AnswerType =
  | 'price'
  | 'weight'
  | 'length'
  | 'volume'
  | 'duration'
  | 'time'
  /** Until when something is: a time, or a duration. */
  | 'deadline'
  | 'temperature'
  | 'age'
  | 'phone'
  | 'email'
  /** A telephone number, an address of e-mail, or both. */
  | 'contact'
  | 'count'
  | 'percent'
  | 'stock'
  | 'place'
  | 'material'
  /** Who does or leads something. */
  | 'person'
  /** How many times, or on which days, something happens. */
  | 'frequency'
  /** A share that is taken off, or a lower price. */
  | 'discount'

export type Rules = [AnswerType, RegExp][]

/** Matches a question for a person, with the general name of a role behind it: what else is said ("of the choir") is the topic. */
export const who = (phrases: string, articles: string, roles: string) =>
  String.raw`(?:${phrases})(?: (?:${articles}))*(?: (?:${roles}))?`

/** Reads rules: the alternatives of each line are matched as whole words of a folded question; the first line that matches wins. */
export function rules (lines: [AnswerType, string][]): Rules {
  return lines.map(([type, phrases]) => [type, wholeWords(phrases, 'gu')])
}

/** How the patterns of whole words begin. */
export const wordStart = String.raw`(?<!\p{L})`

/** Matches one of the alternatives, between which lines may break, as whole words. */
export function wholeWords (phrases: string, flags: string): RegExp {
  return new RegExp(String.raw`${wordStart}(?:${phrases.trim().split(/\s*\|\s*/).join('|')})(?!\p{L})`, flags)
}

/** Matches what stands between a German verb and the end of its clause: no other "sie" or "ihr" begins one of its own there. */
export const inGermanClause = String.raw`(?:(?:sie|ihr) )?(?:(?!(?:sie|ihr) )[\p{L}\p{N}]+ )*`

/** Matches an asking word that is followed by one of the nouns, or by a compound that ends with it. */
export const before = (asking: string, nouns: string) => String.raw`(?:${asking})(?= (?:\w+ ){1,4}\w*(?:${nouns})(?!\p{L}))`
