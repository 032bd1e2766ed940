// The schemas of runs of evaluations: as they are sent, listed and shown.
import { Type } from 'typebox'
import { causes, type Cause } from '../src/evaluation/case.ts'
import { aboutCauses, figureNames, type FigureName } from '../src/evaluation/figures.ts'
import { reportFormat } from '../src/evaluation/report.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const count = Type.Integer({ minimum: 0 })
const text = Type.String({ maxLength: 100_000 })
const name = Type.String({ maxLength: 500 })
const figureName = Type.Unsafe<FigureName>({ type: 'string', enum: [...figureNames] })
const cause = Type.Unsafe<Cause>({ type: 'string', enum: [...causes] })

const Figure = Type.Object({
  name: figureName, title: name, value: share, low: share, high: share, n: count, isLowerBetter: Type.Boolean(),
})
const Case = Type.Object({
  id: Type.String({ maxLength: 1000 }),
  question: text,
  group: Type.Optional(name),
  answerable: Type.Boolean(),
  required: Type.Boolean(),
  passed: Type.Boolean(),
  cause: Type.Union([cause, Type.Null()]),
  values: Type.Record(Type.String({ pattern: `^(${figureNames.join('|')})$` }), share, { description: 'Its share of each figure' }),
  accepted: Type.Array(text),
  sources: Type.Array(text),
  answer: text,
  refused: Type.Boolean(),
  answered_by: name,
  rank: Type.Union([count, Type.Null()], { description: 'The place of the right passage, from 1; 0 = not found; null = not known' }),
  cited: Type.Array(text),
  found: Type.Array(Type.Object({ id: text, title: text }), { description: 'The first passages; empty where the case passed' }),
  ms: Type.Number({ minimum: 0 }),
  error: Type.Optional(text),
  verdict: Type.Optional(Type.Object({ faithful: Type.Boolean(), relevant: Type.Boolean() })),
})

const CauseCount = Type.Object({ cause, n: count })

const summary = {
  format: Type.Literal(reportFormat),
  set: Type.String({ minLength: 1, maxLength: 500, description: 'The name of the set' }),
  company: name,
  service: Type.String({ maxLength: 2000, description: 'The address that was asked' }),
  model: Type.Optional(Type.String({ maxLength: 500, description: 'The language model, or `extractive`' })),
  made_at: Type.String({ format: 'date-time' }),
  questions: count,
  sample: Type.Optional(Type.Object({ of: count, seed: Type.Integer() }, { description: 'They were drawn at random' })),
  figures: Type.Array(Figure, { maxItems: figureNames.length, description: 'Shares with their 95 % interval' }),
  ms: Type.Object({ p50: Type.Number(), p95: Type.Number(), total: Type.Number() }),
  tokens: count,
  agreement: Type.Optional(Type.Object({ n: count, share, kappa: Type.Number() }, {
    description: 'How a language model that judged agrees with the rules',
  })),
}
export const Report = Type.Object({
  ...summary,
  causes: Type.Array(CauseCount, { maxItems: causes.length, description: 'Why cases failed' }),
  groups: Type.Array(Type.Object({ name, figures: Type.Array(Figure, { maxItems: figureNames.length }) }), { maxItems: 1000 }),
  cases: Type.Array(Case, { maxItems: 100_000 }),
}, { description: 'What `causerie eval SET --json` writes' })

/** What was added to a run when it was stored, and to its causes for people. */
const shown = {
  id: Type.String(),
  causes: Type.Array(Type.Object({ ...CauseCount.properties, title: Type.String(), advice: Type.String() }), {
    description: 'Why cases failed, and what would mend them',
  }),
}
export const RunSummary = Type.Object({ ...summary, ...shown })

const Change = Type.Object({ before: Case, now: Case })
export const Run = Type.Object({
  ...Report.properties,
  ...shown,
  comparison: Type.Optional(Type.Object({
    against: Type.Object({ id: shown.id, set: name, made_at: summary.made_at }),
    differences: Type.Array(Type.Object({
      name: figureName, title: name, before: share, now: share, n: count, low: Type.Number(), high: Type.Number(),
      isLowerBetter: Type.Boolean(),
    }), { description: 'Over the cases that both runs have; `low` and `high`: the interval of `now - before`' }),
    broken: Type.Array(Change, { description: 'Cases that passed before and fail now, 100 at most' }),
    mended: Type.Array(Change, { description: 'Cases that failed before and pass now, 100 at most' }),
  }, { description: 'With `against`' })),
})

/** Returns a run, or its summary, in the form that it is shown in. */
export function toJson<T extends { causes: { cause: Cause, n: number }[] }> (id: string, { causes, ...run }: T) {
  return { id, ...run, causes: causes.map(({ cause, n }) => ({ cause, n, ...aboutCauses[cause] })) }
}
