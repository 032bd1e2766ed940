// The language models behind the pages under test.
import { unlessAborted } from '../../src/async/signals.ts'
import type { ModelEvent } from '../fixtures/model-events.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'

const finish: ModelEvent = { type: 'finish', reason: 'stop', usage: { input_tokens: 5, output_tokens: 5 } }
export const twoDays = () => fakeModel(['It takes **two** working days [1].'])

/** A model that stops after its first words until it is let go. */
export function pausing (first = 'It takes **two** ', rest = 'working days [1].') {
  const pause = gate()
  const model = fakeModel(async function * ({ signal }) {
    yield { type: 'text', text: first }
    await unlessAborted(pause.until, signal)
    yield { type: 'text', text: rest }
    yield finish
  })
  return { model, open: pause.open }
}
