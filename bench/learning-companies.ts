// Made-up companies for the bench of learning: what makes each hard to search is known, and so is the right answer to each question.
import { random } from '../src/evaluation/random.ts'
import type { IndexedDocument } from '../src/documents/document.ts'
import type { WrittenProfile } from '../src/profiles/profile.ts'

/** A question, the document that answers it, and the words of the answer. */
export interface AskedAbout { question: string, document: string, value: string, topic: string }

export interface SimulatedCompany {
  profile: WrittenProfile
  documents: Record<string, IndexedDocument[]>
  /** Users ask these. */
  asked: AskedAbout[]
  /** About other things, and in other words: nothing is learnt from them. */
  unseen: AskedAbout[]
}

const things = (
  'hammer,drill,saw,ladder,bench,wheelbarrow,rake,spade,hose,lantern,kettle,stove,tent,backpack,saddle,helmet,canoe,paddle,anchor,' +
  'compass,telescope,tripod,printer,scanner,keyboard,headphones,amplifier,guitar,violin,drum,mattress,pillow,blanket,carpet,curtain,' +
  'mirror,wardrobe,armchair,bookcase,vase'
).split(',')

/** What is asked of each thing: how pages put it, how its old page does, and how people ask. */
const aspects = [
  {
    name: 'warranty', unit: 'years', low: 2,
    asks: ['How long is the warranty of the @?', '@ warranty?', 'For how many years is the @ guaranteed?'],
    says: (thing: string, value: string) => `The warranty of the ${thing} is ${value} and covers every part.`,
  },
  {
    name: 'delivery', unit: 'days', low: 2,
    asks: ['How many days does delivery of the @ take?', '@ delivery time', 'When will the @ that I order be here?'],
    says: (thing: string, value: string) => `Delivery of the ${thing} takes ${value} from our warehouse.`,
  },
  {
    name: 'price', unit: 'euros', low: 20,
    asks: ['What is the price of the @?', '@ price', 'How much do I pay for the @?'],
    says: (thing: string, value: string) => `The price of the ${thing} is ${value} with tax.`,
  },
  {
    name: 'weight', unit: 'kilograms', low: 3,
    asks: ['What is the weight of the @?', '@ weight', 'How heavy is the @?'],
    says: (thing: string, value: string) => `The weight of the ${thing} is ${value} with its box.`,
  },
  {
    name: 'repair', unit: 'weeks', low: 1,
    asks: ['How long does a repair of the @ take?', '@ repair time', 'My @ is broken: how many weeks until it is mended?'],
    says: (thing: string, value: string) => `A repair of the ${thing} takes ${value} in our workshop.`,
  },
]

/** The share of the things that only the unseen questions are about. */
const unseenShare = 0.35

interface Topic { id: string, thing: string, aspect: typeof aspects[number], value: string, old: string }

function topicsOf (seed: number): Topic[] {
  const next = random(seed)
  return things.flatMap(thing => aspects.map((aspect): Topic => {
    const number = aspect.low + Math.floor(next() * 60)
    const old = number + 3 + Math.floor(next() * 9)
    return { id: `${thing}-${aspect.name}`, thing, aspect, value: `${number} ${aspect.unit}`, old: `${old} ${aspect.unit}` }
  }))
}

/** @param index that of the pages that answer; empty = any */
function questionsOf (topics: readonly Topic[], index: string, seed: number): Pick<SimulatedCompany, 'asked' | 'unseen'> {
  const next = random(seed)
  const isUnseen = new Map(things.map(thing => [thing, next() < unseenShare]))
  const all = topics.flatMap(({ id, thing, aspect, value }) => {
    const document = index === '' ? id : `${index}/${id}`
    return aspect.asks.map(ask => ({ question: ask.replace('@', thing), document, value, topic: id, thing }))
  })
  const of = (unseen: boolean) => all.filter(({ thing }) => isUnseen.get(thing) === unseen).map(({ thing, ...one }) => one)
  // Two of three wordings of the unseen ones: enough for an interval.
  return { asked: of(false), unseen: of(true).filter((_, i) => i % 3 !== 1) }
}

const document = (id: string, title: string, text: string): IndexedDocument => ({ id, title, text, url: '', fields: [] })
const profileOf = (id: string, indexes: string[]): WrittenProfile => ({
  id, name: 'Depot', language: 'en', indexes: Object.fromEntries(indexes.map(index => [index, { title: 'title', text: ['text'] }])),
})

/** Nobody has removed the pages of the year before: they say the same with other figures. */
export function staleCompany (seed: number): SimulatedCompany {
  const next = random(seed + 1)
  const topics = topicsOf(seed)
  return {
    profile: profileOf(`stale-${seed}`, ['pages', 'archive']),
    documents: {
      pages: topics.map(({ id, thing, aspect, value }) => document(id, `${thing}: ${aspect.name}`, aspect.says(thing, value))),
      archive: topics.filter(() => next() < 0.6).map(({ id, thing, aspect, old }) =>
        document(id, next() < 0.5 ? `${thing} ${aspect.name}` : thing, aspect.says(thing, old))),
    },
    ...questionsOf(topics, 'pages', seed + 2),
  }
}

/** Titles are made to catch the eye: a magazine about things has the words of questions in its titles, and answers none. */
export function catchyCompany (seed: number): SimulatedCompany {
  const next = random(seed + 3)
  const topics = topicsOf(seed)
  const chatter = [
    'Our readers have sent us many letters about it. We thank all of them, and will print the nicest in spring.',
    'A look behind the scenes with photographs by our editor, who has worked here for thirty years.',
    'Ten tips that you did not know. The last one will surprise you, as it did surprise our whole team.',
  ]
  return {
    profile: profileOf(`catchy-${seed}`, ['pages']),
    documents: {
      pages: topics.flatMap(({ id, thing, aspect, value }, i) => [
        document(id, `Sheet ${100 + i}`, aspect.says(thing, value)),
        ...(next() < 0.7 ? [document(`story-${id}`, `The ${thing} and its ${aspect.name}`, chatter[Math.floor(next() * 3)]!)] : []),
      ]),
    },
    ...questionsOf(topics, 'pages', seed + 4),
  }
}

/** Nothing is wrong with this one: one page for each question, with a title that says so. */
export function tidyCompany (seed: number): SimulatedCompany {
  const topics = topicsOf(seed)
  return {
    profile: profileOf(`tidy-${seed}`, ['pages', 'faq']),
    documents: {
      pages: topics.filter((_, i) => i % 2 === 0).map(({ id, thing, aspect, value }) =>
        document(id, `${thing}: ${aspect.name}`, aspect.says(thing, value))),
      faq: topics.filter((_, i) => i % 2 === 1).map(({ id, thing, aspect, value }) =>
        document(id, `${thing}: ${aspect.name}`, aspect.says(thing, value))),
    },
    ...questionsOf(topics, '', seed + 5),
  }
}
