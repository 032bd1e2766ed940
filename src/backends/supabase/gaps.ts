// Stores questions without a good answer in tables of a Supabase project, which all instances share.
import { createHash } from 'node:crypto'
import {
  exemplarsOfGap, listedExamples, maxExemplars, type Exemplar, type Gap, type GapCause, type GapLimits, type GapStatus, type GapStore,
  type Publication,
} from '../../gaps/store.ts'
import { byPeople, summarize, type CountedQuestion } from '../../gaps/summarize.ts'
import { slicesOf } from '../../slices.ts'
import { dataOf, failure, type Outcome, type Supabase } from './client.ts'

export interface SupabaseGapOptions extends GapLimits {
  /** The owner closes it, after the gaps. */
  supabase: Supabase
  /** How often expired questions are deleted; until then they are invisible. */
  expireEveryMs?: number
}

interface GapRow {
  id: string
  status: GapStatus
  assignee: string
  publication: Publication | null
  merged_into: string | null
  dismiss_reason: string
  created_at: string
  changed_at: string
}
interface QuestionRow { n: number, gap: string, asker: string, cause: GapCause, question: string, language: string, asked_at: string }

const unavailable = 'GAPS_UNAVAILABLE'
const once = 'company_id,answer_id,asker'
const gapColumns = 'id,status,assignee,publication,merged_into,dismiss_reason,created_at,changed_at'
const questionColumns = 'n,gap,asker,cause,question,language,asked_at'
/** Supabase returns no more rows than this at once unless it is configured otherwise. */
const page = 1000
const counted = { count: 'exact' } as const
/** Numbers in the address of one request. */
const numbersAtOnce = 200

/** Creates the store. Every method throws GAPS_UNAVAILABLE. */
export function createSupabaseGaps (options: SupabaseGapOptions): GapStore {
  const { supabase, ttlMs, maxQuestions = 5000, maxOfOne = 100, onError, now = Date.now, expireEveryMs = 3_600_000 } = options
  const iso = (ms: number) => new Date(Math.max(0, ms)).toISOString()
  const questions = () => supabase.from('missed_questions')
  const gaps = () => supabase.from('gaps')

  const checked = ({ status, error }: Outcome<unknown>) => {
    if (error) throw failure(status, error, unavailable)
  }
  const count = (outcome: Outcome<unknown>) => (dataOf(outcome, unavailable) as unknown[]).length

  /** Reads all rows of a selection, page by page. It tells how many there are, which saves one more request at its end. */
  async function all<T> (
    select: (from: number, to: number) => PromiseLike<Outcome<unknown> & { count: number | null }>, most = Infinity,
  ): Promise<T[]> {
    const rows: T[] = []
    while (rows.length < most) {
      const outcome = await select(rows.length, Math.min(rows.length + page, most) - 1)
      const got = dataOf(outcome, unavailable) as T[]
      rows.push(...got)
      if (got.length === 0 || rows.length >= (outcome.count ?? Infinity)) break
    }
    return rows
  }

  /** Returns the questions that are shown: all of a company, or those of a gap. */
  async function visible (company: string, gap?: string): Promise<(CountedQuestion & { gap: string })[]> {
    const rows = await all<QuestionRow>((from, to) => {
      const own = questions().select(questionColumns, counted).eq('company_id', company).gt('asked_at', iso(now() - ttlMs))
      return (gap === undefined ? own.neq('gap', '') : own.eq('gap', gap)).order('n').range(from, to)
    }, maxQuestions)
    return rows.map(({ asked_at: at, ...row }) => ({ ...row, at: Date.parse(at) }))
  }

  async function resolved (company: string, id: string): Promise<GapRow | null> {
    const read = async (id: string) =>
      dataOf<GapRow>(await gaps().select(gapColumns).eq('company_id', company).eq('id', id).maybeSingle<GapRow>(), unavailable)
    const row = await read(id)
    return row?.merged_into ? read(row.merged_into) : row
  }

  /** Removes the gaps without a question, but not those that were closed by an entry, and the ways to gaps that are gone. */
  async function removeEmpty (company: string): Promise<void> {
    const rows = await all<GapRow>((from, to) => gaps().select(gapColumns, counted).eq('company_id', company).order('id').range(from, to))
    const own = await all<{ gap: string }>((from, to) =>
      questions().select('gap', counted).eq('company_id', company).order('n').range(from, to))
    const used = new Set(own.map(({ gap }) => gap))
    const live = new Set(rows.filter(row => row.merged_into === null && (row.publication || used.has(row.id))).map(({ id }) => id))
    const gone = rows.filter(({ id, merged_into: into }) => !live.has(into ?? id)).map(({ id }) => id)
    for (const ids of slicesOf(gone, numbersAtOnce)) checked(await gaps().delete().eq('company_id', company).in('id', ids))
  }

  async function mergeRows (company: string, from: string, into: string): Promise<void> {
    const changed = { merged_into: into, changed_at: iso(now()) }
    checked(await questions().update({ gap: into }).eq('company_id', company).eq('gap', from))
    checked(await gaps().update(changed).eq('company_id', company).eq('id', from))
    // A way leads to its end at once.
    checked(await gaps().update(changed).eq('company_id', company).eq('merged_into', from))
  }

  /** Deletes the oldest questions beyond `most`, of a company or of one asker. */
  async function trim (company: string, asker: string | null, most: number): Promise<void> {
    const whose = { company_id: company, ...(asker === null ? {} : { asker }) }
    const beyond = await questions().select('n').match(whose).order('n', { ascending: false }).range(most, most)
    const [oldest] = dataOf<{ n: number }[]>(beyond, unavailable)!
    if (oldest) checked(await questions().delete().match(whose).lte('n', oldest.n))
  }

  const expiry = setInterval(() => {
    Promise.resolve(questions().delete().lte('asked_at', iso(now() - ttlMs))).then(checked).catch(onError)
  }, expireEveryMs).unref()

  return {
    async add (company, missed) {
      const rows = new Map(missed.map(one => [`${one.answerId} ${one.asker}`, one]).toReversed() as [string, typeof missed[number]][])
      const added = await questions().upsert([...rows.values()].toReversed().map(one => ({
        company_id: company, answer_id: one.answerId, asker: one.asker, cause: one.cause, question: one.question, language: one.language,
        asked_at: iso(one.at), model: one.model, words: wordsOf(one), vector: Buffer.from(one.vector).toString('base64'),
      })), { onConflict: once, ignoreDuplicates: true }).select('n')
      const { status, data, error } = added
      if (error) throw failure(status, error, unavailable)
      for (const asker of new Set(missed.map(({ asker }) => asker))) await trim(company, asker, maxOfOne)
      await trim(company, null, maxQuestions)
      return data?.length ?? 0
    },

    async exemplars (company) {
      const rows = await all<{ n: number, gap: string, model: string, words: string, vector: string }>((from, to) => {
        const own = questions().select('n,gap,model,words,vector', counted).eq('company_id', company)
        return own.order('n', { ascending: false }).range(from, to)
      }, maxExemplars)
      const fixed = await all<{ id: string }>((from, to) =>
        gaps().select('id', counted).eq('company_id', company).eq('is_fixed', true).is('merged_into', null).order('id').range(from, to))
      const distinct = [...new Map(rows.toReversed().map(row => [`${row.gap} ${row.words}`, row])).values()].toSorted((a, b) => b.n - a.n)
      const kept = [...Map.groupBy(distinct, ({ gap }) => gap)].flatMap(([gap, own]) => gap === '' ? own : own.slice(0, exemplarsOfGap))
      return {
        questions: kept.map(({ n, gap, model, vector }): Exemplar =>
          ({ n, gap, model, vector: new Int8Array(Buffer.from(vector, 'base64')) })),
        fixed: fixed.map(({ id }) => id),
      }
    },

    async sort (company, { moved, merged }) {
      const at = iso(now())
      if (moved.length > 0) {
        const rows = await all<{ n: number, gap: string, words: string, asked_at: string }>((from, to) =>
          questions().select('n,gap,words,asked_at', counted).eq('company_id', company).order('n').range(from, to))
        const rowOf = new Map(rows.map(row => [row.n, row]))
        // The same words move together.
        const alike = Map.groupBy(rows, ({ gap, words }) => `${gap} ${words}`)
        for (const [gap, own] of Map.groupBy(moved.filter(([n]) => rowOf.has(n)), ([, gap]) => gap)) {
          const fresh = { company_id: company, id: gap, created_at: at, changed_at: at }
          checked(await gaps().upsert(fresh, { onConflict: 'company_id,id', ignoreDuplicates: true }))
          const targets = own.flatMap(([n]) => alike.get(`${rowOf.get(n)!.gap} ${rowOf.get(n)!.words}`)!)
          for (const ns of slicesOf(targets.map(({ n }) => n), numbersAtOnce)) {
            checked(await questions().update({ gap }).eq('company_id', company).in('n', ns))
          }
          // What was said to be answered is asked in vain again.
          const row = await resolved(company, gap)
          const publishedAt = row?.status === 'published' ? row.publication?.at ?? Infinity : Infinity
          if (targets.some(({ asked_at: askedAt }) => Date.parse(askedAt) > publishedAt)) {
            checked(await gaps().update({ status: 'open', changed_at: at }).eq('company_id', company).eq('id', gap))
          }
        }
      }
      for (const [from, into] of merged) await mergeRows(company, from, into)
      await removeEmpty(company)
    },

    async list (company, { status, assignee }, { offset, limit }) {
      const rows = await all<GapRow>((from, to) => {
        let own = gaps().select(gapColumns, counted).eq('company_id', company).is('merged_into', null)
        if (status !== undefined) own = own.eq('status', status)
        if (assignee !== undefined) own = own.eq('assignee', assignee)
        return own.order('id').range(from, to)
      })
      const ofGap = Map.groupBy(await visible(company), ({ gap }) => gap)
      return rows.map(row => summarize(gapOf(row), ofGap.get(row.id) ?? [], listedExamples, now()))
        .filter(({ questions, publication }) => questions > 0 || publication !== null)
        .sort(byPeople).slice(offset, offset + limit)
    },

    async get (company, id, examples) {
      const row = await resolved(company, id)
      return row && summarize(gapOf(row), await visible(company, row.id), examples, now())
    },

    async answers (company, id, limit) {
      const row = await resolved(company, id)
      if (!row) return []
      const select = questions().select('answer_id').eq('company_id', company).eq('gap', row.id)
      const found = await select.order('n', { ascending: false }).limit(limit)
      return dataOf<{ answer_id: string }[]>(found, unavailable)!.map(({ answer_id: answer }) => answer)
    },

    async change (company, id, { status, assignee, publication, dismissReason }) {
      const row = await resolved(company, id)
      if (!row) return false
      const isDismissed = (status ?? row.status) === 'dismissed'
      checked(await gaps().update({
        is_fixed: true, changed_at: iso(now()), ...(status === undefined ? {} : { status }),
        ...(assignee === undefined ? {} : { assignee }), ...(publication === undefined ? {} : { publication }),
        dismiss_reason: isDismissed ? dismissReason ?? row.dismiss_reason : '',
      }).eq('company_id', company).eq('id', row.id))
      return true
    },

    async merge (company, from, into) {
      const found = dataOf<GapRow[]>(
        await gaps().select(gapColumns).eq('company_id', company).in('id', [from, into]).is('merged_into', null), unavailable
      )!
      if (found.length < 2) return false
      await mergeRows(company, from, into)
      checked(await gaps().update({ is_fixed: true, changed_at: iso(now()) }).eq('company_id', company).eq('id', into))
      return true
    },

    async withdraw (company, answerId, asker) {
      const own = questions().delete().eq('company_id', company).eq('answer_id', answerId).eq('asker', asker)
      if (count(await own.eq('cause', 'disliked').select('n')) > 0) await removeEmpty(company)
    },

    async forgetUser (company, asker) {
      const removed = count(await questions().delete().eq('company_id', company).eq('asker', asker).select('n'))
      if (removed > 0) await removeEmpty(company)
      return removed
    },

    async questionsOf (company, asker) {
      const rows = await all<{ question: string, cause: GapCause, asked_at: string }>((from, to) => {
        const own = questions().select('question,cause,asked_at', counted).eq('company_id', company).eq('asker', asker)
        return own.order('n', { ascending: false }).range(from, to)
      })
      return rows.map(({ asked_at: at, ...row }) => ({ ...row, askedAt: Date.parse(at) }))
    },

    async close () {
      clearInterval(expiry)
    },
  }
}

function gapOf ({ id, status, assignee, publication, ...row }: GapRow): Gap {
  const [createdAt, changedAt] = [Date.parse(row.created_at), Date.parse(row.changed_at)]
  return { id, status, assignee, publication, dismissReason: row.dismiss_reason, createdAt, changedAt }
}

function wordsOf ({ question, model }: { question: string, model: string }): string {
  return createHash('sha256').update(`${model}\n${question}`).digest('base64url').slice(0, 22)
}
