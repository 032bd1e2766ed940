// Makes the other forms of a word that its stem does not cover: German, French and Spanish verbs, Dutch and Italian words.
import type { Language } from '../types.ts'
import { fold, stem, tokens } from './words.ts'

const minRoot = 3
const maxLetters = 24

/** Particles that a German or Dutch verb parts with: "holt … ab", "haalt … op". */
const particles: Partial<Record<Language, string[]>> = {
  de: 'ab an auf aus bei ein fest her hin los mit nach um vor weg weiter zu zurück zusammen durch statt teil rein rauf heim'.split(' '),
  und: 'aan af bij door in mee na om op over terug toe uit voor weg'.split(' '),
}

const germanEndings = /(?:est|tet|ten|ete|eten|et|te|st|en|t|e|n)$/
const germanForms = ['', 'e', 't', 'st', 'et', 'en', 'n', 'te', 'ten', 'ung', 'ungen']
const dutchForms = ['t', 'en', 'd', 'de', 'den', 'te', 'ten', 'ing', 'ingen', 's', 'e', '']
const italianEndings = /(?:zion[ei]|iamo|ando|endo|[aeiu]t[oaie]|[aei]re|[aei]te|[aei]no|[oaie])$/
const italianForms =
  'o a i e are ere ire ato ata ati ate ito iti uto uta uti iamo ete ite ano ono azione azioni izione zione zioni hi he'.split(' ')
const spanishVowels: [RegExp, string][] = [
  [/e(?=[^aeiou]+$)/, 'ie'], [/ie(?=[^aeiou]+$)/, 'e'], [/o(?=[^aeiou]+$)/, 'ue'], [/ue(?=[^aeiou]+$)/, 'o'], [/e(?=[^aeiou]+$)/, 'i'],
]

/**
 * Returns the stems of a word's other forms; those that no document holds do no harm.
 * @param particle the particle that the question parts the verb from
 */
export function formStems (surface: string, language: Language, particle: string | null = null): string[] {
  if (surface.length < minRoot + 1 || surface.length > maxLetters || !/^\p{L}+$/u.test(surface)) return []
  const forms = language === 'de' ? [...german(surface, particle), ...germanLoans(surface)]
    : language === 'fr' ? french(surface)
      : language === 'und' ? [...dutch(fold(surface), particle), ...italian(fold(surface))]
        : language === 'es' ? spanish(surface)
          : []
  const own = stem(surface, language)
  return [...new Set(forms.map(form => stem(form, language)))].filter(one => one !== own && one.length >= minRoot)
}

/** Returns the particle at the end of a clause of a question, which belongs to its verb; null when there is none. */
export function particleOf (question: string, language: Language): string | null {
  const own = particles[language]
  if (!own) return null
  for (const clause of question.split(/[.,;:?!…]+/)) {
    const words = tokens(clause)
    if (words.length > 2 && own.includes(words.at(-1)!)) return words.at(-1)!
  }
  return null
}

function german (word: string, particle: string | null): string[] {
  const prefix = particles.de!.find(one => word.startsWith(one) && word.length > one.length + minRoot + 1) ?? ''
  const simple = rootsOf(word, germanEndings, /ung(?:en)?$/)
  const parted = prefix === '' ? [] : rootsOf(word.slice(prefix.length).replace(/^(?:ge|zu)(?=.{4})/, ''), germanEndings, /ung(?:en)?$/)
  return [
    ...simple.flatMap(root => [...withEndings(root, germanForms), ...participles('', root)]),
    ...parted.flatMap(root => [
      ...withEndings(prefix + root, germanForms), ...participles(prefix, root), `${prefix}zu${root}en`, ...withEndings(root, ['en', 't']),
    ]),
    ...(particle === null
      ? []
      : simple.flatMap(root => [...withEndings(particle + root, ['en', 't', 'ung']), ...participles(particle, root)])),
  ]
}

/** Verbs in -ieren have nouns of their own: "frisieren" and "Frisur", "reparieren" and "Reparatur", "montieren" and "Montage". */
function germanLoans (word: string): string[] {
  const verb = /^(.{3,})(?:ieren|ierte?[nrms]?|iere)$/.exec(word)
  if (verb) return withEndings(verb[1]!, ['ur', 'atur', 'ation', 'age', 'ierung'])
  const noun = /^(.{3,}?)(?:(?:at)?ur(?:en)?|ation(?:en)?|agen?)$/.exec(word)
  return noun ? withEndings(noun[1]!, ['ieren', 'iert']) : []
}

/**
 * French verbs in the plural ("acceptent", "acceptons"), which have stems of their own, and the nouns made of those in -er:
 * "dépanner" and "dépannage". Those who do it ("dépanneurs") are another thing.
 */
function french (word: string): string[] {
  const noun = /^(.{4,})(?:ages?|ements?|ures?)$/.exec(word)
  if (noun) return withEndings(noun[1]!, ['er', 'ez', 'é'])
  const [, root = ''] = /^(.{3,})(?:[ei]r|re|ez|ons|ent|es?|ée?s?)$/.exec(word) ?? []
  if (root === '') return []
  const plural = [...withEndings(root, ['er', 'ent', 'ons']), `${root.replace(/y$/, 'i')}ent`]
  const hasNouns = root.length > minRoot && /(?:er|ez|ons|ent|ée?s?)$/.test(word)
  return hasNouns ? [...plural, ...withEndings(root, ['age', 'ement', 'ure'])] : plural
}

function participles (prefix: string, root: string): string[] {
  return [`${prefix}ge${root}t`, `${prefix}ge${root}et`, `${prefix}ge${root}en`]
}

/** Returns what may be the root of a word: without an ending of a verb, and without the "ge" of a participle. */
function rootsOf (word: string, ...endings: RegExp[]): string[] {
  const bare = [word, ...endings.map(ending => word.replace(ending, ''))]
  const plain = bare.flatMap(root => /^ge.{4}/.test(root) ? [root, root.slice(2)] : [root])
  return [...new Set(plain)].filter(root => root.length >= minRoot)
}

function dutch (word: string, particle: string | null): string[] {
  const prefix = particles.und!.find(one => word.startsWith(one) && word.length > one.length + minRoot + 1) ?? ''
  const forms = (text: string) => rootsOf(text, /(?:en|t|d|de|den|te|ten|s|e)$/, /ing(?:en)?$/).flatMap(root => {
    const shut = root.replace(/([^aeiou])\1$/, '$1')
    const long = shut.replace(/(?<=[^aeiou]|^)([aeou])(?=[^aeiouw]$)/, '$1$1')
    const short = shut.replace(/([aeou])\1(?=[^aeiou]$)/, '$1')
    const doubled = shut.replace(/(?<=[^aeiou][aeiou])([bdfgklmnprst])$/, '$1$1')
    const roots = [...new Set([shut, long, short, doubled])]
    return roots.flatMap(one => [...withEndings(one, dutchForms), `ge${one}t`, `ge${one}d`, `ge${one}en`])
  })
  const parted = prefix === '' ? [] : forms(word.slice(prefix.length).replace(/^(?:ge|te)(?=.{4})/, ''))
  return [
    ...forms(word), ...parted, ...parted.map(form => prefix + form),
    ...(particle === null ? [] : forms(word).map(form => particle + form)),
  ]
}

function italian (word: string): string[] {
  const root = word.replace(italianEndings, '').replace(/h$/, '')
  return root.length < minRoot ? [] : withEndings(root, italianForms)
}

/** Spanish verbs change the vowel of their root: "cierran" and "cerráis", "vuelve" and "volver". */
function spanish (word: string): string[] {
  const root = fold(word).replace(/(?:[aei]is|[aei]mos|[aei]n|[aei]r|[aeio]s?)$/, '')
  if (root.length < minRoot) return []
  const roots = [root, ...spanishVowels.map(([vowel, other]) => root.replace(vowel, other))]
  return [...new Set(roots)].flatMap(one => withEndings(one, ['ar', 'er', 'ir', 'a', 'e', 'en', 'an', 'o']))
}

function withEndings (root: string, endings: readonly string[]): string[] {
  return endings.map(ending => root + ending)
}
