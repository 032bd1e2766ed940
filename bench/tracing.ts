// Tracing: what it costs, compared with the same service that traces nothing.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCheck } from './checks.ts'
import { median, type Figure } from './figures.ts'
import { load } from './load.ts'
import type { Child } from './processes.ts'
import { startAnother, startStack, uncached, type Options } from './stack.ts'

const clients = 32

export async function tracing (options: Options): Promise<Figure[]> {
  const endings: (() => unknown)[] = []
  try {
    let received = 0
    const receiver = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => { received += chunk.length }).on('end', () => response.end())
    })
    await new Promise<void>(resolve => { receiver.listen(0, '127.0.0.1', resolve) })
    endings.unshift(() => receiver.close())
    const stack = await startStack({ quick: options.quick })
    endings.unshift(stack.stop)
    const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    const traced = await startAnother(stack, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, options, endings)
    const seconds = options.quick ? 1 : 4
    const run = (child: Child) => load({ child, clients, seconds, next: uncached(stack, child.port), check: answerCheck({ whole: true }) })
    await run(stack.server)
    await run(traced)
    const rounds: { off: number, on: number }[] = []
    for (let i = 0; i < (options.quick ? 1 : 5); i++) rounds.push({ off: (await run(stack.server)).cpu, on: (await run(traced)).cpu })
    if (received === 0) throw new Error('no trace was received')
    return [
      {
        name: `${clients} clients: CPU of the server, traced`, unit: 's per 1,000', value: median(rounds.map(({ on }) => on)),
        bare: median(rounds.map(({ off }) => off)),
      },
      // The ratio of each pair: other work on the machine affects both sides.
      {
        name: `${clients} clients: traced, of untraced`, unit: '', value: median(rounds.map(({ on, off }) => on / off)),
        goal: { of: 'value', atMost: 1.15 }, note: rounds.map(({ on, off }) => (on / off).toFixed(2)).join(', '),
      },
    ]
  } finally {
    for (const end of endings) await end()
  }
}
