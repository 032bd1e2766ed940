// Writes a computed figure as a sentence, in each language: the rows, their values, and over how many rows it was computed.
import { disarmMarks } from '../../language/citation-marks.ts'
import { factLine } from '../../language/passage-lines.ts'
import type { FoundPassage, Language } from '../../types.ts'
import type { Computed } from './compute.ts'
import type { Row } from './data-set.ts'

interface Words {
  lowest: string
  highest: string
  /** Of several: "the 3 lowest". */
  several (n: number, isLowest: boolean): string
  /** One of them: "the second lowest"; from 2 to 5. */
  nth (place: number, isLowest: boolean): string
  /** What holds of two things that are compared. */
  verdicts: Record<NonNullable<Computed['verdict']>, string>
  /** Over which rows: "of 5 entries (tent)". */
  among (compared: number, fitting: number, chosenBy: string): string
  entries (n: number): string
  more (n: number): string
  /** No row is within the limit; what comes nearest follows. */
  none: string
  average (isRounded: boolean): string
  from: string
  to: string
  /** Says that the following was computed, and from what. */
  computed (set: string, rows: number): string
}

const by = (chosenBy: string) => chosenBy === '' ? '' : ` (${chosenBy})`

const english: Words = {
  lowest: 'the lowest',
  highest: 'the highest',
  several: (n, isLowest) => `the ${n} ${isLowest ? 'lowest' : 'highest'}`,
  nth: (place, isLowest) => `the ${['second', 'third', 'fourth', 'fifth'][place - 2]} ${isLowest ? 'lowest' : 'highest'}`,
  verdicts: { yes: 'Yes', no: 'No', lowest: 'The lower one', highest: 'The higher one', same: 'Both are the same' },
  among: (compared, fitting, chosenBy) => compared < fitting
    ? `of the ${compared} of ${fitting} entries${by(chosenBy)} that state it`
    : `of ${english.entries(fitting)}${by(chosenBy)}`,
  entries: n => `${n} ${n === 1 ? 'entry' : 'entries'}`,
  more: n => `and ${n} more`,
  none: 'None of them fits: ',
  average: isRounded => isRounded ? 'on average (rounded)' : 'on average',
  from: 'from',
  to: 'to',
  computed: (set, rows) => `Computed from all ${rows} entries of “${set}”`,
}

const all: Record<Language, Words> = {
  en: english,
  und: english,
  fr: {
    lowest: 'la valeur la plus basse',
    highest: 'la valeur la plus haute',
    several: (n, isLowest) => `les ${n} valeurs les plus ${isLowest ? 'basses' : 'hautes'}`,
    nth: (place, isLowest) =>
      `la ${['deuxième', 'troisième', 'quatrième', 'cinquième'][place - 2]} valeur la plus ${isLowest ? 'basse' : 'haute'}`,
    verdicts: { yes: 'Oui', no: 'Non', lowest: 'La valeur la plus basse', highest: 'La valeur la plus haute', same: 'Même valeur' },
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `parmi les ${compared} fiches sur ${fitting}${by(chosenBy)} qui l'indiquent`
      : `${fitting === 1 ? 'sur' : 'parmi'} ${all.fr.entries(fitting)}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'fiche' : 'fiches'}`,
    more: n => `et ${n} autres`,
    none: 'Aucune ne convient : ',
    average: isRounded => isRounded ? 'en moyenne (arrondi)' : 'en moyenne',
    from: 'de',
    to: 'à',
    computed: (set, rows) => `Calculé sur les ${rows} fiches de « ${set} »`,
  },
  de: {
    lowest: 'der niedrigste Wert',
    highest: 'der höchste Wert',
    several: (n, isLowest) => `die ${n} ${isLowest ? 'niedrigsten' : 'höchsten'} Werte`,
    nth: (place, isLowest) => `der ${['zweit', 'dritt', 'viert', 'fünft'][place - 2]}${isLowest ? 'niedrigste' : 'höchste'} Wert`,
    verdicts: { yes: 'Ja', no: 'Nein', lowest: 'Der niedrigere Wert', highest: 'Der höhere Wert', same: 'Beide sind gleich' },
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `von den ${compared} der ${fitting} Einträge${by(chosenBy)}, die ihn nennen`
      : `von ${fitting} ${fitting === 1 ? 'Eintrag' : 'Einträgen'}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'Eintrag' : 'Einträge'}`,
    more: n => `und ${n} weitere`,
    none: 'Keiner passt: ',
    average: isRounded => isRounded ? 'im Durchschnitt (gerundet)' : 'im Durchschnitt',
    from: 'von',
    to: 'bis',
    computed: (set, rows) => `Berechnet aus allen ${rows} Einträgen von „${set}“`,
  },
  es: {
    lowest: 'el valor más bajo',
    highest: 'el valor más alto',
    several: (n, isLowest) => `los ${n} valores más ${isLowest ? 'bajos' : 'altos'}`,
    nth: (place, isLowest) => `el ${['segundo', 'tercer', 'cuarto', 'quinto'][place - 2]} valor más ${isLowest ? 'bajo' : 'alto'}`,
    verdicts: { yes: 'Sí', no: 'No', lowest: 'El valor más bajo', highest: 'El valor más alto', same: 'Es el mismo valor' },
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `de las ${compared} fichas de ${fitting}${by(chosenBy)} que lo indican`
      : `de ${all.es.entries(fitting)}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'ficha' : 'fichas'}`,
    more: n => `y ${n} más`,
    none: 'Ninguna cumple el límite: ',
    average: isRounded => isRounded ? 'de media (redondeado)' : 'de media',
    from: 'de',
    to: 'a',
    computed: (set, rows) => `Calculado sobre las ${rows} fichas de «${set}»`,
  },
}

/** A sentence and the passages that it rests on, in the order of its marks. */
export interface Worded {
  /** With marks: `[1]` is the first source. */
  text: string
  /** The same for a language model: without marks, and with what it was computed from. */
  stated: string
  sources: FoundPassage[]
}

/** The most rows or values that are named; the others are counted. */
const maxNamed = 12
/** So many rows are a list; fewer are named in a sentence. */
const leastListed = 3

export function wordComputed (computed: Computed, language: Language): Worded {
  const words = all[language]
  const sources: FoundPassage[] = []
  const write = (mark: (row: Row) => string) => sentence(computed, words, mark)
  const text = write(row => {
    let n = sources.findIndex(({ id }) => id === row.passage.id)
    if (n < 0) n = sources.push(row.passage) - 1
    return ` [${n + 1}]`
  })
  const stated = `${words.computed(computed.set.name, computed.set.rows.length)}: ${write(() => '')}`
  return { text, stated, sources }
}

function sentence (computed: Computed, words: Words, mark: (row: Row) => string): string {
  const { operation, column, rows, compared, fitting, chosenBy } = computed
  const among = words.among(compared, fitting, chosenBy)
  const named = rows.slice(0, maxNamed)
  const others = rows.length > maxNamed ? [words.more(rows.length - maxNamed)] : []
  const more = others.map(text => `, ${text}`).join('')
  const name = ({ title }: Row) => disarmMarks(title)
  switch (operation) {
    case 'min': case 'max': {
      if (computed.most !== undefined) {
        const each = named.map(({ row, value }) => `${name(row)} (${disarmMarks(value)})${mark(row)}`)
        const which = `${words.several(rows.length, operation === 'min')} ${among}`
        return each.length < leastListed
          ? `${disarmMarks(column)}: ${each.join(', ')}${more} — ${which}.`
          : list(`${disarmMarks(column)} — ${which}:`, [...each, ...others])
      }
      const titles = named.map(({ row }) => name(row) + mark(row)).join(', ')
      const fact = disarmMarks(factLine([column, rows[0]!.value]))
      const isLowest = operation === 'min'
      const which = computed.place === undefined ? isLowest ? words.lowest : words.highest : words.nth(computed.place, isLowest)
      return `${computed.isMissed ? words.none : ''}${titles}${more} — ${fact}, ${which} ${among}.`
    }
    case 'compare': {
      const each = rows.map(({ row, value }) => `${name(row)} — ${disarmMarks(factLine([column, value]))}${mark(row)}`)
      return `${words.verdicts[computed.verdict!]}: ${each.join('; ')}.`
    }
    case 'average': {
      const [low, high] = rows as [typeof rows[0], typeof rows[0]]
      const end = ({ row, value }: typeof low) => `${disarmMarks(value)} (${name(row)})${mark(row)}`
      return `${disarmMarks(factLine([column, computed.average!]))} ${words.average(computed.isRounded!)} ${among}: ` +
        `${words.from} ${end(low)} ${words.to} ${end(high)}.`
    }
    case 'values':
      return `${disarmMarks(column)}: ${named.map(({ row, value }) => disarmMarks(value) + mark(row)).join(', ')}${more} — ${among}.`
    case 'rows': {
      const lead = `${words.entries(rows.length)}${by(chosenBy)}:`
      const each = named.map(({ row, value }) => name(row) + by(disarmMarks(value)) + mark(row))
      return each.length < leastListed ? `${lead} ${each.join(', ')}${more}.` : list(lead, [...each, ...others])
    }
  }
}

/** Writes a list in Markdown, which is easy to read as plain text too. */
function list (lead: string, items: readonly string[]): string {
  return [lead, '', ...items.map(item => `- ${item.replace(/\s+/g, ' ')}`)].join('\n')
}
