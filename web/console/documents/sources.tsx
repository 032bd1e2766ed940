// The web pages and folders that a company's documents are kept in sync with, as the commands that do so report.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { call, problemOf } from '../api.ts'
import { Button, ago, count } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'
import { problem } from './library.ts'

interface Source {
  id: string, kind: 'crawl' | 'watch', index: string, place: string
  state: 'running' | 'waiting' | 'following' | 'ended' | 'failed'
  changed: number, unchanged: number, gone: number, failed: number
  problems: string[], next_in_seconds: number | null, reported_at: string, overdue: boolean
}

const sources = signal<Source[]>([])
/** A crawl may go on while the page is open. */
const everyMs = 15_000

async function load (company: string): Promise<void> {
  const { data } = await call<{ data: Source[] }>('v1/sources', { query: { company_id: company } })
  sources.value = data
}

async function forget (company: string, id: string): Promise<void> {
  try {
    await call(`v1/sources/${id}`, { method: 'DELETE', query: { company_id: company } })
    await load(company)
  } catch (error) {
    problem.value = problemOf(error)
  }
}

export function Sources ({ company }: { company: string }): JSX.Element | null {
  useEffect(() => {
    sources.value = []
    const read = () => { if (!document.hidden) load(company).catch(() => {}) }
    read()
    const timer = setInterval(read, everyMs)
    return () => clearInterval(timer)
  }, [company])
  if (sources.value.length === 0) return null
  return (
    <section class='uploads' aria-label='Kept in sync'>
      <header class='section-head'><h2>Kept in sync</h2><p /></header>
      <ul>{sources.value.map(source => <SourceRow key={source.id} source={source} company={company} />)}</ul>
    </section>
  )
}

function SourceRow ({ source, company }: { source: Source, company: string }): JSX.Element {
  const { id, kind, index, place, changed, unchanged, gone, failed, problems, reported_at: at } = source
  const [words, tone] = stateOf(source)
  const counts = [
    `${count(changed)} new or changed`, unchanged > 0 ? `${count(unchanged)} unchanged` : '', gone > 0 ? `${count(gone)} removed` : '',
    failed > 0 ? `${count(failed)} failed` : '',
  ]
  return (
    <li class='upload source-row'>
      <span class='upload-icon'><Icon name={kind === 'crawl' ? 'globe' : 'folder'} /></span>
      <div class='upload-words'>
        <p class='upload-name'>{place}</p>
        <p class='upload-result'>{[`into ${index}`, ...counts, `heard ${ago(at)}`].filter(Boolean).join(' · ')}</p>
        {problems.length > 0 && (
          <details class='source-problems'>
            <summary>What failed</summary>
            <ul>{problems.map(text => <li key={text}>{text}</li>)}</ul>
          </details>
        )}
      </div>
      <span class={`badge ${tone}`}>{words}</span>
      <Button look='quiet' icon='close' label={`Forget ${place}: its documents stay`} onClick={() => { forget(company, id) }} />
    </li>
  )
}

function stateOf ({ state, overdue, next_in_seconds: next, reported_at: at }: Source): [words: string, tone: string] {
  if (overdue) return ['not heard of', 'warn']
  if (state === 'running') return ['at work', 'accent']
  if (state === 'following') return ['follows', 'accent']
  if (state === 'failed') return ['failed', 'warn']
  if (state === 'ended' || next === null) return ['ended', '']
  const minutes = Math.max(0, Math.round((Date.parse(at) + next * 1000 - Date.now()) / 60_000))
  return [minutes < 1 ? 'again now' : minutes < 120 ? `again in ${minutes} min` : `again in ${Math.round(minutes / 60)} h`, 'accent']
}
