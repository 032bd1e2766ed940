// Flood: one company asks and uploads as much as it can; another one asks now and then, and uploads a sentence.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { openClient, post } from './client.ts'
import { median, quantile, type Figure } from './figures.ts'
import { fresh, startStack, type Asked, type Options, type Stack } from './stack.ts'

/** How much the flooding company does at once. */
const flood = { users: 600, resumable: 5000, slowFiles: 1000, drips: 10 }
/** An answer of the scripted model: thirty tokens in fifteen packets, one every 40 ms. */
const answer = { tokens: 30, writes: 15, delayMs: 40 }
const quietPauseMs = 100
const uploadGoalMs = 10_000

export async function floodBench (options: Options): Promise<Figure[]> {
  const stack = await startStack(options, { llm: answer, warm: false, more: { LOG_LEVEL: 'silent' } })
  const companies = Map.groupBy(stack.questions, ({ company_id: id }) => id)
  const [loud, quiet] = [...companies.values()].sort((a, b) => b.length - a.length)
  const seconds = options.quick ? 8 : 20
  const stop = new AbortController()
  try {
    const alone = await askQuietly(stack, quiet!, seconds)
    const uploadAlone = await uploadSentence(stack.server.port, quiet![0]!.company_id, 'alone')
    const flooding = startFlood(stack, loud!, stop.signal)
    await sleep(3000)
    const [beside, upload] = await Promise.all([
      askQuietly(stack, quiet!, seconds), uploadSentence(stack.server.port, quiet![0]!.company_id, 'beside'),
    ])
    stop.abort()
    const { answered, refused } = await flooding
    const goal = 2 * quantile(alone, 0.95) + 200
    return [
      {
        name: 'first token of the quiet company alone, p95', value: quantile(alone, 0.95), unit: 'ms',
        note: `p50 ${median(alone).toFixed(0)}`,
      },
      {
        name: 'beside the flood, p95', value: quantile(beside, 0.95), unit: 'ms', goal: { of: 'value', atMost: Math.round(goal) },
        note: `p50 ${median(beside).toFixed(0)}, ${beside.length} questions; the flood got ${answered} answers and ${refused} refusals`,
      },
      { name: 'its upload alone', value: uploadAlone, unit: 'ms' },
      { name: 'its upload beside the flood', value: upload, unit: 'ms', goal: { of: 'value', atMost: uploadGoalMs } },
    ]
  } finally {
    stop.abort()
    await stack.stop()
  }
}

/** Asks new questions one after the other, with pauses, and returns the times of their first tokens in ms. */
async function askQuietly (stack: Stack, questions: Asked[], seconds: number): Promise<number[]> {
  const next = fresh({ questions }, stack.server.port)
  const client = await openClient(stack.server.port, 'event: delta')
  const first: number[] = []
  try {
    for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(quietPauseMs)) {
      const { firstMs, body } = await client.ask(next())
      if (Number.isNaN(firstMs)) throw new Error(`the quiet company got no answer: ${body.toString().slice(-300)}`)
      first.push(firstMs)
    }
  } finally {
    client.close()
  }
  return first
}

/** Returns how long it takes until an uploaded sentence can be found, in ms. */
async function uploadSentence (port: number, company: string, name: string): Promise<number> {
  const began = performance.now()
  const url = `http://127.0.0.1:${port}/v1`
  const response = await fetch(`${url}/indexes/pages/documents?company_id=${company}&name=${name}.txt`, {
    method: 'PUT', body: 'One sentence.',
  })
  const { task } = await response.json() as { task: { id: string } }
  const ended = await (await fetch(`${url}/tasks/${task.id}?company_id=${company}&wait=60`)).json() as { status: string }
  if (ended.status !== 'done') throw new Error(`the quiet company's upload: ${JSON.stringify(ended)}`)
  return performance.now() - began
}

async function startFlood (stack: Stack, questions: Asked[], signal: AbortSignal): Promise<{ answered: number, refused: number }> {
  const { port } = stack.server
  const counts = { answered: 0, refused: 0 }
  const next = fresh({ questions }, port)
  const users = Array.from({ length: flood.users }, async () => {
    while (!signal.aborted) {
      const client = await openClient(port, 'event: delta').catch(() => null)
      if (!client) return
      signal.addEventListener('abort', client.close, { once: true })
      try {
        while (!signal.aborted) {
          const { firstMs } = await client.ask(next())
          if (Number.isNaN(firstMs)) counts.refused++
          else counts.answered++
        }
      } catch {
        if (!signal.aborted) counts.refused++
      } finally {
        signal.removeEventListener('abort', client.close)
        client.close()
      }
      await sleep(50)
    }
  })
  const company = questions[0]!.company_id
  await Promise.all([
    ...users, leaveResumable(port, questions, signal), uploadSlowFiles(port, company, signal), drip(port, company, signal),
  ])
  return counts
}

/** Asks for resumable answers and leaves at once, as often as there are places. */
async function leaveResumable (port: number, questions: Asked[], signal: AbortSignal): Promise<void> {
  for (let n = 0; n < flood.resumable && !signal.aborted; n += 50) {
    await Promise.all(Array.from({ length: 50 }, async (_, i) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      socket.write(post(port, '/chat', { ...questions[i % questions.length]!, resumable: true, max_tokens: 500_000 + n + i }))
      await new Promise(resolve => socket.once('data', resolve).once('close', resolve))
      socket.destroy()
    }))
  }
}

/** Uploads a thousand files in one request, each of which keeps a Markdown parser busy for a while. */
async function uploadSlowFiles (port: number, company: string, signal: AbortSignal): Promise<void> {
  const form = new FormData()
  for (let n = 0; n < flood.slowFiles; n++) form.append('file', new Blob([`${n} ${'*a_'.repeat(4000)}`]), `slow ${n}.md`)
  const url = `http://127.0.0.1:${port}/v1/indexes/pages/documents?company_id=${company}`
  await fetch(url, { method: 'PUT', body: form, signal }).then(response => response.text()).catch(() => {})
}

/** Sends uploads that never end, byte by byte. */
async function drip (port: number, company: string, signal: AbortSignal): Promise<void> {
  const sockets = Array.from({ length: flood.drips }, (_, n): Socket => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.write(
      `PUT /v1/indexes/pages/documents?company_id=${company}&name=drip${n}.txt HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
      'Content-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n'
    )
    return socket
  })
  while (!signal.aborted) {
    for (const socket of sockets) socket.write('x')
    await sleep(100, undefined, { signal }).catch(() => {})
  }
  for (const socket of sockets) socket.destroy()
}
