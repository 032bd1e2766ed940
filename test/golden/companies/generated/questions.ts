// Asks for what the generated descriptions say, the way customers type.
import type { CompanyQuestion, CompanyQuestions } from '../read.ts'
import type { Book } from './book.ts'
import type { DescribedBook } from './catalogue.ts'
import type { Random } from './random.ts'
import { facts, type Ask } from './sentences.ts'

const pounds = (pence: number) => `£${Math.ceil(pence / 100)}`

/** Swaps two letters inside the longest word of a title. */
function misspell (title: string): string {
  const longest = title.split(/[^\p{L}]+/u).reduce((best, word) => word.length > best.length ? word : best)
  const at = Math.floor(longest.length / 2)
  return title.replace(longest, longest.slice(0, at - 1) + longest[at] + longest[at - 1] + longest.slice(at + 1))
}

/** Writes a letter with one question, the price, at its end. */
function writeLetter ({ title, place, trouble }: Book, { pick, between }: Random): string {
  return pick([
    `Good morning, my father turns ${between(60, 85)} next week. He grew up near ${place} and lost most of his books when the ` +
      `cellar flooded. A friend told me that you have ${title}. I live far away, so before I set out: what would it cost me?`,
    'Hello there! I was in your shop in spring, the woman with the two greyhounds and the broken umbrella. I put ' +
      `${title} back on the shelf and have regretted it ever since, and my sister will not lend me hers. How much was it again?`,
    `Dear booksellers, our library has ${between(20, 90)} pounds left in this year's budget, and a reader has been pestering us for ` +
      `${title} since she heard of ${trouble} on the wireless. Please do not send a catalogue. Just tell us the price.`,
  ])
}

/** Returns what the facts beside a description let a customer ask. */
function askFields (book: Book, random: Random): Ask[] {
  const { pick, between } = random
  const { title, price, pages, year, author, code, shelf, place, binding } = book
  return [
    { kind: 'plain', q: pick([`price of ${title}`, `How much is ${title}?`, `${title.toLowerCase()} price`]), answer: price },
    { kind: 'plain', q: pick([`who wrote ${title}`, `Author of ${title}?`]), answer: author },
    { kind: 'plain', q: `is ${title} a hardback or a paperback`, answer: binding },
    { kind: 'asking', q: pick([`How many pages does ${title} have?`, `how long is ${title}, in pages`]), answer: String(pages) },
    { kind: 'asking', q: pick([`When was ${title} published?`, `what year is ${title} from`]), answer: String(year) },
    { kind: 'asking', q: pick([`which shelf is ${title} on`, `Where do I find ${title} in the shop?`]), answer: shelf },
    { kind: 'number', q: `I have ${pounds(book.pence + between(0, 800))}, is that enough for ${title}?`, answer: price },
    { kind: 'number', q: `does ${title} have more than ${Math.max(10, pages - between(5, 60))} pages?`, answer: String(pages) },
    { kind: 'code', q: pick([code, code.toLowerCase(), `what's ${code}`]), answer: title },
    { kind: 'code', q: pick([`price of ${code}`, `how much is ${code.toLowerCase()}`, `${code.replace('-', ' ')} cost`]), answer: price },
    {
      kind: 'code',
      q: pick([`who is the author of ${code}`, `${code.toLowerCase()} author?`, `author of the one with the code ${code}`]),
      answer: author,
    },
    { kind: 'typo', q: `how much is ${misspell(title)}`, answer: price },
    { kind: 'typo', q: `${misspell(title.toLowerCase())} auther`, answer: author },
    { kind: 'paraphrase', q: `what do you want for ${author}'s book about ${place}`, answer: price },
    { kind: 'long', q: writeLetter(book, random), answer: price },
  ]
}

const kinds: CompanyQuestion['kind'][] =
  ['plain', 'number', 'code', 'asking', 'paraphrase', 'asking', 'typo', 'plain', 'asking', 'code', 'number', 'paraphrase', 'long']

/** Makes the questions of a catalogue; `missing` are titles that it does not hold. */
export function makeQuestions ({ shop, described, missing, asked, random }: {
  /** The questions about the shop itself. */
  shop: CompanyQuestions
  described: DescribedBook[]
  missing: string[]
  asked: number
  random: Random
}): CompanyQuestions {
  const { pick } = random
  const questions = new Map<string, CompanyQuestion>(shop.questions.map(one => [one.q.toLowerCase(), one]))
  const sameAuthor = Map.groupBy(described, ({ book }) => book.author)
  for (let tries = 0; tries < asked * 20 && questions.size < asked; tries++) {
    const { book, said } = pick(described)
    const kind = kinds[questions.size % kinds.length]
    const fromText = said.flatMap(({ ask }) => ask?.(book) ?? []).filter(ask => ask.kind === kind)
    const fromFields = askFields(book, random).filter(ask => ask.kind === kind)
      .filter(ask => ask.kind !== 'paraphrase' || sameAuthor.get(book.author)!.length === 1)
    const choices = fromText.length > 0 && random.chance(0.7) ? fromText : fromFields
    if (choices.length === 0) continue
    const { q, answer } = pick(choices)
    questions.set(q.toLowerCase(), { q, answer: [answer], doc: [`books/${book.id}`], kind: kind! })
  }

  const unstated = new Set<string>()
  for (let tries = 0; tries < 200 && unstated.size < 8; tries++) {
    const { book, said } = pick(described)
    const { topic, unstated: ask } = pick(facts.filter(sentence => sentence.unstated && (sentence.genres?.includes(book.genre) ?? true)))
    if (said.every(sentence => sentence.topic !== topic)) unstated.add(ask!(book))
  }

  const [first, second, third, fourth] = missing
  const beyond = String(described.length + 731).padStart(4, '0')
  const missed = [`how much is ${first}`, `Who wrote ${second}?`, `price of ${third}`, `${fourth}, how many pages`]
  return {
    ...shop,
    questions: [...questions.values()],
    not_offered: [...shop.not_offered, ...missed, `HB-${beyond}/1`, `what's hb-${beyond}/2`],
    unstated: [...unstated],
  }
}
