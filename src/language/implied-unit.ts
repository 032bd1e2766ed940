// Reads the unit of a number without one: an age beside a child, people after "we are".
import type { Language } from '../types.ts'
import { monthOf } from './calendar.ts'
import { isChild, isGroup, isKin, isPet } from './generic-words.ts'
import { foldedText, type Token } from './quantity-token.ts'
import type { Unit } from './units.ts'

const years: Unit = { name: 'year', dimension: 'duration', size: 365.25 * 1440 }
const people: Unit = { name: 'person', dimension: 'person', size: 1 }
const metres: Unit = { name: 'm', dimension: 'length', size: 1000 }

const ageWords = /^(?:aged?|ages?|alter|edad|eta|leeftijd|agee?s?)$/u
/** People who are older or younger than a number: "mayores de 18". */
const older = /^(?:mayor|menor|mayores|menores|maggior[ei]|minor[ei]) (?:de|di)$/u
const conjunction = /^(?:et|and|und|y|e|en|ou|or|o|oder)$/

/**
 * Returns the unit of a number that stands without one; null where it counts what it stands beside.
 * @param to the position after the number
 */
export function impliedUnit (tokens: Token[], at: number, to: number, value: number, language: Language): Unit | null {
  const [last, two] = [wordsBefore(tokens, at, 1), wordsBefore(tokens, at, 2)]
  const next = tokens[to]
  const ends = next === undefined || /^(?:break|sign)$/.test(next.kind) || conjunction.test(next.text)
  const isAge = ageWords.test(last) || older.test(two) || (ends && isOfRelative(tokens, at, value, language))
  if (value > 0 && value < 120 && isAge) return years
  // "A ticket for two"
  if (ends && tokens[at]!.kind === 'word' && /^(?:for|pour|para|fur|per|voor)$/.test(last)) return people
  // "A team of four"
  const [group = '', of = ''] = two.split(' ')
  if (ends && isGroup(group) && /^(?:of|de|von|di|da|van)$/.test(of)) return people
  if (/^(?:somos|siamo|saremo|seremos|sommes|serons|venimos|vendremos|iremos)$/.test(last)) return people
  const isGathering = ends || afterGathering.test(foldedText(next))
  if ((ends && /(?:^| )will be$/.test(two)) || (isGathering && gathering.test(wordsBefore(tokens, at, 3)))) return people
  if (foldedText(next) === 'of' && foldedText(tokens[to + 1]) === 'us') return people
  if (isHeight(tokens, at, last, foldedText(next))) return metres
  return ends && /^(?:i m|i am|bin|(?:ich|ik) (?:bin|ben)|bin ich|ben ik)$/.test(two) ? years : null
}

/** "On sera onze à table" */
const afterGathering = new RegExp(
  '^(?:a|au|at|for|in|on|to|with|fur|zum|zur|beim|im|am|um|auf|mit|per|pour|chez|sur|dans|sous|avec|voor|bij|op|con|para|en|alla|al|' +
  'nel|nella|sulla)$'
)
const gathering = new RegExp(
  '(?:we are|we re|wir sind|we zijn|(?:we|there) will be|on est|on sera|on serait|on (?:vient|viendra|viendrait|arrive) a|' +
  '(?:sind|kommen|waren) zu|vamos a ser|siamo in|saremo in|veniamo in|(?:zijn|komen) met)$'
)

/** "Ich bin 1,85 groß", "il mesure 1,10" */
function isHeight (tokens: Token[], at: number, before: string, after: string): boolean {
  return /^[0-2][.,]\d\d$/.test(tokens[at]!.text) &&
    (/^(?:mesure|mesurons|mide|mido|misura|meet)$/.test(before) || /^(?:gross|hoch|tall|high|alt[oa]|groot|hoog|lang|breit)$/.test(after))
}

/** Returns the last words before a token, folded. */
function wordsBefore (tokens: Token[], at: number, count: number): string {
  return tokens.slice(Math.max(0, at - 4), at).filter(({ kind }) => kind === 'word').slice(-count).map(foldedText).join(' ')
}

const words = (list: string) => new Set(list.split(' '))
/** A relative is so old: "is 8", "tiene 6". */
const being = words(
  'is are was be turns turned ist sind war wird werden a ont avait aura tiene tienen cumple cumplio ha hanno compie heeft hebben wordt ' +
  'worden zijn'
)
/** Children have limits of age, which hold for the numbers of a whole range: "children 3 to 12". Grown-ups may have sizes. */
const limiting = words(
  'to till until through under over below from between bis unter uber ab zwischen jusqu au aux des moins plus entre hasta desde menos ' +
  'mas da dai fino tra fra meno piu tot vanaf tussen onder boven max min mindestens hochstens maximal minimum maximum least ' +
  'of de di von van d - – —'
)
/** What may stand between a relative, such a word, and the number. */
const between = words(
  'the les le la las los el il i gli dem den der l up ans than que als and including included einschliesslich inklusive inkl inclus ' +
  'et y e en und just only now already nearly almost about soon erst schon bald jetzt gerade nun knapp fast deja bientot presque ' +
  'seulement environ ya casi solo gia quasi bijna ongeveer ungefahr etwa old who he she they er sie elle ils elles ella lui lei hij ' +
  "zij ze qui die che ' :"
)
const free = words('free frei gratis kostenlos kostenfrei umsonst gratuit gratuits gratuite gratuites gratuito gratuita gratuiti')
/** So far before the number a relative is looked for. */
const reach = 9

/** Tells whether only a verb of being, a limit or a comma stands between a relative and the number: a noun would be what it counts. */
function isOfRelative (tokens: Token[], at: number, value: number, language: Language): boolean {
  let isJoined = false
  let isLimit = false
  // "Kids swim free until 12": of what is free, the verb may stand before it.
  let verbs = 0
  for (let left = at - 1; left >= Math.max(0, at - reach); left--) {
    const { kind, text } = tokens[left]!
    const word = foldedText(tokens[left])
    if (kind === 'number') isJoined = false
    else if (isChild(word) && value < 22) return isJoined || isLimit
    else if (isKin(word, language) || (isPet(word) && value < 40)) return isJoined
    else if (limiting.has(word)) isLimit = true
    else if (being.has(word) || text === '(' || text === ',') isJoined = true
    else if (isLimit && free.has(word)) verbs = 1
    else if (between.has(word) || isMonthWord(tokens, left)) continue
    else if (kind !== 'word' || verbs-- <= 0) return false
  }
  return false
}

/** "Wird im Mai 16" */
function isMonthWord (tokens: Token[], at: number): boolean {
  const word = foldedText(tokens[at])
  return monthOf(word) !== undefined || (/^(?:im|in|en)$/.test(word) && monthOf(foldedText(tokens[at + 1])) !== undefined)
}

/** "Be out by 9", "until 6": a time of day where nothing follows; "10 by 15" and "reduced by 20" are none. */
export function isTimeAtEnd (tokens: Token[], at: number, language: Language): boolean {
  const [preposition, ahead] = [foldedText(tokens[at - 1]), tokens[at - 2]]
  if (!/^(?:by|before|until|till)$/.test(preposition) || ahead?.kind === 'number') return false
  if (preposition === 'by') return doneBy.test(foldedText(ahead))
  // "Kids swim until 12" may tell an age.
  return !tokens.slice(Math.max(0, at - reach), at).some(token => isChild(foldedText(token)) || isKin(foldedText(token), language))
}
const doneBy = new RegExp(
  '^(?:be|out|in|back|here|there|home|ready|leave|left|arrive|arrived|come|gone|done|finished|delivered|collected|returned|booked|' +
  'ordered|closed|open)$'
)
