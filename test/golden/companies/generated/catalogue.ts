// Makes a bookseller with thousands of documents from a seed: too many to keep as files, and the same ones every time.
import { readCompany, type GoldenCompany } from '../read.ts'
import { inventBook, inventTitle, type Book } from './book.ts'
import { makeQuestions } from './questions.ts'
import { createRandom, type Random } from './random.ts'
import { facts, openings, type Sentence } from './sentences.ts'

export interface DescribedBook {
  book: Book
  /** The sentences of its description. */
  said: Sentence[]
}

const suits = ({ genre }: Book) => ({ genres }: Sentence) => genres === undefined || genres.includes(genre)

function describe (book: Book, { between, pick }: Random): Sentence[] {
  const said = [pick(openings.filter(suits(book)))]
  const wanted = between(3, 7)
  for (let tries = 0; tries < 30 && said.length < wanted; tries++) {
    const sentence = pick(facts.filter(suits(book)))
    if (said.every(({ topic }) => topic !== sentence.topic)) said.push(sentence)
  }
  return said
}

/** Invents titles that no book has, and adds them to `taken`. */
function inventMissing (count: number, random: Random, taken: Set<string>): string[] {
  const missing: string[] = []
  while (missing.length < count) {
    const title = inventTitle('novel', random)
    if (!taken.has(title)) missing.push(title)
    taken.add(title)
  }
  return missing
}

/**
 * Makes a company whose books are documents of the index `books`, and questions with known answers. What the shop says of itself
 * is in `halfmoon-books`. Equal seeds and sizes give equal companies.
 */
export function makeCatalogue ({
  seed = 1,
  size = 2000,
  asked = 60,
}: { seed?: number; size?: number; asked?: number } = {}): GoldenCompany {
  const random = createRandom(seed)
  const shop = readCompany('generated/halfmoon-books')
  const taken = new Set<string>()
  const described: DescribedBook[] = []
  for (let number = 1; number <= size; number++) {
    const book = inventBook(number, random, taken)
    described.push({ book, said: describe(book, random) })
  }
  const missing = inventMissing(4, random, taken)
  const books = described.map(({ book, said }) => {
    const { id, title, code, author, price, publisher, binding, shelf } = book
    const figures = { pages: String(book.pages), year: String(book.year) }
    return { id, title, code, author, price, publisher, binding, shelf, ...figures, text: said.map(({ say }) => say(book)).join(' ') }
  })
  return {
    ...shop,
    documents: { ...shop.documents, books },
    questions: makeQuestions({ shop: shop.questions, described, missing, asked, random }),
  }
}
