// The fast path of an FAQ: answers a question that rewords one of its entries with that entry.
import { questionVector, type Embedder } from '../embed/embedder.ts'
import { canAnswer, mayShareAnswer } from '../language/same-question.ts'
import type { CompanyProfile, FoundPassage, Language } from '../types.ts'
import { dot } from '../similarity.ts'
import { similarityScale } from '../similarity-scale.ts'

/** The number of entries compared: one further down does not answer the question. */
const maxEntries = 3
/** A longer text is a page rather than an answer. */
const maxAnswerChars = 1500

/**
 * Returns the entry that the question rewords; null if there is none or it is uncertain.
 * @param model the embedding model that the question was searched with
 * @param passages the found passages, best first
 */
export async function faqEntry (
  embedder: Embedder,
  { id: company, language: documents }: Pick<CompanyProfile, 'id' | 'language'>,
  model: string,
  question: string,
  asked: Language,
  passages: readonly FoundPassage[]
): Promise<FoundPassage | null> {
  // Comparing titles with the question only works within one language.
  if (asked !== documents) return null
  const entries = passages
    .slice(0, maxEntries)
    .filter(isFaqEntry)
    .filter(entry => canAnswer(question, entry, documents) || mayShareAnswer(question, entry.title, documents))
  if (entries.length === 0) return null
  const vector = await questionVector(embedder, company, question, model)
  if (!vector) return null
  const scored: { entry: FoundPassage; cosine: number }[] = []
  // The other entries represent everything else that the question could mean.
  for (const entry of passages.filter(isFaqEntry)) {
    // A title's vector is cached like a question's.
    const title = await questionVector(embedder, company, entry.title, model)
    if (title) scored.push({ entry, cosine: dot(vector, title) })
  }
  const scale = similarityScale(model)
  const [best, second] = scored.sort((a, b) => b.cosine - a.cosine)
  if (!best || !entries.includes(best.entry)) return null
  if (best.cosine >= scale.sameQuestion && mayShareAnswer(question, best.entry.title, documents)) return best.entry
  const { cosine, lead } = scale.faq(documents)
  return canAnswer(question, best.entry, documents) && best.cosine >= cosine && best.cosine - (second?.cosine ?? 0) >= lead
    ? best.entry
    : null
}

function isFaqEntry ({ title, text }: FoundPassage): boolean {
  return /[?？؟]\s*$/u.test(title) && text.trim() !== '' && text.length <= maxAnswerChars
}
