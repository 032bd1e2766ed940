// A run that the service makes itself: a set chosen here, its progress, and its end.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { Button, Meter, Notice, count } from '../ui/parts.tsx'

interface Progress { set: string, state: 'running' | 'done' | 'failed', done: number, total: number, message?: string }

const everyMs = 1500
const path = 'v1/evaluations/running'

export function RunHere ({ company, onDone }: { company: string, onDone: () => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  const [progress, setProgress] = useState<Progress | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const isRunning = progress?.state === 'running'
  const read = async () => {
    try {
      const { data } = await call<{ data: Progress | null }>(path, { query: { company_id: company } })
      setProgress(data)
      if (isRunning && data?.state === 'done') onDone()
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  useEffect(() => { read() }, [company])
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(read, everyMs)
    return () => clearInterval(timer)
  }, [isRunning, company])
  const act = async (work: () => Promise<Progress | null>) => {
    setProblem(null)
    try {
      setProgress(await work())
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  const start = (file: File) => act(async () =>
    call<Progress>(path, { method: 'POST', body: { company_id: company, name: file.name, set: await file.text() } }))
  const cancel = () => act(async () => {
    await call(path, { method: 'DELETE', query: { company_id: company } })
    return null
  })
  return (
    <>
      {problem && <Notice problem={problem} />}
      {progress?.state === 'failed' && <Notice problem={{ title: `${progress.set} broke off`, message: progress.message ?? '' }} />}
      {isRunning
        ? (
          <div class='inline-form' role='status'>
            <Meter value={progress.done / progress.total} label='Questions asked' />
            <span class='hint'>{progress.set}: {count(progress.done)} of {count(progress.total)}</span>
            <Button look='quiet' icon='stop' onClick={cancel}>Cancel</Button>
          </div>
          )
        : (
          <div class='inline-form'>
            <Button icon='upload' onClick={() => input.current!.click()}>Run a set here</Button>
            <span class='hint'>Up to 1,000 questions, beside those of customers. A language model is paid for as usual.</span>
            <input
              ref={input} id='set-file' type='file' accept='.csv,.tsv,.json,.jsonl,.ndjson' hidden aria-label='File to run'
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? []
                if (file) start(file)
                currentTarget.value = ''
              }}
            />
          </div>
          )}
    </>
  )
}
