// One run: its figures, why answers failed, with examples, and what has changed since another run.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { Button, Loading, Notice, plural } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { Sheet } from '../ui/sheet.tsx'
import {
  percent, points, readRun, removeRun, when, type CauseCount, type Change, type Difference, type Run, type RunCase, type RunSummary,
} from './evaluations.ts'

const maxExamples = 5
const maxChanges = 20

export function RunSheet ({ company, run: summary, others, onClose, onRemove }: {
  company: string, run: RunSummary, others: RunSummary[], onClose: () => void, onRemove: () => void
}): JSX.Element {
  const [against, setAgainst] = useState(others[0]?.id ?? '')
  const [run, setRun] = useState<Run | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isDoomed, setDoomed] = useState(false)
  useEffect(() => {
    let isOld = false
    readRun(company, summary.id, against === '' ? undefined : against)
      .then(found => { if (!isOld) setRun(found) }, error => { if (!isOld) setProblem(problemOf(error)) })
    return () => { isOld = true }
  }, [against])
  const remove = async () => {
    try {
      await removeRun(company, summary.id)
      onRemove()
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <Sheet title={when(summary.made_at)} above={summary.set} onClose={onClose}>
      {problem && <Notice problem={problem} />}
      {others.length > 0 && (
        <div class='sheet-part'>
          <label class='above' for='against'>Compared with</label>
          <Select
            id='against' value={against} onChange={setAgainst}
            options={[...others.map(({ id, made_at: at }) => [id, when(at)] as const), ['', 'no other run']]}
          />
        </div>
      )}
      {!run && !problem && <Loading what='Reading the questions…' />}
      {run && (
        <>
          <Figures run={run} />
          {run.comparison && <Changes comparison={run.comparison} />}
          <section class='sheet-part'>
            <h3>What went wrong</h3>
            {run.causes.length === 0 && <p class='hint'>Nothing: every question passed.</p>}
            {run.causes.map((cause, i) => (
              <CausePart key={cause.cause} cause={cause} isOpen={i === 0} cases={run.cases.filter(one => one.cause === cause.cause)} />
            ))}
          </section>
          <div class='sheet-actions'>
            {isDoomed
              ? <Button look='danger' icon='trash' onClick={remove}>Remove for good</Button>
              : <Button look='quiet' icon='trash' onClick={() => setDoomed(true)}>Remove this run</Button>}
          </div>
        </>
      )}
    </Sheet>
  )
}

function Figures ({ run: { figures, comparison, ms, questions } }: { run: Run }): JSX.Element {
  const since = new Map(comparison?.differences.map(one => [one.name, one]))
  return (
    <section class='sheet-part'>
      <h3>Figures</h3>
      <div class='table-scroll' tabIndex={0} role='region' aria-label='Figures'>
        <table class='table'>
          <thead>
            <tr>
              <th scope='col'>{plural(questions, 'question')}</th><th scope='col'>share</th>{comparison && <th scope='col'>change</th>}
            </tr>
          </thead>
          <tbody>
            {figures.map(({ name, title, value, low, high }) => (
              <tr key={name}>
                <th scope='row' class='wraps'>{title}</th>
                <td>{percent(value)}<span class='range'>{(100 * low).toFixed(1)} to {(100 * high).toFixed(1)}</span></td>
                {comparison && <td>{since.has(name) ? <ChangeOf difference={since.get(name)!} /> : '–'}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class='hint'>
        An answer took {Math.round(ms.p50)} ms (half of them), {Math.round(ms.p95)} ms (95 of 100).
        {comparison && ' Changes are in points, over the questions that both runs have; a coloured one is no chance.'}
      </p>
    </section>
  )
}

function ChangeOf ({ difference: { before, now, low, high, isLowerBetter } }: { difference: Difference }): JSX.Element {
  const isSure = low > 0 || high < 0
  const isGood = (now < before) === isLowerBetter
  return (
    <>
      <span class={isSure ? `shift ${isGood ? 'good' : 'bad'}` : ''}>{points(now - before)}</span>
      <span class='range'>{points(low)} to {points(high)}</span>
    </>
  )
}

function Changes ({ comparison: { broken, mended, differences } }: { comparison: NonNullable<Run['comparison']> }): JSX.Element {
  return (
    <section class='sheet-part'>
      <h3>What has changed</h3>
      {differences.length === 0 && <p class='hint'>The two runs have no question in common.</p>}
      {differences.length > 0 && broken.length + mended.length === 0 && <p class='hint'>The same questions passed, and the same failed.</p>}
      {broken.length > 0 && <ChangeList title='broke' tone='bad' changes={broken} isOpen />}
      {mended.length > 0 && <ChangeList title='mended' tone='good' changes={mended} />}
    </section>
  )
}

function ChangeList ({ title, tone, changes, isOpen = false }: {
  title: string, tone: 'good' | 'bad', changes: Change[], isOpen?: boolean
}): JSX.Element {
  return (
    <details class='group' open={isOpen}>
      <summary><span class={`shift ${tone}`}>{changes.length}</span> {title}</summary>
      <ul class='cases'>
        {changes.slice(0, maxChanges).map(({ before, now }) => (
          <li key={now.id}>
            <p class='near-title' dir='auto'>{now.question}</p>
            <p class='hint' dir='auto'>Before: {answerOf(before)}</p>
            <p dir='auto'>Now: {answerOf(now)}</p>
          </li>
        ))}
      </ul>
    </details>
  )
}

function CausePart ({ cause: { n, title, advice }, cases, isOpen }: { cause: CauseCount, cases: RunCase[], isOpen: boolean }): JSX.Element {
  return (
    <details class='group' open={isOpen}>
      <summary><span class='shift bad'>{n}</span> {title}</summary>
      <p class='hint'>{advice}</p>
      <ul class='cases'>
        {cases.slice(0, maxExamples).map(one => (
          <li key={one.id}>
            <p class='near-title' dir='auto'>{one.question}</p>
            <p dir='auto'>{answerOf(one)}</p>
            {one.accepted.length > 0 && <p class='hint' dir='auto'>Right: {one.accepted.join(' · ')}</p>}
          </li>
        ))}
      </ul>
      {cases.length > maxExamples && <p class='hint'>And {cases.length - maxExamples} more: --html of the command shows all of them.</p>}
    </details>
  )
}

function answerOf ({ answer, refused, error }: RunCase): string {
  return error ?? (refused ? '(refused)' : answer)
}
