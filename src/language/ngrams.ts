// Chooses the few n-grams of a question that are worth a search each.

export interface Ngram {
  words: string[]
  /** 1, 2 or 3. */
  n: number
}

/** Share of the slots for unigrams when not everything fits: unigrams give recall, longer n-grams precision. */
const unigramShare = 0.6

/**
 * Returns the n-grams of a question, at most `max` (20), from its content words in order.
 *
 * Keeps every trigram, each bigram with a word that no trigram has, and every unigram. When these do not fit,
 * `unigramShare` of the slots (12 of 20) go to the most salient unigrams and the rest to the trigrams whose words
 * are most salient; a slot that one kind does not need goes to the other. Order: trigrams, bigrams, unigrams, each
 * in the order of the question. No n-gram comes twice.
 * @param rarity how rare a word is among the documents, higher = rarer (an IDF); 0 when nothing is known
 */
export function optimizeNgrams (words: readonly string[], max = 20, rarity: (word: string) => number = () => 0): Ngram[] {
  const trigrams = windows(words, 3)
  const covered = new Set(trigrams.flatMap(gram => gram.words))
  const bigrams = windows(words, 2).filter(gram => {
    const brings = gram.words.some(word => !covered.has(word))
    gram.words.forEach(word => covered.add(word))
    return brings
  })
  const unigrams = windows(words, 1)
  const longer = [...trigrams, ...bigrams]
  if (longer.length + unigrams.length <= max) return [...longer, ...unigrams]

  const wanted = Math.round(max * unigramShare)
  const unigramSlots = Math.min(unigrams.length, Math.max(wanted, max - longer.length))
  const salience = (gram: Ngram) => gram.words.reduce((sum, word) => sum + wordSalience(word, rarity), 0)
  return [
    ...mostSalient(longer, max - unigramSlots, salience),
    ...mostSalient(unigrams, unigramSlots, salience),
  ]
}

/** Rates figures and codes highest, then rare words, then long ones. */
function wordSalience (word: string, rarity: (word: string) => number): number {
  return (/\p{N}/u.test(word) ? 1000 : 0) + 20 * rarity(word) + Math.min(word.length, 19)
}

function windows (words: readonly string[], n: number): Ngram[] {
  const found = new Map<string, Ngram>()
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n)
    const key = gram.join(' ')
    if (!found.has(key)) found.set(key, { words: gram, n })
  }
  return [...found.values()]
}

/** Returns the `slots` most salient n-grams, in their original order. */
function mostSalient (grams: Ngram[], slots: number, salience: (gram: Ngram) => number): Ngram[] {
  if (grams.length <= slots) return grams
  const best = new Set(grams.map((gram, i) => ({ i, salience: salience(gram) }))
    .sort((a, b) => b.salience - a.salience || a.i - b.i)
    .slice(0, slots).map(({ i }) => i))
  return grams.filter((_, i) => best.has(i))
}
