// Masks names where the text itself says that they are names: "je m'appelle …", "Mr …", "Best regards, …".
import { isStopWord, languages } from './words.ts'

const mark = '[\'’ʼ]'
/** After these comes a name, whatever the word. */
const introductions = [
  `je m${mark} ?appelle`, 'je me nomme', `on m${mark}appelle`, `moi c${mark}est`,
  '(?:mon|le) (?:nom|prénom)(?: de famille)?(?: est| c.?est|,| :|:)',
  `my (?:(?:first|last|full|family|sur|given|user)[ -]?)?names?(?: is| are|${mark}s|:|,| =)`,
  `i(?: am|${mark}m) called`, 'i go by', `the name(?: is|${mark}s)`,
  'hei(?:ß|ss)e ich', 'ich hei(?:ß|ss)e', 'mein (?:(?:vor|nach|familien)?name) (?:ist|lautet)', 'man nennt mich',
  'me llamo', 'mi (?:nombre|apellido)(?: completo)?(?: es|:)', 'mis apellidos son', 'me dicen',
  'mi chiamo', 'il mio (?:nome|cognome) è', 'ik heet', 'mijn naam is', 'me chamo', 'chamo-me', '(?:o )?meu nome é',
]
/** After these may come something else: a common word is no name. */
const hints = [
  `au nom d(?:e |${mark})`, '(?:pré)?nom(?: de famille)? ?:', 'signé ?:?', 'they call me', 'call me', 'under the name(?: of)?',
  'in the name of',
  '(?:first |last |full )?name ?:', 'signed ?:?', 'auf den namen', 'unter dem namen', '(?:vor|nach)?name ?:', 'a nombre de', 'nombre ?:',
  'apellidos? ?:', 'a nome di', '(?:cog)?nome ?:', 'op naam van', 'naam ?:', 'em nome de',
]
/** After these comes a name with a capital. */
const titles =
  'mr|mrs|ms|miss|mx|mister|dr|prof|monsieur|madame|mademoiselle|mme|mlle|herrn?|frau|fräulein|señora?|sra?|srta|don|doña|signora?|sig|' +
  'meneer|mevrouw|dhr|mevr|senhora?'
const closings =
  'cordialement|cdlt|cdt|mfg|MfG|bien à vous|salutations|sincèrement|amicalement|regards|wishes|sincerely|faithfully|truly|cheers|' +
  'grüße|grüßen|gruß|saludos?|atentamente|cordialmente|saluti|groeten?|groet'
/** After these comes a name at the end of a text. */
const thanks =
  'thanks|thank you|many thanks|merci|merci d’avance|merci d\'avance|merci beaucoup|danke|vielen dank|danke im voraus|gracias|' +
  'muchas gracias|grazie|bedankt'
/** After these comes a name of two words with a capital: "I am John Smith", not "I am Dutch". */
const presentations = `je suis|c${mark}est|ici|i am|i${mark}m|this is|it${mark}s|ich bin|hier ist|soy|sono|ik ben|sou`
/** Particles inside a name. */
const particles = new Set(
  'de du des d von vom van der den zu zum la le las los el al ben bin ibn y da do dos di del della ter ten st saint san mac'.split(' ')
)

const mostWords = 4
const space = '[ \\t\\u00a0\\u202f]{1,3}'
const letters = `[\\p{L}\\p{M}${mark.slice(1, -1)}.-]{0,40}`
const more = `(?:${space}[\\p{L}\\p{M}]${letters}){0,4}`
const anyName = `([\\p{L}\\p{M}]${letters}${more})`
const capitalName = `(\\p{Lu}${letters}${more})`
/** "Mrs van der Berg": after a title a particle may come first. */
const titledName = `((?:(?:${[...particles].join('|')})${space}){0,3}\\p{Lu}${letters}${more})`
const capitalNames = `(\\p{Lu}${letters}(?:${space}\\p{Lu}${letters}){0,3})`
const start = '(?<![\\p{L}\\p{M}])'
/** Cues of which only the first letter may be a capital: the name after them must have one. */
const either = (words: string) => words.split('|').flatMap(cue => [cue, cue[0]!.toUpperCase() + cue.slice(1)]).join('|')

const twoCapitals = new RegExp(`^\\S+${space}(?:\\p{Ll}{1,3}${space}){0,2}\\p{Lu}`, 'u')
const titleWithPoint = new RegExp(`^(?:${titles})\\.$`, 'iu')

const patterns: { pattern: RegExp, isName: (first: string, words: string) => boolean }[] = [
  { pattern: new RegExp(`${start}(${introductions.join('|')})(\\s{0,3})${anyName}`, 'giu'), isName: () => true },
  { pattern: new RegExp(`${start}(${hints.join('|')})(\\s{0,3})${anyName}`, 'giu'), isName: isNameLike },
  { pattern: new RegExp(`${start}((?:${either(titles)})\\.?|M\\.)(${space})${titledName}`, 'gu'), isName: () => true },
  { pattern: new RegExp(`${start}(${either(closings)})([,.!]?\\s{1,4})${capitalName}`, 'gu'), isName: () => true },
  {
    pattern: new RegExp(`${start}(${either(presentations)})(${space})${capitalName}`, 'gu'),
    isName: (first, words) => !isCommon(first) && twoCapitals.test(words),
  },
  // Only where nothing follows: "Thanks, Anna".
  {
    pattern: new RegExp(`(?<=^|[.!?…\\n]\\s{0,3})(${either(thanks)})([,.!]?\\s{1,4})${capitalNames}(?=[.!]?\\s*$)`, 'gu'),
    isName: first => !isCommon(first),
  },
]

/** Returns the text with `[name]` in the place of each name that is introduced as one. */
export function maskNames (text: string): string {
  return patterns.reduce((masked, { pattern, isName }) => {
    const replace = (all: string, cue: string, gap: string, words: string) =>
      isName(/^\S+/u.exec(words)![0], words) ? `${cue}${gap}${withoutName(words)}` : all
    return masked.replace(pattern, replace)
  }, text)
}

/** Replaces the name at the beginning of these words: the first one, and those that go on with it. */
function withoutName (words: string): string {
  const parts = [...words.matchAll(/\S+/gu)]
  // "van der Berg": it begins with the first word that is no particle.
  const first = Math.max(0, parts.findIndex(([part]) => !particles.has(part)))
  const isCapital = isCapitalised(parts[first]![0])
  let length = first + 1
  while (length < Math.min(parts.length, mostWords + 1) && !endsSentence(parts[length - 1]![0])) {
    const rest = parts.slice(length).map(([part]) => part)
    // "von der Heide": the particles count when a name comes after them.
    const named = rest.findIndex(part => !particles.has(bare(part)))
    if (named < 0 || named > 2 || !goesOn(rest[named]!, isCapital)) break
    length += named + 1
  }
  const last = parts[length - 1]!
  const tail = /[.'’ʼ-]*$/u.exec(last[0])![0]
  return `[name]${tail}${words.slice(last.index + last[0].length)}`
}

function isNameLike (part: string): boolean {
  return isCapitalised(part) || !isCommon(part)
}

function goesOn (part: string, isCapital: boolean): boolean {
  return isCapital ? isCapitalised(part) && (part.length <= 2 || !isCommon(part)) : !isCommon(part)
}

function isCapitalised (part: string): boolean {
  return /^\p{Lu}/u.test(part)
}

/** Tells whether a sentence, and a name with it, ends here: not after an initial or a title, "J. Dupont", "Dr. Schmidt". */
function endsSentence (part: string): boolean {
  return /\p{L}{3,}\.$/u.test(part) && !titleWithPoint.test(part)
}

function isCommon (part: string): boolean {
  const plain = bare(part)
  return plain === '' || languages.some(language => isStopWord(plain, language))
}

function bare (part: string): string {
  return part.toLowerCase().replace(/[.'’ʼ-]+$/u, '')
}
