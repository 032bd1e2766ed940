// The sentences of the generated descriptions, and what each of them lets a customer ask.
import type { CompanyQuestion } from '../read.ts'
import type { Book, Genre } from './book.ts'

export interface Ask {
  q: string
  answer: string
  kind: CompanyQuestion['kind']
}

export interface Sentence {
  /** Sentences of one topic never stand in the same description. */
  topic: string
  genres?: Genre[]
  say (book: Book): string
  ask?: (book: Book) => Ask[]
  /** What cannot be answered of a book without this sentence. */
  unstated?: (book: Book) => string
}

const stories: Genre[] = ['novel', 'crime', 'children']
const told: Genre[] = ['novel', 'crime', 'history', 'travel', 'nature']

/** The first sentence of a description; each names the place. */
export const openings: Sentence[] = [
  { topic: 'opening', genres: stories, say: b => `${b.hero} comes back to ${b.place} and walks straight into ${b.trouble}.` },
  { topic: 'opening', genres: stories, say: b => `In ${b.place}, of all places, ${b.trouble} changes everything for ${b.hero}.` },
  {
    topic: 'opening',
    genres: stories,
    say: b => `It starts with ${b.trouble}. By the last page half of ${b.place} is under suspicion, ${b.hero} included.`,
  },
  {
    topic: 'opening',
    genres: stories,
    say: b => `Who would have thought that ${b.trouble} could be this funny? ${b.hero} of ${b.place} tells the tale.`,
  },
  {
    topic: 'opening',
    genres: ['history'],
    say: b => `Built on ${b.count} diaries and the court rolls of ${b.place}, and a pleasure to read.`,
  },
  { topic: 'opening', genres: ['history'], say: b => `How a trade made ${b.place} rich and then, within a lifetime, ruined it.` },
  {
    topic: 'opening',
    genres: ['history'],
    say: b => `The archives of ${b.place} were closed until lately; this is the first account to use them.`,
  },
  {
    topic: 'opening',
    genres: ['travel'],
    say: b => `On foot, by mail boat and once on a hearse, the author crosses ${b.place} without a plan.`,
  },
  {
    topic: 'opening',
    genres: ['travel'],
    say: b => `Notes from ${b.place}: landladies, weather, ${b.trouble}, and a great deal of soup.`,
  },
  { topic: 'opening', genres: ['cookery'], say: b => `What people in ${b.place} do with ${b.crop} when nobody is watching.` },
  {
    topic: 'opening',
    genres: ['cookery'],
    say: b => `Plain food from ${b.place}. The chapter on ${b.crop} is worth the money by itself.`,
  },
  {
    topic: 'opening',
    genres: ['nature'],
    say: b => `A year spent lying in wet grass near ${b.place}, observing and mostly failing to observe.`,
  },
  { topic: 'opening', genres: ['nature'], say: b => `The field notes of a patient naturalist, gathered around ${b.place}.` },
  { topic: 'opening', genres: ['craft'], say: b => `Taught in ${b.place} for centuries, and set down here step by step for beginners.` },
  {
    topic: 'opening',
    genres: ['craft'],
    say: b => `You need a kitchen table, two sharp knives and patience; the author learned it in ${b.place}.`,
  },
]

/** Sentences that state a fact of their own. */
export const facts: Sentence[] = [
  {
    topic: 'weight',
    say: b => `At ${b.grams} g it is no book for a coat pocket.`,
    unstated: b => `How heavy is ${b.title}?`,
    ask: b => [{ q: `how heavy is ${b.title}`, answer: `${b.grams} g`, kind: 'asking' }],
  },
  {
    topic: 'weight',
    say: b => `For the postage: ${b.grams} g with its wrapper.`,
    unstated: b => `What is the weight of ${b.title}?`,
    ask: b => [
      { q: `What does ${b.title} weigh?`, answer: `${b.grams} g`, kind: 'paraphrase' },
      { q: `is ${b.title} lighter than ${b.grams + 150} g?`, answer: `${b.grams} g`, kind: 'number' },
    ],
  },
  {
    topic: 'size',
    say: b => `A tall copy, ${b.height} cm.`,
    ask: b => [{ q: `height of ${b.title} in cm`, answer: `${b.height} cm`, kind: 'plain' }],
  },
  {
    topic: 'translator',
    genres: told,
    say: b => `Translated from the ${b.language} by ${b.translator}.`,
    unstated: b => `Who translated ${b.title}?`,
    ask: b => [
      { q: `Who translated ${b.title}?`, answer: b.translator, kind: 'plain' },
      { q: `what language was ${b.title} written in`, answer: b.language, kind: 'paraphrase' },
    ],
  },
  {
    topic: 'translator',
    genres: told,
    say: b => `${b.translator} spent ${b.days} months on the translation, and one can tell: the ${b.language} shines through.`,
    ask: b => [{ q: `how many months did the translation of ${b.title} take`, answer: `${b.days} months`, kind: 'asking' }],
  },
  {
    topic: 'pictures',
    genres: ['children', 'nature', 'craft', 'cookery'],
    say: b => `With ${b.count} woodcuts by ${b.illustrator}.`,
    ask: b => [
      { q: `who did the woodcuts in ${b.title}`, answer: b.illustrator, kind: 'plain' },
      { q: `How many woodcuts are in ${b.title}?`, answer: `${b.count} woodcuts`, kind: 'asking' },
    ],
    unstated: b => `Who illustrated ${b.title}?`,
  },
  {
    topic: 'pictures',
    genres: ['children', 'history', 'travel'],
    say: b => `The drawings are ${b.illustrator}'s, in pencil and a little watercolour.`,
    ask: b => [{ q: `illustrator of ${b.title}`, answer: b.illustrator, kind: 'paraphrase' }],
  },
  {
    topic: 'ages',
    genres: ['children'],
    say: b => `For readers aged ${b.youngest} to ${b.oldest}.`,
    ask: b => [
      { q: `My niece is ${b.youngest + 1}, is ${b.title} right for her?`, answer: `${b.youngest} to ${b.oldest}`, kind: 'number' },
    ],
  },
  {
    topic: 'ages',
    genres: ['children'],
    say: b => `We would give it to anyone between ${b.youngest} and ${b.oldest}, and read it aloud before that.`,
    ask: b => [{ q: `${b.title}, from what age?`, answer: `${b.youngest} and ${b.oldest}`, kind: 'asking' }],
  },
  {
    topic: 'prize',
    say: b => `It won the ${b.prize} in the year after it came out.`,
    unstated: b => `Which prize did ${b.title} win?`,
    ask: b => [{ q: `what prize did ${b.title} get`, answer: b.prize, kind: 'plain' }],
  },
  {
    topic: 'prize',
    genres: stories,
    say: b => `Shortlisted for the ${b.prize}, beaten by a book nobody remembers.`,
    ask: b => [{ q: `Was ${b.title} shortlisted for anything?`, answer: b.prize, kind: 'plain' }],
  },
  {
    topic: 'condition',
    say: b => `Our copy has ${b.flaw}.`,
    unstated: b => `Is your copy of ${b.title} damaged in any way?`,
    ask: b => [{ q: `what condition is ${b.title} in`, answer: b.flaw, kind: 'paraphrase' }],
  },
  {
    topic: 'condition',
    say: b => `Very good apart from ${b.flaw}.`,
    ask: b => [{ q: `Any defects on ${b.title}?`, answer: b.flaw, kind: 'paraphrase' }],
  },
  { topic: 'condition', say: () => 'As new, never opened.' },
  {
    topic: 'stock',
    say: b => `We bought ${b.count} copies when the publisher cleared its warehouse.`,
    ask: b => [{ q: `how many copies of ${b.title} did you buy`, answer: `${b.count} copies`, kind: 'asking' }],
  },
  {
    topic: 'stock',
    say: b => `It is kept in the outside store, so allow ${b.days} days before it reaches the shop.`,
    unstated: b => `How many days until ${b.title} reaches the shop?`,
    ask: b => [{ q: `How long until ${b.title} gets to the shop?`, answer: `${b.days} days`, kind: 'asking' }],
  },
  {
    topic: 'groups',
    say: b => `Reading groups that take ${b.count} or more pay ${b.percent}% less.`,
    ask: b => [
      { q: `reading group discount on ${b.title}`, answer: `${b.percent}%`, kind: 'plain' },
      {
        q: `our reading group wants ${b.count + 2} copies of ${b.title}, is there something off?`,
        answer: `${b.percent}%`,
        kind: 'number',
      },
    ],
  },
  {
    topic: 'audio',
    genres: told,
    say: b => `The recording, read by ${b.reader}, lasts ${b.hours} hours and can be downloaded with the code inside.`,
    ask: b => [
      { q: `how long is the recording of ${b.title}`, answer: `${b.hours} hours`, kind: 'asking' },
      { q: `who reads ${b.title} aloud on the recording`, answer: b.reader, kind: 'plain' },
    ],
  },
  {
    topic: 'maps',
    genres: ['travel', 'history', 'nature'],
    say: b => `${b.count} maps, most of them folding.`,
    ask: b => [{ q: `How many maps does ${b.title} have?`, answer: `${b.count} maps`, kind: 'asking' }],
  },
  {
    topic: 'recipes',
    genres: ['cookery'],
    say: b => `Holds ${b.count + 40} recipes, ${b.days} of them without meat or fish.`,
    ask: b => [{ q: `number of recipes in ${b.title}`, answer: `${b.count + 40} recipes`, kind: 'plain' }],
  },
  {
    topic: 'projects',
    genres: ['craft'],
    say: b => `There are ${b.days} projects; the easiest takes ${b.hours} hours.`,
    ask: b => [{ q: `how long does the easiest project in ${b.title} take`, answer: `${b.hours} hours`, kind: 'asking' }],
  },
  {
    topic: 'series',
    genres: stories,
    say: b => `Part of a run of ${b.days + 1} books that can be read in any order.`,
    ask: b => [{ q: `how many books are in the series of ${b.title}`, answer: `${b.days + 1} books`, kind: 'asking' }],
  },
  {
    topic: 'printing',
    say: b => `The first printing sold out in ${b.days} weeks.`,
    ask: b => [{ q: `when did the first printing of ${b.title} sell out`, answer: `${b.days} weeks`, kind: 'asking' }],
  },
  {
    topic: 'owner',
    say: b => `From the library of the late ${b.owner}.`,
    ask: b => [{ q: `who owned your copy of ${b.title} before`, answer: b.owner, kind: 'paraphrase' }],
  },
  { topic: 'opinion', say: b => `Hard to put down, though the middle sags around page ${Math.round(b.pages / 2)}.` },
  { topic: 'opinion', say: () => 'We argued about it in the shop for a week.' },
  { topic: 'opinion', genres: stories, say: b => `${b.publisher} has brought it back after far too long.` },
  { topic: 'opinion', say: () => 'If you liked it, ask Nell at the till what to read next.' },
  { topic: 'opinion', say: () => 'The paper is thin but the binding will outlive you.' },
  { topic: 'opinion', genres: told, say: () => 'Skip the preface. The rest deserves your evening.' },
]
