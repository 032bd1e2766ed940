// Opens a model whose word vectors stay in their file: the rows of a batch's tokens are read when they are needed.

import { closeSync, openSync, readSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { takeOutWords, type WordTable } from './onnx-words.ts'

/** A graph that is larger has its weights in it. */
const mostGraphBytes = 16_000_000

export interface OpenSession {
  session: InferenceSession
  /** The input that takes the vectors of a batch's tokens, if they are not in the session. */
  words?: { input: string, read (ids: BigInt64Array, dims: readonly number[]): Tensor }
  release (): Promise<void>
}

/**
 * Opens a model. The runtime maps a model's weights into memory; half to nine tenths of those of small models are the vectors of
 * words, of which a service meets few, but the system maps sixteen pages for each that it meets.
 */
export async function openSession (path: string, options: InferenceSession.SessionOptions): Promise<OpenSession> {
  return await openWithoutWords(path, options).catch(() => null) ?? openWhole(path, options)
}

async function openWhole (path: string, options: InferenceSession.SessionOptions): Promise<OpenSession> {
  const session = await InferenceSession.create(path, options)
  return { session, release: () => session.release() }
}

/** Returns null when the model's word vectors are not in a file of their own. Throws when the runtime does not take it so. */
async function openWithoutWords (path: string, options: InferenceSession.SessionOptions): Promise<OpenSession | null> {
  if ((await stat(path)).size > mostGraphBytes) return null
  const parted = takeOutWords(await readFile(path))
  if (!parted) return null
  const folder = dirname(path)
  const words = openRows(join(folder, parted.table.file), parted.table)
  try {
    const extra = options.extra as { session: object }
    const session = await InferenceSession.create(parted.model, {
      ...options, extra: { session: { ...extra.session, model_external_initializers_file_folder_path: folder } }
    })
    return {
      session,
      words: { input: parted.table.input, read: words.read },
      release () {
        words.close()
        return session.release()
      }
    }
  } catch (error) {
    words.close()
    throw error
  }
}

function openRows (file: string, { type, rows, width, offset }: WordTable) {
  const descriptor = openSync(file, 'r')
  return {
    read (ids: BigInt64Array, dims: readonly number[]): Tensor {
      const values = type === 'float32' ? new Float32Array(ids.length * width) : new Int8Array(ids.length * width)
      const bytes = new Uint8Array(values.buffer)
      const rowBytes = bytes.length / ids.length
      for (const [i, id] of ids.entries()) {
        const row = Number(id)
        const isWhole = row >= 0 && row < rows &&
          readSync(descriptor, bytes, i * rowBytes, rowBytes, offset + row * rowBytes) === rowBytes
        if (!isWhole) throw new Error(`The model has no vector of token ${row}.`)
      }
      return new Tensor(type, values as Float32Array, [...dims, width])
    },
    close: () => closeSync(descriptor)
  }
}
