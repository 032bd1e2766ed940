// Figures by company, for the companies that ask most: their number is bounded, whatever clients send. All others are one.

/** The name of all companies that have no figures of their own. A company's id never begins with an underscore. */
export const otherCompanies = '_other'
export const outcomes = ['answered', 'no_answer', 'stopped', 'error'] as const
export type Outcome = typeof outcomes[number]

export interface CompanyFigures extends Record<Outcome, number> {
  inputTokens: number
  outputTokens: number
  /** Answers without the language model, since the company's budget was used up. */
  overBudget: number
}

export interface CompanyCounts {
  /** Returns the figures to add to. */
  of (company: string): CompanyFigures
  /** Counts a question, which is what the companies are ranked by. */
  asked (company: string): void
  read (): [company: string, figures: CompanyFigures][]
}

/** Companies whose questions are counted for the ranking. */
const maxRanked = 10_000
/** How often the companies are ranked anew, and what their earlier questions count for then: half after a quarter of an hour. */
const rankMs = 60_000
const decay = 0.955

/** @param most the companies that have figures of their own */
export function createCompanyCounts (most: number, now: () => number = () => performance.now()): CompanyCounts {
  const figures = new Map<string, CompanyFigures>()
  const others = noFigures()
  const asked = new Map<string, number>()
  let rankedAt = now()

  /**
   * Gives places to companies that ask more. A place that is taken loses its figures: were they added to the others, Prometheus
   * would count them twice. A company keeps its place until twice as many ask more, so that places do not change all the time.
   */
  function rank (): void {
    if (now() - rankedAt < rankMs) return
    rankedAt = now()
    const ranking = [...asked].sort(([, a], [, b]) => b - a)
    const stays = new Set(ranking.slice(0, 2 * most).map(([company]) => company))
    const leaving = [...figures.keys()].filter(company => !stays.has(company))
    for (const [company] of ranking.slice(0, most)) {
      if (figures.has(company)) continue
      if (figures.size >= most) {
        const left = leaving.pop()
        if (left === undefined) break
        figures.delete(left)
      }
      figures.set(company, noFigures())
    }
    asked.clear()
    for (const [company, count] of ranking.slice(0, maxRanked / 2)) if (count > 0.01) asked.set(company, count * decay)
  }

  return {
    of (company) {
      const known = figures.get(company)
      if (known) return known
      if (figures.size >= most) return others
      const added = noFigures()
      figures.set(company, added)
      return added
    },
    asked (company) {
      const count = asked.get(company)
      if (count !== undefined || asked.size < maxRanked) asked.set(company, (count ?? 0) + 1)
    },
    read () {
      rank()
      return [...figures, [otherCompanies, others]]
    },
  }
}

function noFigures (): CompanyFigures {
  return { answered: 0, no_answer: 0, stopped: 0, error: 0, inputTokens: 0, outputTokens: 0, overBudget: 0 }
}
