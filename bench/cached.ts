// Cached answers: replays of finished ones, compared with a bare server that streams the same bytes from memory.
import assert from 'node:assert/strict'
import { answerCheck, readEvents, scriptedText } from './checks.ts'
import { openClient, post, type Reply } from './client.ts'
import { median, type Figure } from './figures.ts'
import { load, type Outcome } from './load.ts'
import { startStack, uncached, type Asked, type Options, type Stack } from './stack.ts'

const clients = 32

export async function cached (options: Options): Promise<Figure[]> {
  const stack = await startStack(options)
  try {
    const seconds = options.quick ? 1 : 3
    const { requests, check } = await replays(stack, stack.questions.slice(0, 64))
    const rounds: Record<'ours' | 'bare' | 'events' | 'missed', Outcome>[] = []
    const measure = async () => ({
      missed: await load({
        child: stack.server, clients, seconds, next: uncached(stack, stack.server.port), check: answerCheck({ whole: true }),
      }),
      bare: await load({ child: stack.bare, clients, seconds, next: requests(stack.bare.port, '/memory'), check, awake: true }),
      events: await load({ child: stack.bare, clients, seconds, next: requests(stack.bare.port, '/events'), check, awake: true }),
      ours: await load({ child: stack.server, clients, seconds, next: requests(stack.server.port, '/chat'), check, awake: true }),
    })
    await measure()
    for (let i = 0; i < (options.quick ? 1 : 5); i++) rounds.push(await measure())
    return figuresOf(rounds)
  } finally {
    await stack.stop()
  }
}

/**
 * Asks each question once and gives the answer's bytes to the bare server. Every replay equals them byte for byte,
 * except for the id of its conversation, so that each one can be compared as a whole.
 */
async function replays (
  { server, bare }: Stack,
  questions: Asked[]
): Promise<{ requests: (port: number, path: string) => () => Buffer; check: (reply: Reply) => void }> {
  const client = await openClient(server.port, 'event: delta')
  const answers: { message: string; body: string }[] = []
  const known = new Set<string>()
  for (const question of questions) {
    await client.ask(post(server.port, '/chat', question))
    const { body: bytes } = await client.ask(post(server.port, '/chat', question))
    const events = readEvents(bytes)
    assert.equal(events[0]!.data.cache, 'hit')
    assert.equal(events.map(({ event, data }) => event === 'delta' ? data.text : '').join(''), scriptedText(100))
    assert.equal(events.at(-1)!.data.finish_reason, 'stop')
    answers.push({ message: question.message, body: bytes.toString() })
    known.add(bytes.toString('latin1'))
  }
  client.close()
  await bare.ask('storeAnswers', answers)

  const expected = new Map([...known].map(bytes => [answerId(Buffer.from(bytes, 'latin1')), Buffer.from(bytes, 'latin1')]))
  return {
    check ({ body }) {
      const first = expected.get(answerId(body))
      assert.ok(first && sameBut(conversationAt(first), first, body), 'another answer than the first time')
    },
    requests (port, path) {
      const made = questions.map(question => post(port, path, question))
      let n = 0
      return () => made[n++ % made.length]!
    },
  }
}

const idAt = 'event: start\nid: '.length

function answerId (body: Buffer): string {
  return body.toString('latin1', idAt, body.indexOf('.', idAt))
}

/** Returns the offset of the conversation's id, a UUID. */
function conversationAt (body: Buffer): number {
  return body.indexOf('"conversation_id":"') + '"conversation_id":"'.length
}

function sameBut (at: number, one: Buffer, other: Buffer): boolean {
  const end = at + 36
  return (
    one.length === other.length && one.compare(other, 0, at, 0, at) === 0 && one.compare(other, end, other.length, end, one.length) === 0
  )
}

function figuresOf (rounds: Record<'ours' | 'bare' | 'events' | 'missed', Outcome>[]): Figure[] {
  const of = (side: 'ours' | 'bare' | 'events' | 'missed', part: 'cpu' | 'share' | 'perSecond') =>
    median(rounds.map(round => round[side][part]))
  const rates = rounds.map(({ ours, bare }) => ours.perSecond / bare.perSecond)
  const times = median(rounds.map(({ ours, missed }) => ours.perSecond / missed.perSecond))
  return [
    {
      name: 'cached answers',
      value: of('ours', 'perSecond'),
      unit: 'per s',
      // The median of the rounds' ratios, not the ratio of medians: both sides of a round met the same noise.
      bare: of('ours', 'perSecond') / median(rates),
      goal: { of: 'ratio', atLeast: 0.7 },
      note:
        `ratios ${rates.map(rate => rate.toFixed(2)).join(' ')}; the server used ${of('ours', 'share').toFixed(2)} of a core, bare ` +
        `${of('bare', 'share').toFixed(2)}`,
    },
    {
      name: 'the same, bare writing event by event', value: of('ours', 'perSecond'), unit: 'per s', bare: of('events', 'perSecond'),
      note: `CPU of bare ${of('events', 'cpu').toFixed(2)} s per 1,000`,
    },
    {
      name: 'cached against uncached answers', value: times, unit: 'times', goal: { of: 'value', atLeast: 3 },
      note: `uncached ${of('missed', 'perSecond').toFixed(0)} per s`,
    },
    {
      name: 'CPU of the server, cached', value: of('ours', 'cpu'), unit: 's per 1,000', bare: of('bare', 'cpu'),
      note: `bare needs ${((100 * of('bare', 'cpu')) / of('ours', 'cpu')).toFixed(0)} % of it`,
    },
  ]
}
