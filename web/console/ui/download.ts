// Saves what a route answers as a file: a link could not send the key.
import { send } from '../api.ts'

/** Throws an ApiError. */
export async function download (path: string, query: Record<string, string | undefined>, name: string): Promise<void> {
  const blob = await (await send(path, { query })).blob()
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
