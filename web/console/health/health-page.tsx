// How the service is doing: its parts, how fast it answers, what it has kept.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { access } from '../session.ts'
import { Loading, Meter, Notice, PageHead, ago, count, megabytes, milliseconds, plural } from '../ui/parts.tsx'
import { Curves } from './curves.tsx'
import { figures, problem, readiness, since, watch, type Figures, type Readiness } from './figures.ts'

export function HealthPage (): JSX.Element {
  useEffect(watch, [])
  const ready = readiness.value
  const all = figures.value
  return (
    <div class='page'>
      <PageHead title='Health' about='Read again every five seconds.'>
        {ready && !problem.value && (
          <p class={`state ${!ready.ready ? 'bad' : Object.keys(ready.degraded).length > 0 ? 'warn' : 'good'}`} role='status'>
            {!ready.ready ? 'Not ready' : Object.keys(ready.degraded).length > 0 ? 'Works with less' : 'All is well'}
          </p>
        )}
      </PageHead>
      {problem.value && <Notice problem={problem.value} />}
      {!ready && !problem.value && <Loading what='Asking the service…' />}
      {ready && <Parts ready={ready} all={all} />}
      {all && <Curves minutes={all.last_hour} />}
      {all && <Latency {...all} />}
      {all && <Kept {...all} />}
      {all && <Process {...all} />}
      {ready && !all && <p class='hint'>Version {access.value?.version}. Figures are shown to an admin key for all companies.</p>}
    </div>
  )
}

const everything: Part = ['everything', 'answers', 'good']

type Part = [name: string, about: string, state: 'good' | 'warn' | 'bad', reason?: string | undefined]

function Parts ({ ready: { waiting, degraded }, all }: { ready: Readiness, all: Figures | null }): JSX.Element {
  const troubles: Part[] = [
    ...Object.entries(waiting).map(([name, reason]): Part => [name, 'missing', 'bad', reason]),
    ...Object.entries(degraded).map(([name, reason]): Part => [name, 'works with less', 'warn', reason]),
  ]
  const named = new Set(troubles.map(([name]) => name))
  const fine: Part[] = all
    ? [
        ['search', all.search.engine === 'sqlite' ? 'SQLite, built in' : all.search.engine, 'good'],
        ['model', all.llm.kind === 'extractive' ? 'quotes the documents; no language model' : all.llm.name, 'good'],
        ...all.embedding.models.map(({ id, state, load_ms: ms }): Part =>
          [`embedding ${id}`, `${state}${ms > 0 ? `, loaded in ${milliseconds(ms)}` : ''}`, 'good']),
      ]
    : []
  const parts = [...troubles, ...fine.filter(([name]) => !named.has(name))]
  return (
    <section class='card'>
      <h2>Parts</h2>
      <ul class='parts'>
        {(parts.length > 0 ? parts : [everything]).map(([name, about, state, reason]) => (
          <li key={name}>
            <span class={`dot ${state}`} aria-hidden='true' />
            <span class='part-name'>{name.replace(/^embedding .*\//, 'embedding ')}</span>
            <span class='part-about'>{[about, reason].filter(Boolean).join(': ')}{seen(name)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Returns since when a trouble has been seen here. */
function seen (name: string): string {
  const at = since.value.get(name)
  return at === undefined ? '' : ` (seen ${ago(new Date(at).toISOString())})`
}

const latencyRows = [
  ['first_token', 'First word'], ['total', 'Whole answer'], ['search', 'Search'], ['embed', 'Embedding'], ['prompt', 'Profile'],
] as const
const quantiles = [['p50', 'half in'], ['p95', '95 % in'], ['p99', '99 % in'], ['max', 'slowest']] as const

function Latency ({ latency_ms: latency }: Figures): JSX.Element {
  return (
    <section class='card'>
      <h2>How fast</h2>
      {latency.total.count === 0
        ? <p class='hint'>Nobody has asked since the start.</p>
        : (
          <div class='table-scroll' tabIndex={0} role='region' aria-label='Latency'>
            <table class='table'>
              <thead>
                <tr><th scope='col'>Since the start</th>{quantiles.map(([, name]) => <th key={name} scope='col'>{name}</th>)}</tr>
              </thead>
              <tbody>
                {latencyRows.map(([part, name]) => (
                  <tr key={part}>
                    <th scope='row'>{name}</th>
                    {quantiles.map(([quantile]) => <td key={quantile}>{milliseconds(latency[part][quantile])}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          )}
      {latency.total.count > 0 && <p class='hint'>{plural(latency.total.count, 'answer')} made since the start.</p>}
    </section>
  )
}

function Kept ({ answers, embedding: { cache, queue }, prompts, web_search: web }: Figures): JSX.Element {
  const rate = (hits: number, misses: number) =>
    hits + misses === 0 ? 'not used yet' : `${Math.round(100 * hits / (hits + misses))} % found`
  return (
    <section class='card'>
      <h2>What is kept</h2>
      <ul class='tiles'>
        <Tile
          name='Answers' value={`${Math.round(100 * answers.hit_rate)} %`}
          about={`shared; ${count(answers.kept)} kept, ${megabytes(answers.kept_bytes)}`}
        >
          <Meter value={answers.kept_bytes / answers.kept_max_bytes} label='Room for answers in use' />
        </Tile>
        <Tile name='Question vectors' value={count(cache.size)} about={rate(cache.hits, cache.misses)}>
          <Meter value={cache.max ? cache.size / cache.max : 0} label='Room for vectors in use' />
        </Tile>
        <Tile name='Profiles' value={count(prompts.size)} about={rate(prompts.hits, prompts.misses)} />
        {web && <Tile name='Web results' value={count(web.hits + web.misses)} about={rate(web.hits, web.misses)} />}
        <Tile name='Waiting' value={count(queue.questions + queue.passages)} about='questions and passages for vectors' />
        <Tile name='Now' value={count(answers.live)} about={`answers in the making, ${count(answers.readers)} readers`} />
      </ul>
    </section>
  )
}

function Process ({ version, uptime_seconds: seconds, memory_mb: memory, llm }: Figures): JSX.Element {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds % 86_400 / 3600)
  const uptime = days > 0 ? `${days} d ${hours} h` : `${hours} h ${Math.floor(seconds % 3600 / 60)} min`
  return (
    <section class='card'>
      <h2>Process</h2>
      <ul class='tiles'>
        <Tile name='Version' value={version} about='of Causerie' />
        <Tile name='Up for' value={uptime} about='since the last start' />
        <Tile name='Memory' value={`${count(memory)} MB`} about='resident' />
        <Tile name='Model' value={count(llm.requests)} about={`requests, ${count(llm.failures)} failed`} />
      </ul>
    </section>
  )
}

function Tile ({ name, value, about, children }: {
  name: string, value: string, about: string, children?: ComponentChildren
}): JSX.Element {
  return (
    <li class='tile'>
      <p class='tile-name'>{name}</p>
      <p class='tile-value'>{value}</p>
      <p class='tile-about'>{about}</p>
      {children}
    </li>
  )
}
