// Texts for benches: the sample companies' documents, and any number of fictional ones made from their words.
import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { IndexedDocument } from '../src/documents/document.ts'
import { isStopWord, tokens } from '../src/language/words.ts'
import { random } from '../src/evaluation/random.ts'

const dataDir = fileURLToPath(new URL('../data/', import.meta.url))

/** Returns documents of the sample companies, repeated with a number in the title when more are needed. */
export async function sampleTexts (count: number): Promise<{ title: string, text: string }[]> {
  const texts = Object.values(await sampleCompanies()).flat()
  return Array.from({ length: count }, (_, n) => {
    const { title, text } = texts[n % texts.length]!
    return { title: n < texts.length ? title : `${title} (${n})`, text }
  })
}

async function sampleCompanies (): Promise<Record<string, { title: string, text: string }[]>> {
  const companies: Record<string, { title: string, text: string }[]> = {}
  for (const company of (await readdir(dataDir)).sort()) {
    const texts: { title: string, text: string }[] = companies[company] = []
    for (const kind of ['pages', 'products', 'faq']) {
      const documents = JSON.parse(await readFile(`${dataDir}${company}/${kind}.json`, 'utf8')) as Record<string, string>[]
      for (const { name, title, question, description, text, answer } of documents) {
        texts.push({ title: name ?? title ?? question ?? '', text: description ?? text ?? answer ?? '' })
      }
    }
  }
  return companies
}

export interface MadeUp extends IndexedDocument {
  /** A question in this document's words. */
  question: string
}

/**
 * Makes `count` documents, half French, half English, the same in every run: a title and two to four sentences. Words are
 * drawn by Zipf's law (the n-th most frequent word with weight 1/n) over the words of the sample companies; every
 * document has eight words of its own subject, and a part number, so that documents differ as real ones do.
 */
export async function madeUpDocuments (count: number): Promise<MadeUp[]> {
  const next = random(1)
  const vocabularies = Object.values(await sampleCompanies()).map(texts => vocabulary(texts.map(({ title, text }) => `${title} ${text}`)))
  return Array.from({ length: count }, (_, n) => {
    const { draw, rare } = vocabularies[n % vocabularies.length]!
    // Imitates the word families of languages: an ending makes a rarer word.
    const subject = Array.from({ length: 8 }, () => rare(next) + (next() < 0.3 ? endings[Math.floor(next() * endings.length)]! : ''))
    const pick = () => next() < 0.25 ? subject[Math.floor(next() * subject.length)]! : draw(next)
    const content = (): string => {
      const word = draw(next)
      return word.length < 3 || isStopWord(word, 'fr') || isStopWord(word, 'en') ? content() : word
    }
    const words = (some: number) => Array.from({ length: some }, pick).join(' ')
    const sentence = () => `${words(8 + Math.floor(next() * 9))}.`
    const code = `${makers[n % makers.length]}-${10_000 + n}`
    return {
      id: `d${n}`,
      title: `${subject.slice(0, 3).join(' ')} ${words(2)}`,
      text: `${Array.from({ length: 2 + Math.floor(next() * 3) }, sentence).join(' ')} ${code}`,
      url: `https://bench.example/${n}`,
      fields: [],
      question: `${subject[0]} ${subject[1]} ${subject[3]} ${content()} ${next() < 0.2 ? code : subject[5]}?`,
    }
  })
}

/** Makes a part number. The numbers of each of forty manufacturers begin alike. */
const makers = Array.from({ length: 40 }, (_, i) => `${'BDFGKLMPRT'[i % 10]}O${'XVNZ'[i >> 2 & 3]}`)

const endings = ['age', 'ette', 'ing', 'able', 'eur', 'ness', 'ique', 'ment', 'er', 'o']

/** Draws words by Zipf's law: any word, or one of the rarer half that is not a stop word. */
function vocabulary (texts: string[]) {
  const counts = new Map<string, number>()
  for (const word of tokens(texts.join('\n'))) counts.set(word, (counts.get(word) ?? 0) + 1)
  const words = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word)
  const content = words.slice(words.length >> 3).filter(word => word.length > 3 && !isStopWord(word, 'fr') && !isStopWord(word, 'en'))
  const sums: number[] = []
  words.forEach((_, i) => sums.push((sums.at(-1) ?? 0) + 1 / (i + 1)))
  return {
    draw (next: () => number): string {
      const wanted = next() * sums.at(-1)!
      let low = 0
      for (let high = sums.length - 1; low < high;) {
        const middle = (low + high) >> 1
        if (sums[middle]! < wanted) low = middle + 1
        else high = middle
      }
      return words[low]!
    },
    rare: (next: () => number): string => content[Math.floor(next() * content.length)]!,
  }
}
