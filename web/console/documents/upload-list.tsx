// What became of each file: on its way, being read, there, or rejected and why.
import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Button, Meter, megabytes, plural } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'
import { clearEnded, uploads, type Upload } from './uploads.ts'

/** A folder may have thousands of files: those that need attention are shown, and the newest others. */
const maxShown = 100

const words: Record<Upload['state'], string> = {
  waiting: 'Waiting', sending: 'Sending', reading: 'Reading', done: 'Added', rejected: 'Rejected',
}

export function UploadList (): JSX.Element | null {
  const all = uploads.value
  if (all.length === 0) return null
  const ofState = (...states: Upload['state'][]) => all.filter(({ value: { state } }) => states.includes(state))
  const open = ofState('waiting', 'sending', 'reading').length
  const rejected = ofState('rejected')
  const shown = [...rejected, ...ofState('sending', 'reading'), ...ofState('done'), ...ofState('waiting')].slice(0, maxShown)
  const said = open > 0
    ? `${plural(open, 'file')} to go`
    : `${plural(all.length - rejected.length, 'file')} added${rejected.length > 0 ? `, ${rejected.length} rejected` : ''}`
  return (
    <section class='uploads' aria-label='Uploads'>
      <header class='section-head'>
        <h2>Uploads</h2>
        <p role='status'>{said}</p>
        <Button look='quiet' onClick={clearEnded} disabled={open === all.length}>Clear</Button>
      </header>
      <ul>{shown.map(entry => <UploadRow key={entry.peek().key} entry={entry} />)}</ul>
    </section>
  )
}

function UploadRow ({ entry }: { entry: Signal<Upload> }): JSX.Element {
  const { name, bytes, state, sent, result, warnings } = entry.value
  return (
    <li class={`upload ${state}`}>
      <span class='upload-icon'>
        {state === 'done' && <Icon name='check' />}
        {state === 'rejected' && <Icon name='alert' />}
        {state !== 'done' && state !== 'rejected' && <span class='spinner' aria-hidden='true' />}
      </span>
      <div class='upload-words'>
        <p class='upload-name'>{name}</p>
        <p class='upload-result'>{result || `${words[state]} · ${megabytes(bytes)}`}</p>
        {state === 'sending' && <Meter value={sent} label={`Sent of ${name}`} />}
        {warnings.slice(0, 3).map(warning => <p class='upload-warning' key={warning}>{warning}</p>)}
      </div>
    </li>
  )
}
