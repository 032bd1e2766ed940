// Compression: its ratio, its cost, and how many golden answers survive, compared with a plain cut to the same length.
import { compress, type Mode } from '../src/compress/compress.ts'
import { compressPassages } from '../src/compress/passages.ts'
import { questionLanguage } from '../src/language/language.ts'
import { compressionCases, survives, type Case } from './compression-cases.ts'
import { prompts } from './compression-prompts.ts'
import type { Figure } from './figures.ts'
import type { Options } from './stack.ts'

const modes: Mode[] = ['conservative', 'adaptive', 'aggressive']
/** The percentage of golden answers that must survive. */
const least: Partial<Record<Mode, number>> = { adaptive: 95, aggressive: 85 }
/** The ratio of input to output characters that the aggressive mode must reach. A single page is too short: at least 280 remain. */
const ratios: Record<string, number> = { logs: 25, manual: 4, 'six passages': 4, code: 3, conversation: 2 }

export async function compression ({ quick }: Options): Promise<Figure[]> {
  const texts = Object.entries(compressionCases(quick)).flatMap(([name, cases]) => [
    ...modes.flatMap(mode => figuresOf(`${name}, ${mode}`, cases, mode, { leastRatio: mode === 'aggressive' ? ratios[name] : undefined })),
    // Passages are found by a question, so they are never stored compressed. The low-memory profile sends 1,200 characters.
    ...(name === 'six passages'
      ? figuresOf(`${name} in 1,200 characters`, cases, 'adaptive', { budget: 1200 })
      : figuresOf(`${name}, stored`, cases, 'adaptive', { isAsked: false })),
  ])
  return [...texts, ...await prompts()]
}

/** @param isAsked the question is known; stored documents are compressed before any question */
function figuresOf (
  name: string,
  cases: Case[],
  mode: Mode,
  { isAsked = true, leastRatio, budget }: { isAsked?: boolean; leastRatio?: number | undefined; budget?: number } = {}
): Figure[] {
  const [{ kind }] = cases as [Case]
  let before = 0
  let after = 0
  let ms = 0
  let alive = 0
  let cutAlive = 0
  for (const { text, parts, question, answer, language } of cases) {
    const start = performance.now()
    const shorter = parts
      ? compressPassages(
        parts.map(text => ({ head: '', text })),
        { mode, question, language, questionLanguage: questionLanguage(question, language), ...(budget === undefined ? {} : { budget }) }
      )
        .filter(Boolean)
        .join('\n\n')
      : compress(text, { mode, kind, language, ...(isAsked ? { question, questionLanguage: questionLanguage(question, language) } : {}) })
        .text
    ms += performance.now() - start
    before += text.length
    after += shorter.length
    if (survives(shorter, answer)) alive++
    // Passages use all of their budget.
    if (survives(text.slice(0, budget ?? shorter.length), answer)) cutAlive++
  }
  const percent = (n: number) => (100 * n) / cases.length
  return [
    {
      name: `${name}: answers that survive`, value: percent(alive), unit: '%', bare: percent(cutAlive), note: `${cases.length} questions`,
      ...(least[mode] === undefined || !isAsked || budget !== undefined ? {} : { goal: { of: 'value', atLeast: least[mode] } }),
    },
    {
      name: `${name}: ratio`, value: before / after, unit: ': 1',
      ...(leastRatio === undefined ? {} : { goal: { of: 'value', atLeast: leastRatio } }),
    },
    { name: `${name}: time`, value: ms / (before / 1e6), unit: 'ms/MB' },
  ]
}
