// The fast path of an FAQ: a question that is one of its entries in other words is answered with that entry.
import { questionVector, type Embedder } from '../embed/embedder.ts'
import { canAnswer, mayShareAnswer, similarThreshold } from '../language/same-question.ts'
import type { FoundPassage, Language } from '../types.ts'
import { dot } from '../similarity.ts'

/** Entries that are looked at: one that is further down is not what was asked. */
const looked = 3
/** A longer text is no answer, but a page. */
const longestAnswer = 1500
/**
 * How similar a question and an entry have to be, and how much more than to any other entry. Measured with
 * all-MiniLM-L6-v2 on the golden sets (bench/faq.ts). It is an English model: in other languages everything is alike.
 */
const least = { en: { cosine: 0.6, lead: 0.1 }, other: { cosine: 0.75, lead: 0.15 } }

/** The entry that a question is; null when it is none, or when it cannot be told. @param passages what was found, best first */
export async function faqEntry (embedder: Embedder, question: string, asked: Language, documents: Language, passages: readonly FoundPassage[]): Promise<FoundPassage | null> {
  // Titles are compared with the question: both are in one language, or it cannot be told.
  if (asked !== documents) return null
  const entries = passages.slice(0, looked).filter(isFaqEntry).filter(entry => canAnswer(question, entry, documents) || mayShareAnswer(question, entry.title, documents))
  if (entries.length === 0) return null
  const vector = await questionVector(embedder, question)
  if (!vector) return null
  const scored: { entry: FoundPassage, cosine: number }[] = []
  // The others stand for what else the question could be.
  for (const entry of passages.filter(isFaqEntry)) {
    // A title's vector is kept as a question's is.
    const title = await questionVector(embedder, entry.title)
    if (title) scored.push({ entry, cosine: dot(vector, title) })
  }
  const [best, second] = scored.sort((a, b) => b.cosine - a.cosine)
  if (!best || !entries.includes(best.entry)) return null
  if (best.cosine >= similarThreshold && mayShareAnswer(question, best.entry.title, documents)) return best.entry
  const { cosine, lead } = documents === 'en' ? least.en : least.other
  return canAnswer(question, best.entry, documents) && best.cosine >= cosine && best.cosine - (second?.cosine ?? 0) >= lead ? best.entry : null
}

function isFaqEntry ({ title, text }: FoundPassage): boolean {
  return /[?？]\s*$/u.test(title) && text.trim() !== '' && text.length <= longestAnswer
}
