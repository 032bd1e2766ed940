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
  /** Over which rows: "of 5 entries (tent)". */
  among (compared: number, fitting: number, chosenBy: string): string
  entries (n: number): string
  more (n: number): string
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
  among: (compared, fitting, chosenBy) => compared < fitting
    ? `of the ${compared} of ${fitting} entries${by(chosenBy)} that state it`
    : `of ${english.entries(fitting)}${by(chosenBy)}`,
  entries: n => `${n} ${n === 1 ? 'entry' : 'entries'}`,
  more: n => `and ${n} more`,
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
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `parmi les ${compared} fiches sur ${fitting}${by(chosenBy)} qui l'indiquent`
      : `${fitting === 1 ? 'sur' : 'parmi'} ${all.fr.entries(fitting)}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'fiche' : 'fiches'}`,
    more: n => `et ${n} autres`,
    average: isRounded => isRounded ? 'en moyenne (arrondi)' : 'en moyenne',
    from: 'de',
    to: 'à',
    computed: (set, rows) => `Calculé sur les ${rows} fiches de « ${set} »`,
  },
  de: {
    lowest: 'der niedrigste Wert',
    highest: 'der höchste Wert',
    several: (n, isLowest) => `die ${n} ${isLowest ? 'niedrigsten' : 'höchsten'} Werte`,
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `von den ${compared} der ${fitting} Einträge${by(chosenBy)}, die ihn nennen`
      : `von ${fitting} ${fitting === 1 ? 'Eintrag' : 'Einträgen'}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'Eintrag' : 'Einträge'}`,
    more: n => `und ${n} weitere`,
    average: isRounded => isRounded ? 'im Durchschnitt (gerundet)' : 'im Durchschnitt',
    from: 'von',
    to: 'bis',
    computed: (set, rows) => `Berechnet aus allen ${rows} Einträgen von „${set}“`,
  },
  es: {
    lowest: 'el valor más bajo',
    highest: 'el valor más alto',
    several: (n, isLowest) => `los ${n} valores más ${isLowest ? 'bajos' : 'altos'}`,
    among: (compared, fitting, chosenBy) => compared < fitting
      ? `de las ${compared} fichas de ${fitting}${by(chosenBy)} que lo indican`
      : `de ${all.es.entries(fitting)}${by(chosenBy)}`,
    entries: n => `${n} ${n === 1 ? 'ficha' : 'fichas'}`,
    more: n => `y ${n} más`,
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
  const more = rows.length > maxNamed ? `, ${words.more(rows.length - maxNamed)}` : ''
  const name = ({ title }: Row) => disarmMarks(title)
  switch (operation) {
    case 'min': case 'max': {
      if (computed.most !== undefined) {
        const each = named.map(({ row, value }) => `${name(row)} (${disarmMarks(value)})${mark(row)}`).join(', ')
        return `${disarmMarks(column)}: ${each}${more} — ${words.several(rows.length, operation === 'min')} ${among}.`
      }
      const titles = named.map(({ row }) => name(row) + mark(row)).join(', ')
      const fact = disarmMarks(factLine([column, rows[0]!.value]))
      return `${titles}${more} — ${fact}, ${operation === 'min' ? words.lowest : words.highest} ${among}.`
    }
    case 'average': {
      const [low, high] = rows as [typeof rows[0], typeof rows[0]]
      const end = ({ row, value }: typeof low) => `${disarmMarks(value)} (${name(row)})${mark(row)}`
      return `${disarmMarks(factLine([column, computed.average!]))} ${words.average(computed.isRounded!)} ${among}: ` +
        `${words.from} ${end(low)} ${words.to} ${end(high)}.`
    }
    case 'values':
      return `${disarmMarks(column)}: ${named.map(({ row, value }) => disarmMarks(value) + mark(row)).join(', ')}${more} — ${among}.`
    case 'rows':
      return `${words.entries(rows.length)}${by(chosenBy)}: ` +
        `${named.map(({ row, value }) => name(row) + by(disarmMarks(value)) + mark(row)).join(', ')}${more}.`
  }
}
