// The cost of the OpenAI and AI SDK formats compared with native SSE: the same uncached answers, the same pipeline.
import assert from 'node:assert/strict'
import { answerCheck, scriptedText } from './checks.ts'
import { post, type Reply } from './client.ts'
import { median, type Figure } from './figures.ts'
import { load, type Outcome } from './load.ts'
import { startStack, uncached, type Asked, type Options, type Stack } from './stack.ts'

const clients = 32
const tokens = 100

interface Format {
  /** Makes the bytes of a unique request. */
  request (port: number, asked: Asked, maxTokens: number): Buffer
  /** The bytes that show the first token. */
  mark: string
  /** Returns the text of an event; undefined without one. */
  text (data: any): string | undefined
  /** Tells if the last event before `[DONE]` reports success. */
  ended (data: any): boolean
}

const formats: Record<string, Format> = {
  OpenAI: {
    request: (port, { company_id: model, user_id: user, message: content }, max_tokens) =>
      post(port, '/v1/chat/completions', { model, user, stream: true, max_tokens, messages: [{ role: 'user', content }] }),
    mark: '"content":"Word',
    text: data => data.choices[0]?.delta.content || undefined,
    ended: data => data.choices[0].finish_reason === 'stop',
  },
  'AI SDK': {
    request: (port, { company_id, user_id, message: text }, max_tokens) =>
      post(port, '/api/chat', {
        id: `bench-${max_tokens}`, company_id, user_id, max_tokens, trigger: 'submit-message',
        messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text }] }],
      }),
    mark: '"text-delta"',
    text: data => (data.type === 'text-delta' ? data.delta : undefined),
    ended: data => data.type === 'finish',
  },
}

export async function formatsBench (options: Options): Promise<Figure[]> {
  const stack = await startStack(options)
  try {
    const seconds = options.quick ? 1 : 4
    const run = (name: string | null): Promise<Outcome> =>
      name === null
        ? load({ child: stack.server, clients, seconds, next: uncached(stack, stack.server.port), check: answerCheck({ whole: true }) })
        : load({
          child: stack.server, clients, seconds, next: requests(stack, formats[name]!), check: checkOf(formats[name]!),
          mark: formats[name]!.mark,
        })
    const names = Object.keys(formats)
    for (const name of [null, ...names]) await run(name)
    const rounds: { native: Outcome, others: Outcome[] }[] = []
    for (let i = 0; i < (options.quick ? 1 : 5); i++) {
      const others: Outcome[] = []
      const native = await run(null)
      for (const name of names) others.push(await run(name))
      rounds.push({ native, others })
    }
    return names.map((name, i) => {
      const cpu = median(rounds.map(({ others }) => others[i]!.cpu))
      const ratios = rounds.map(({ native, others }) => others[i]!.cpu / native.cpu)
      return {
        name: `${name}: CPU of the server`,
        value: cpu,
        unit: 's per 1,000',
        // The median of the rounds' ratios: both sides of a round met the same noise.
        bare: cpu / median(ratios),
        goal: { of: 'ratio' as const, atMost: 1.15 },
        note: `bare: native SSE; ratios ${ratios.map(ratio => ratio.toFixed(2)).join(' ')}`,
      }
    })
  } finally {
    await stack.stop()
  }
}

// One counter for the whole run: no two requests are ever equal. It starts far from the values of `uncached`.
let asked = 500_000

function requests ({ server, questions }: Stack, { request }: Format): () => Buffer {
  return () => {
    const n = asked++
    return request(server.port, questions[n % questions.length]!, n)
  }
}

/** Makes a check like `answerCheck`: every answer ends well with all its tokens, and each twentieth is read event by event. */
function checkOf ({ text, ended, mark }: Format): (reply: Reply) => void {
  let n = 0
  return ({ body, firstMs }) => {
    assert.ok(firstMs > 0, 'no first token')
    assert.ok(body.subarray(-16).toString().endsWith('data: [DONE]\n\n'), body.toString())
    if (n++ % 20 > 0) return assert.ok(body.includes(mark))
    const events = body
      .toString()
      .split('\n\n')
      .filter(block => block.startsWith('data: {'))
      .map(block => JSON.parse(block.slice('data: '.length)))
    assert.equal(events.map(event => text(event) ?? '').join(''), scriptedText(tokens))
    assert.ok(ended(events.at(-1)), JSON.stringify(events.at(-1)))
  }
}
