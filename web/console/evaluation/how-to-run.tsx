// How a run is made: the set of questions, and the command.
import type { JSX } from 'preact'
import { serviceAddress } from '../api.ts'
import { access } from '../session.ts'
import { CopyButton } from '../ui/parts.tsx'
import { RunHere } from './running.tsx'

const example = `question,answer,source,answerable
How long does delivery take?,two working days,faq/delivery,yes
Do you rent out boats?,,,no`

export function HowToRun ({ company, isFirst, onDone }: { company: string, isFirst: boolean, onDone: () => void }): JSX.Element {
  const key = access.value?.keyless ? '' : 'CAUSERIE_KEY=cau_… '
  const command = `${key}npx causerie eval questions.csv --company ${company} --url ${serviceAddress}`
  return (
    <section class='card'>
      <h2>{isFirst ? 'The first run' : 'The next run'}</h2>
      <p>
        A set has questions with what is right: words that the answer must hold, the documents that answer, or that there is no answer.
        CSV, JSON, SQuAD and exported feedback are read.
      </p>
      <div class='command'><pre tabIndex={0}>{example}</pre><CopyButton text={() => example}>Copy</CopyButton></div>
      <RunHere company={company} onDone={onDone} />
      <p>
        The command asks them as customers do, without leaving a trace of them, and keeps the run here
        {key && ', if the key may write'}.
      </p>
      <div class='command'><pre tabIndex={0}>{command}</pre><CopyButton text={() => command}>Copy</CopyButton></div>
    </section>
  )
}
