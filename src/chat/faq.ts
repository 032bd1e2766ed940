// The fast path of an FAQ: answers a question that rewords one of its entries with that entry.
import { questionVector, type Embedder } from '../embed/embedder.ts'
import { canAnswer, mayShareAnswer, similarThreshold } from '../language/same-question.ts'
import type { FoundPassage, Language } from '../types.ts'
import { dot } from '../similarity.ts'

/** The number of entries compared: one further down is not what was asked. */
const maxEntries = 3
/** A longer text is a page rather than an answer. */
const maxAnswerChars = 1500
/**
 * How similar a question and an entry must be, and by how much more than to any other entry. Measured with
 * all-MiniLM-L6-v2 on the golden sets (bench/faq.ts). The model is English: it finds everything alike in other languages.
 */
const thresholds = { en: { cosine: 0.6, lead: 0.1 }, other: { cosine: 0.75, lead: 0.15 } }

/** Returns the entry that the question rewords; null if there is none or it is uncertain. @param passages what was found, best first */
export async function faqEntry (
  embedder: Embedder,
  question: string,
  asked: Language,
  documents: Language,
  passages: readonly FoundPassage[]
): Promise<FoundPassage | null> {
  // Comparing titles with the question only works within one language.
  if (asked !== documents) return null
  const entries = passages
    .slice(0, maxEntries)
    .filter(isFaqEntry)
    .filter(entry => canAnswer(question, entry, documents) || mayShareAnswer(question, entry.title, documents))
  if (entries.length === 0) return null
  const vector = await questionVector(embedder, question)
  if (!vector) return null
  const scored: { entry: FoundPassage; cosine: number }[] = []
  // The other entries stand for everything else that the question could mean.
  for (const entry of passages.filter(isFaqEntry)) {
    // A title's vector is cached like a question's.
    const title = await questionVector(embedder, entry.title)
    if (title) scored.push({ entry, cosine: dot(vector, title) })
  }
  const [best, second] = scored.sort((a, b) => b.cosine - a.cosine)
  if (!best || !entries.includes(best.entry)) return null
  if (best.cosine >= similarThreshold && mayShareAnswer(question, best.entry.title, documents)) return best.entry
  const { cosine, lead } = documents === 'en' ? thresholds.en : thresholds.other
  return canAnswer(question, best.entry, documents) && best.cosine >= cosine && best.cosine - (second?.cosine ?? 0) >= lead
    ? best.entry
    : null
}

function isFaqEntry ({ title, text }: FoundPassage): boolean {
  return /[?？]\s*$/u.test(title) && text.trim() !== '' && text.length <= maxAnswerChars
}
