// A client that uploads documents, waits for them and asks about them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { File } from './knowledge-corpus.ts'
import type { Child } from './processes.ts'

const filesOfAnUpload = 100
const pollMs = 100

export interface Task {
  id: string
  status: string
  written: number
  unchanged: number
  chunks: number
  tokens: number
  rejected: number
  error: unknown
}

/** Sends the files, a hundred per request, and waits until they can be searched. */
export async function put ({ port }: Child, company: string, files: File[]): Promise<Task> {
  const url = `http://127.0.0.1:${port}`
  const sum = { tokens: 0, chunks: 0, rejected: 0 }
  const ids: string[] = []
  for (let i = 0; i < files.length; i += filesOfAnUpload) {
    const form = new FormData()
    for (const { name, text } of files.slice(i, i + filesOfAnUpload)) form.append('file', new Blob([text]), name.replaceAll('/', '~'))
    const response = await fetch(`${url}/v1/indexes/docs/documents?company_id=${company}`, { method: 'PUT', body: form })
    assert.equal(response.status, 202, await response.clone().text())
    ids.push((await response.json() as { task: Task }).task.id)
  }
  let last: Task | undefined
  for (const id of ids) {
    last = await (await fetch(`${url}/v1/tasks/${id}?company_id=${company}&wait=60`)).json() as Task
    assert.equal(last.status, 'done', JSON.stringify(last))
    for (const key of ['tokens', 'chunks', 'rejected'] as const) sum[key] += last[key]
  }
  return { ...last!, ...sum }
}

export interface Answered { firstMs: number, searchMs: number, sources: number }

let asked = 0

/**
 * Asks a question and reads the answer to its end.
 * @param n makes the question different from the previous ones
 */
export async function ask ({ port }: Child, company: string, question: string, n = ++asked): Promise<Answered> {
  const began = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/chat`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ company_id: company, user_id: 'bench', message: question, max_tokens: 1000 + n }),
  })
  let firstMs = 0
  let body = ''
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    body += part
    if (firstMs === 0 && body.includes('event: delta')) firstMs = performance.now() - began
  }
  const finish = JSON.parse(/event: finish\nid: \S+\ndata: (.*)/.exec(body)?.[1] ?? '{}')
  assert.ok(finish.degraded === false, body)
  return {
    firstMs, searchMs: finish.timings_ms.search,
    sources: JSON.parse(/event: sources\nid: \S+\ndata: (.*)/.exec(body)![1]!).sources.length,
  }
}

export async function askAll (server: Child, company: string, questions: string[]): Promise<Answered[]> {
  const answers: Answered[] = []
  for (const question of questions) answers.push(await ask(server, company, question))
  return answers
}

/** Waits until all chunks of a company have their vectors. */
export async function untilEmbedded ({ port }: Child, company: string): Promise<void> {
  for (;;) {
    const { embedded } = (await (await fetch(`http://127.0.0.1:${port}/v1/knowledge/stats?company_id=${company}`)).json()) as {
      embedded: number
    }
    if (embedded === 1) return
    await delay(pollMs)
  }
}

/** Sends a file by node:http: fetch takes longer to send 50 MB than the service takes to receive them. */
export async function upload (port: number, path: string, body: Buffer): Promise<{ task: Task }> {
  const sending = request({ host: '127.0.0.1', port, path, method: 'PUT', headers: { 'content-length': body.length } })
  sending.end(body)
  const [response] = await once(sending, 'response') as [IncomingMessage]
  return await json(response) as { task: Task }
}
