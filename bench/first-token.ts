// First token: the time that the service adds to the language model's own, for one client.
import assert from 'node:assert/strict'
import { answerCheck } from './checks.ts'
import { openClient, post } from './client.ts'
import { median, quantile, type Figure } from './figures.ts'
import { startStack, uncached, type Options } from './stack.ts'

export async function firstToken (options: Options): Promise<Figure[]> {
  const stack = await startStack(options)
  const { llm, server, bare } = stack
  const llmPort = Number(llm.origin.port)
  const llmRequest = post(llmPort, `${llm.origin.pathname}/chat/completions`, {
    model: 'scripted', messages: [{ role: 'user', content: 'Hi' }], stream: true,
  })
  // The model's first chunk names a role and has no text; a token comes with `content` that is not empty.
  const sides = {
    llm: { client: await openClient(llmPort, '"content":"Word"'), next: () => llmRequest, check: checkModel, ms: [] as number[] },
    bare: {
      client: await openClient(bare.port, 'event: delta'), next: uncached(stack, bare.port, '/pipe'),
      check: answerCheck({ whole: false }), ms: [] as number[],
    },
    ours: {
      client: await openClient(server.port, 'event: delta'), next: uncached(stack, server.port), check: answerCheck({ whole: true }),
      ms: [] as number[],
    },
  }
  try {
    const rounds = options.quick ? 200 : 1000
    for (let i = -100; i < rounds; i++) {
      for (const side of Object.values(sides)) {
        const reply = await side.client.ask(side.next())
        side.check(reply)
        if (i >= 0) side.ms.push(reply.firstMs)
      }
    }
    const added = (ms: number[], share: number) => quantile(ms, share) - median(sides.llm.ms)
    const figure = (name: string, share: number): Figure => ({
      name, unit: 'ms', value: added(sides.ours.ms, share), bare: added(sides.bare.ms, share),
    })
    return [
      { ...figure('added to the first token, p50', 0.5), note: `the model alone ${median(sides.llm.ms).toFixed(2)} ms` },
      figure('added to the first token, p95', 0.95),
    ]
  } finally {
    for (const { client } of Object.values(sides)) client.close()
    await stack.stop()
  }
}

function checkModel ({ body }: { body: Buffer }): void {
  assert.ok(body.includes('data: [DONE]'))
}
