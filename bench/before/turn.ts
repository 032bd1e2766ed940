// Asks a question of either service, and tells when its first token and its end came.
import assert from 'node:assert/strict'
import { tokens } from './old.ts'

/** Milliseconds. */
export interface Turn { firstMs: number, wholeMs: number }

export interface Asking { first: Promise<number>, turn: Promise<Turn> }

/** Begins to ask. The answer must have every token of the scripted model, unless it was asked for fewer. */
export function ask (port: number, path: string, body: { maxTokens?: number, max_tokens?: number } | Record<string, unknown>): Asking {
  const { promise: first, resolve, reject } = Promise.withResolvers<number>()
  const turn = (async (): Promise<Turn> => {
    const began = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    })
    let firstMs = NaN
    let text = ''
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part
      if (!Number.isNaN(firstMs) || !text.includes('"Word')) continue
      firstMs = performance.now() - began
      resolve(firstMs)
    }
    assert.equal(response.status, 200, text)
    assert.ok(firstMs > 0, text)
    if (Number(body.maxTokens ?? body.max_tokens ?? tokens) >= tokens) assert.equal(text.match(/ word\d+/g)?.length, tokens - 1, text)
    return { firstMs, wholeMs: performance.now() - began }
  })()
  turn.catch(reject)
  first.catch(() => {})
  return { first, turn }
}
