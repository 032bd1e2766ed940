// How good the answers are: the runs of sets of questions, as curves and figures; one run, and what has changed since another.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { company, companyId, companyProblem } from '../session.ts'
import { Curve } from '../ui/curve.tsx'
import { Empty, Loading, Notice, PageHead, ago, plural } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { HowToRun } from './how-to-run.tsx'
import { load, percent, points, problem, runs, when, type RunSummary } from './evaluations.ts'
import { RunSheet } from './run-sheet.tsx'

/** The figures shown large. */
const main = ['passed', 'right', 'recall', 'citation_recall', 'wrongly_refused', 'rightly_refused']
/** Runs further apart than this have days on their axis. */
const daysFromMs = 2 * 86_400_000
const chosen = signal('')
const opened = signal<string | null>(null)

export function EvaluationPage (): JSX.Element {
  const id = companyId.value
  useEffect(() => {
    opened.value = null
    if (id !== '') load(id)
  }, [id])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  const all = runs.value
  const sets = [...new Set((all ?? []).map(({ set }) => set))]
  const set = sets.includes(chosen.value) ? chosen.value : sets[0] ?? ''
  const ofSet = (all ?? []).filter(run => run.set === set)
  const current = ofSet.find(run => run.id === opened.value)
  return (
    <div class='page'>
      <PageHead
        title='Evaluation'
        about={`How good the answers of ${company.value?.name ?? 'this company'} are, on questions whose answers are known.`}
      >
        {sets.length > 1 && (
          <Select
            id='set' label='Set of questions' value={set} options={sets.map(name => [name, name])}
            onChange={name => { chosen.value = name }}
          />
        )}
      </PageHead>
      {problem.value && <Notice problem={problem.value} onRetry={() => load(id)} />}
      {!all && !problem.value && <Loading what='Reading the runs…' />}
      {all?.length === 0 && (
        <Empty icon='evaluation' title='Nothing measured yet'>
          <p>Ask questions whose answers you know: a table is enough. The figures, and why answers failed, appear here.</p>
        </Empty>
      )}
      {ofSet.length > 0 && <Latest run={ofSet[0]!} before={ofSet[1]} set={set} />}
      {ofSet.length > 1 && <OverTime key={set} runs={ofSet.toReversed()} />}
      {ofSet.length > 0 && (
        <section>
          <h2 class='visually-hidden'>Runs</h2>
          <ul class='rows'>{ofSet.map((run, i) => <RunRow key={run.id} run={run} before={ofSet[i + 1]} />)}</ul>
        </section>
      )}
      {all && <HowToRun company={id} isFirst={all.length === 0} onDone={() => load(id)} />}
      {current && (
        <RunSheet
          key={current.id} company={id} run={current} others={ofSet.filter(run => run.made_at < current.made_at)}
          onClose={() => { opened.value = null }}
          onRemove={() => {
            opened.value = null
            load(id)
          }}
        />
      )}
    </div>
  )
}

function Latest ({ run, before, set }: { run: RunSummary, before: RunSummary | undefined, set: string }): JSX.Element {
  return (
    <section class='card'>
      <h2>{set}</h2>
      <ul class='tiles'>
        {run.figures.filter(({ name }) => main.includes(name)).map(({ name, title, value, low, high }) => {
          const earlier = before?.figures.find(figure => figure.name === name)?.value
          return (
            <li class='tile' key={name}>
              <p class='tile-name'>{title}</p>
              <p class='tile-value'>{percent(value)}</p>
              <p class='tile-about'>
                <span>{(100 * low).toFixed(1)} to {(100 * high).toFixed(1)}</span>
                {earlier !== undefined && <Shift by={value - earlier} />}
              </p>
            </li>
          )
        })}
      </ul>
      <p class='hint'>
        {plural(run.questions, 'question')}, {ago(run.made_at)}. The range is where the figure would be with many more questions
        like these, 95 times of 100{before ? '; the change is that since the run before.' : '.'}
      </p>
    </section>
  )
}

/** By how many points a figure has changed; whether that is chance is said where the run is opened. */
function Shift ({ by }: { by: number }): JSX.Element | null {
  return Math.abs(by) < 0.0005 ? null : <span class='shift'>{points(by)}</span>
}

function OverTime ({ runs }: { runs: RunSummary[] }): JSX.Element {
  const times = runs.map(run => Date.parse(run.made_at))
  const valuesOf = (name: string, bound: 'value' | 'low' | 'high' = 'value') => runs.map(({ figures }) => {
    const found = figures.find(figure => figure.name === name)
    return found ? 100 * found[bound] : null
  })
  const hasSources = valuesOf('recall').some(value => value !== null)
  return (
    <section class='card'>
      <h2>Run by run</h2>
      <Curve
        label='Share of the questions' unit='%' times={times} isDays={times.at(-1)! - times[0]! > daysFromMs} isShare
        band={{ low: valuesOf('passed', 'low'), high: valuesOf('passed', 'high') }}
        lines={[
          { name: 'passed', values: valuesOf('passed') },
          ...(hasSources ? [{ name: 'right source found', tone: 'soft' as const, dashed: true, values: valuesOf('recall') }] : []),
        ]}
      />
    </section>
  )
}

function RunRow ({ run, before }: { run: RunSummary, before: RunSummary | undefined }): JSX.Element {
  const { id, made_at: at, questions, figures, model, sample, causes } = run
  const passed = (one: RunSummary | undefined) => one?.figures.find(({ name }) => name === 'passed')?.value
  const value = passed(run) ?? 0
  const earlier = passed(before)
  const failed = causes.reduce((sum, { n }) => sum + n, 0)
  return (
    <li class='row'>
      <button type='button' class='row-open' onClick={() => { opened.value = id }}>
        <span class='row-words'>
          <span class='row-title'>{when(at)}</span>
          <span class='row-about'>
            {[
              plural(questions, 'question'), failed === 0 ? 'none failed' : `${failed} failed`,
              sample ? `drawn from ${sample.of}` : '', model, figures.length === 0 ? 'no figures' : '',
            ].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span class='row-figure'>
          {percent(value)}
          {earlier !== undefined && <Shift by={value - earlier} />}
        </span>
      </button>
    </li>
  )
}
