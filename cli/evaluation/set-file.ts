// Reads the file of a set, as people and spreadsheets write it.
import { readFile, stat } from 'node:fs/promises'
import { decodeText } from '../../src/ingest/formats/decode.ts'
import { UsageError, unreadable } from '../command-io.ts'

const maxBytes = 100_000_000

/** Returns the text of a file in any of the usual encodings. Throws UsageError for what is no file, or too large. */
export async function readText (path: string): Promise<string> {
  const found = await stat(path).catch(error => { throw unreadable(path, error) })
  if (!found.isFile()) throw new UsageError(`${path} is no file.`)
  if (found.size > maxBytes) throw new UsageError(`${path} has more than ${maxBytes / 1e6} MB.`)
  return decodeText(await readFile(path))
}
