// Saves what a route answers as a file: a link could not send the key.
import { ApiError, send } from '../api.ts'

/** An error at the end of an export is shorter. */
const maxErrorBytes = 4000

/** Throws an ApiError, also when lines of JSON end with one that says that they broke off. */
export async function download (path: string, query: Record<string, string | undefined>, name: string): Promise<void> {
  const blob = await (await send(path, { query })).blob()
  if (name.endsWith('.jsonl')) await checkEnd(blob)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

async function checkEnd (blob: Blob): Promise<void> {
  const last = (await blob.slice(-maxErrorBytes).text()).trimEnd().split('\n').at(-1)!
  let line: { type?: string, code?: string, message?: string }
  try {
    line = JSON.parse(last)
  } catch {
    // A long line was cut, or there is none.
    return
  }
  if (line.type !== 'error') return
  throw new ApiError(line.code ?? 'UNKNOWN', `The export broke off, and nothing was saved. ${line.message ?? ''}`.trimEnd(), 0, true)
}
