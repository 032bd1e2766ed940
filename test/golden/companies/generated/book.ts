// Invents the books of a generated bookseller: titles, people and figures.
import type { Random } from './random.ts'
import * as words from './words.ts'

export type Genre = 'novel' | 'crime' | 'history' | 'travel' | 'cookery' | 'nature' | 'craft' | 'children'

export interface Book {
  id: string
  code: string
  title: string
  genre: Genre
  author: string
  hero: string
  place: string
  trouble: string
  year: number
  pages: number
  price: string
  pence: number
  binding: string
  publisher: string
  shelf: string
  translator: string
  language: string
  illustrator: string
  /** Reads the recording. */
  reader: string
  /** Had the copy before. */
  owner: string
  prize: string
  flaw: string
  crop: string
  youngest: number
  oldest: number
  grams: number
  height: number
  /** A small whole number for whatever a sentence counts, 3 to 60. */
  count: number
  days: number
  hours: number
  percent: number
}

const genres: Genre[] = ['novel', 'novel', 'crime', 'history', 'travel', 'cookery', 'nature', 'craft', 'children']
const shelfLetters: Record<Genre, string> = {
  novel: 'N', crime: 'K', history: 'H', travel: 'T', cookery: 'C', nature: 'W', craft: 'M', children: 'P',
}
const bindings = [['hardback', 1], ['paperback', 2], ['large print', 3]] as const

const fullName = (random: Random) => `${random.pick(words.firstNames)} ${random.pick(words.lastNames)}`

/** Puts an n before a vowel: `A${n('Anchor')}` is An Anchor. */
const n = (word: string) => /^[AEIO]/.test(word) ? `n ${word}` : ` ${word}`

/** Invents a title; titles of one genre share their words, as those of a shop do. */
export function inventTitle (genre: Genre, random: Random): string {
  const { pick } = random
  const adjective = pick(words.adjectives)
  const noun = pick(words.nouns)
  const place = pick(words.places)
  const first = pick(words.firstNames)
  switch (genre) {
    case 'novel':
      return pick([
        `The ${adjective} ${noun}`,
        `The ${noun} and the ${pick(words.nouns.filter(one => one !== noun))}`,
        `A${n(noun)} for ${first}`,
        `Leaving ${place} with a${n(noun)}`,
      ])
    case 'crime':
      return pick([
        `Death at the ${adjective} ${noun}`,
        `The ${noun} Murders`,
        `${first}'s ${adjective} Alibi`,
        `Nobody Saw the ${adjective} ${noun}`,
      ])
    case 'history': {
      const theme = pick(words.histories)
      return pick([`A History of ${theme} in ${place}`, `${theme} and the ${noun}`, `${theme}: The ${adjective} Trade`])
    }
    case 'travel':
      return pick([`${random.between(9, 90)} Days in ${place}`, `Through ${place} with a${n(noun)}`, `The ${adjective} Road to ${place}`])
    case 'cookery':
      return pick([`A${n(adjective)} Table in ${place}`, `${first}'s ${adjective} Kitchen`, `Supper from the ${adjective} ${noun}`])
    case 'nature':
      return pick([`${pick(words.creatures)} of ${place}`, `The ${adjective} Life of ${pick(words.creatures)}`])
    case 'craft':
      return pick([
        `${pick(words.crafts)} in ${place}`,
        `${pick(words.crafts)} for ${adjective} Hands`,
        `${first}'s Book of ${pick(words.crafts)}`,
      ])
    case 'children':
      return pick([`${first} and the ${adjective} ${noun}`, `The ${noun} That Ran Away from ${place}`, `Good Night, ${adjective} ${noun}`])
  }
}

/** Invents the book with a number; its title is none of `taken`, to which it is added. */
export function inventBook (number: number, random: Random, taken: Set<string>): Book {
  const { between, pick } = random
  const genre = pick(genres)
  let title = inventTitle(genre, random)
  while (taken.has(title)) title = inventTitle(genre, random)
  taken.add(title)
  const [binding, suffix] = pick(bindings)
  const digits = String(number).padStart(4, '0')
  const pence = between(4, 60) * 50 + pick([0, 25, 95])
  const youngest = between(3, 10)
  return {
    id: `hb-${digits}`,
    code: `HB-${digits}/${suffix}`,
    title,
    genre,
    author: fullName(random),
    hero: fullName(random),
    place: words.places.find(place => title.includes(place)) ?? pick(words.places),
    trouble: pick(words.troubles),
    year: between(1951, 2024),
    pages: genre === 'children' ? between(24, 180) : between(96, 720),
    price: `£${(pence / 100).toFixed(2)}`,
    pence,
    binding,
    publisher: pick(words.publishers),
    shelf: `${shelfLetters[genre]}${between(1, 38)}`,
    translator: fullName(random),
    language: pick(words.languages),
    illustrator: fullName(random),
    reader: fullName(random),
    owner: fullName(random),
    prize: pick(words.prizes),
    flaw: pick(words.flaws),
    crop: pick(words.crops),
    youngest,
    oldest: youngest + between(3, 5),
    grams: between(18, 140) * 10,
    height: between(15, 31),
    count: between(3, 60),
    days: between(2, 21),
    hours: between(3, 24),
    percent: between(2, 6) * 5,
  }
}
