// Replaces a file's content so that a crash leaves either the old content or the new one.
import { rename, writeFile } from 'node:fs/promises'

/**
 * Writes the text beside the file, readable by its owner alone, flushes it and renames it over the file. Not with
 * write-file-atomic: on a disk that fills up, its version 7 treats an incomplete write as a whole one. Throws the errors of
 * `writeFile` and `rename`.
 */
export async function replaceFile (path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { flush: true, mode: 0o600 })
  await rename(`${path}.new`, path)
}
