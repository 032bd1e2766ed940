// The pages: the first one comes with the console, each other one with its first visit, or as soon as there is nothing to do.
import { signal, type Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { AskPage } from './ask/ask-page.tsx'
import type { Page } from './router.ts'
import { Loading, Notice } from './ui/parts.tsx'

type View = () => JSX.Element | null

const loaders: Record<Exclude<Page, 'ask'>, () => Promise<View>> = {
  documents: async () => (await import('./documents/documents-page.tsx')).DocumentsPage,
  gaps: async () => (await import('./gaps/gaps-page.tsx')).GapsPage,
  answers: async () => (await import('./answers/answers-page.tsx')).AnswersPage,
  feedback: async () => (await import('./feedback/feedback-page.tsx')).FeedbackPage,
  evaluation: async () => (await import('./evaluation/evaluation-page.tsx')).EvaluationPage,
  company: async () => (await import('./company/company-page.tsx')).CompanyPage,
  install: async () => (await import('./install/install-page.tsx')).InstallPage,
  health: async () => (await import('./health/health-page.tsx')).HealthPage,
}

const loaded: Record<string, Signal<View | 'failed' | null>> = Object.fromEntries(Object.keys(loaders).map(name => [name, signal(null)]))
const unreachable = {
  title: 'The page cannot be loaded', message: 'The service cannot be reached, or has been updated. Load the console again.',
}

async function load (name: Exclude<Page, 'ask'>): Promise<void> {
  if (typeof loaded[name]!.value === 'function') return
  try {
    const view = await loaders[name]()
    loaded[name]!.value = view
  } catch {
    loaded[name]!.value = 'failed'
  }
}

export function PageView ({ name }: { name: Page }): JSX.Element {
  useEffect(() => {
    if (name !== 'ask') load(name)
    // The others come while nothing else is done: the service may be away when they are opened.
    const rest = () => { for (const other of Object.keys(loaders) as Exclude<Page, 'ask'>[]) load(other) }
    const timer = setTimeout(rest, 3000)
    return () => clearTimeout(timer)
  }, [name])
  if (name === 'ask') return <AskPage />
  const View = loaded[name]!.value
  if (View === null) return <div class='page'><Loading what='Opening the page…' /></div>
  if (View !== 'failed') return <View />
  return <div class='page'><Notice problem={unreachable} retry='Load again' onRetry={() => location.reload()} /></div>
}
