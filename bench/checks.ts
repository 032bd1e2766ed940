// Checks that the bytes of an answer are complete and correct.
import assert from 'node:assert/strict'
import type { Reply } from './client.ts'

export interface WireEvent { event: string, id: string, data: any }

/** Returns the events of a body as a client reads them. */
export function readEvents (body: Buffer): WireEvent[] {
  return body.toString().split('\n\n').filter(block => block !== '' && !block.startsWith(':')).map(block => {
    const fields = Object.fromEntries(block.split('\n').map(line => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)]
    }))
    return { event: fields.event!, id: fields.id!, data: JSON.parse(fields.data!) }
  })
}

/** Returns the text of the scripted language model. */
export function scriptedText (tokens: number): string {
  return Array.from({ length: tokens }, (_, n) => n === 0 ? 'Word' : ` word${n}`).join('')
}

const delta = Buffer.from('event: delta\n')
const word = Buffer.from(' word')

/** Returns how many tokens of the scripted model are in the deltas of a body, however many each delta holds. */
function tokensIn (body: Buffer): number {
  let found = 1
  for (let at = body.indexOf(word, body.indexOf(delta)); at >= 0; at = body.indexOf(word, at + 1)) found++
  return found
}

/**
 * Makes a check for answers of the scripted model: all have `tokens` tokens and end with a proper `finish`. Each
 * `sampled`-th answer is read event by event: reading all of them would measure the reader.
 * @param whole the answer comes from the service, not from a bare server
 */
export function answerCheck ({
  tokens = 100, whole, sampled = 20,
}: {
  tokens?: number
  whole: boolean
  sampled?: number
}): (reply: Reply) => void {
  let n = 0
  const text = scriptedText(tokens)
  return ({ body, firstMs }) => {
    assert.ok(firstMs > 0, 'no first token')
    assert.equal(tokensIn(body), tokens, body.toString())
    const end = body.toString('utf8', body.lastIndexOf('event: '))
    assert.ok(end.startsWith('event: finish\n') && end.endsWith('}\n\n') && end.includes('"finish_reason":"stop"'), end)
    if (n++ % sampled === 0) checkEvents(readEvents(body), text, whole)
  }
}

function checkEvents (events: WireEvent[], text: string, whole: boolean): void {
  assert.equal(events.filter(({ event }) => event === 'delta').map(({ data }) => data.text).join(''), text)
  assert.equal(events.at(-1)!.event, 'finish')
  if (!whole) return
  assert.equal(events[0]!.event, 'start')
  assert.equal(events[0]!.data.cache, 'miss')
  assert.deepEqual(events.map(({ id }) => id), events.map((_, i) => `${events[0]!.data.answer_id}.${i}`))
  assert.ok(events[1]!.event === 'sources' && events[1]!.data.sources.length > 0, 'no sources')
  assert.equal(events.at(-1)!.data.answered_by, 'llm')
  assert.equal(events.at(-1)!.data.degraded, false)
}
