// How good answers are with the settings of a profile: the sample companies' golden questions, and the companies held out.
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { embedderSettings, makeConfig } from '../src/config.ts'
import type { Outcome } from '../src/evaluation/case.ts'
import { figuresOf, type FigureName } from '../src/evaluation/figures.ts'
import { askCompanies, goldenCompanies } from './companies.ts'
import { outcomeOf } from './company-figures.ts'
import { createCorpus } from './corpus.ts'
import type { Figure } from './figures.ts'
import { measureGolden, readGolden } from './golden.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const percent = (hits: number, n: number) => 100 * hits / n

export async function profileQuality (profile: string): Promise<Figure[]> {
  const config = makeConfig({ PROFILE: profile })
  const corpus = await createCorpus({
    modelsDir: path('../var/models'), models: embedderSettings(config).models, ngramMax: config.NGRAM_MAX,
  })
  try {
    await corpus.loadSamples(path('../data'))
    const golden: Outcome[] = []
    const sets = globSync('*-*.json', { cwd: path('../test/golden') }).map(file => readGolden(path(`../test/golden/${file}`)))
    for (const set of sets) {
      const all = await measureGolden(corpus, set, config.SEARCH_PASSAGES)
      golden.push(...all.filter(({ case: { group } }) => group === 'questions'))
    }
    const figureOf = (name: FigureName) => figuresOf(golden).find(figure => figure.name === name)!.value * 100
    const companies = goldenCompanies(0)
    const asked = await askCompanies(corpus, companies, {
      only: companies.filter(({ questions }) => questions.held_out), limit: config.SEARCH_PASSAGES,
    })
    const outcomes = await Promise.all(asked.filter(({ kind }) => kind === 'answered').map(one => outcomeOf(corpus, one, {
      maxDocsChars: config.MAX_DOCS_CHARS, maxHintsChars: config.MAX_HINTS_CHARS, maxHistoryChars: config.MAX_HISTORY_CHARS,
      compression: config.COMPRESSION,
    })))
    const n = outcomes.length
    const share = (name: string, value: number, note: string): Figure => ({ name: `${profile}: ${name}`, unit: '%', value, note })
    return [
      share('golden questions, right string in the answer', figureOf('right'), `of ${golden.length}`),
      share('… right document cited', figureOf('citation_recall'), ''),
      share('held-out companies, right string in the answer', percent(outcomes.filter(({ string }) => string).length, n), `of ${n}`),
      share('… right document cited', percent(outcomes.filter(({ cited }) => cited).length, n), ''),
      share('… right string in a language model\'s prompt', percent(outcomes.filter(({ withModel }) => withModel.string).length, n), ''),
    ]
  } finally {
    await corpus.close()
  }
}
