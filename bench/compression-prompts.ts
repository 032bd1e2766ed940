// Measures how many golden answers reach the language model in its messages after a search, compressed or cut.
import { fileURLToPath } from 'node:url'
import { buildMessages } from '../src/chat/messages.ts'
import type { Mode } from '../src/compress/compress.ts'
import type { CompanyProfile, FoundPassage } from '../src/types.ts'
import { survives } from './compression-cases.ts'
import { createCorpus } from './corpus.ts'
import { quantile, type Figure } from './figures.ts'
import { readGolden } from './golden.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

interface Asked { profile: CompanyProfile, question: string, answer: string[], passages: FoundPassage[] }

/** Limits in characters: the low-memory profile's, twice that, and the default, which fits most questions' passages. */
const budgets = [1200, 2400, 6000]

/** The adaptive mode is for passages that do not fit, and never worse than the cut. The aggressive one saves at a known price. */
const goals: Record<'adaptive' | 'aggressive', Figure['goal']> = {
  adaptive: { of: 'ratio', atLeast: 1 }, aggressive: { of: 'value', atLeast: 85 },
}

export async function prompts (): Promise<Figure[]> {
  const asked = await searched()
  // The first run warms up the compiler: a service that has answered questions before is timed.
  count(asked, 1200, 'adaptive')
  return budgets.flatMap(budget => {
    const cut = count(asked, budget, 'off')
    return (['adaptive', 'aggressive'] as const).flatMap(mode => {
      const { held, characters, ms } = count(asked, budget, mode)
      const name = `prompt of ${budget}, ${mode}`
      return [
        {
          name: `${name}: answers in the messages`, value: held, unit: '%', bare: cut.held,
          note: `${asked.length} questions whose answer was found`, goal: goals[mode]!,
        },
        { name: `${name}: characters of passages`, value: characters, unit: '', bare: cut.characters },
        { name: `${name}: time, p99`, value: quantile(ms, 0.99), unit: 'ms', bare: quantile(cut.ms, 0.99) },
      ]
    })
  })
}

/** Returns the golden questions with the passages that the service finds, without those whose answer it does not find. */
async function searched (): Promise<Asked[]> {
  const corpus = await createCorpus({ modelsDir: path('../var/models'), models: ['all-MiniLM-L6-v2'] })
  try {
    await corpus.loadSamples(path('../data'))
    const found: Asked[] = []
    for (const company of ['petit-nid', 'fjord-outdoor']) {
      const profile = await corpus.profile(company)
      const { questions, paraphrases } = readGolden(path(`../test/golden/${company}.json`))
      for (const { q: question, answer } of [...questions, ...paraphrases]) {
        const { passages } = await corpus.search(company, question, 6)
        found.push({ profile, question, answer, passages })
      }
    }
    return found.filter(one => survives(sent(one, Number.MAX_SAFE_INTEGER, 'off'), one.answer))
  } finally {
    await corpus.close()
  }
}

/** Returns only the passages of the language model's messages: the question may contain the answer's words too. */
function sent ({ profile, question, passages }: Asked, budget: number, compression: Mode): string {
  const { messages } = buildMessages({
    profile, question, passages, language: profile.language, documentsLanguage: profile.language, compression, maxDocsChars: budget,
    maxHintsChars: 0, maxHistoryChars: 0,
  })
  return /<passages>\n(.*)\n<\/passages>/s.exec(messages.at(-1)!.content)![1]!
}

function count (asked: readonly Asked[], budget: number, compression: Mode): { held: number, characters: number, ms: number[] } {
  let held = 0
  let characters = 0
  const ms: number[] = []
  for (const one of asked) {
    const start = performance.now()
    const text = sent(one, budget, compression)
    ms.push(performance.now() - start)
    characters += text.length
    if (survives(text, one.answer)) held++
  }
  return { held: 100 * held / asked.length, characters: characters / asked.length, ms }
}
