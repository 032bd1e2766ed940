// Reads a file of any known kind.
import type { ReadDocument, Section } from '../../documents/content.ts'
import { detect } from './detect.ts'
import { formats, type FileInfo, type Format, type OpenFile, type ReadLimits } from './formats.ts'
import { isRejection, rejected } from './rejection.ts'
import { maxSectionChars, splitLongSection } from './long-sections.ts'

/** The most files inside one another, as in a forwarded e-mail. */
const maxDepth = 4

/** Yields the documents of a file as they are read; a long section becomes several. Throws FILE_REJECTED with its reason. */
export async function * readFile (bytes: Uint8Array, info: FileInfo, limits: ReadLimits, depth = 1): AsyncGenerator<ReadDocument> {
  if (depth > maxDepth) throw rejected('too deep', `there are more than ${maxDepth} files inside one another`)
  let isEmpty = true
  try {
    const { read }: Format = formats[detect(bytes, info)]
    const title = info.name.replace(/^.*[/\\]/, '').replace(/(?<=.)\.\w{1,8}$/, '')
    const inside: OpenFile['inside'] = (file, about) => readFile(file, { ...info, ...about }, limits, depth + 1)
    for await (const some of await read({ bytes, title, info, limits, inside })) {
      for (const document of Array.isArray(some) ? some : [some]) {
        const whole = inParts(document)
        if (whole.sections.length === 0 && document.fields.length === 0 && document.id === '') continue
        isEmpty = false
        yield whole
      }
    }
  } catch (error) {
    throw toRejection(error)
  }
  if (isEmpty) throw rejected('empty', 'it has no text')
}

/** Returns a document without empty sections, and with long ones divided. */
function inParts (document: ReadDocument): ReadDocument {
  if (document.rejected !== undefined || document.sections.every(isReady)) return document
  return { ...document, sections: document.sections.filter(({ text }) => text.trim() !== '').flatMap(splitLongSection) }
}

function isReady ({ text }: Section): boolean {
  return text.length <= maxSectionChars && text.trim() !== ''
}

/** Turns a library's error into a rejection. A stack overflow means that something is nested too deep. */
function toRejection (error: unknown): unknown {
  if (isRejection(error)) return error
  if (error instanceof RangeError && /call stack/i.test(error.message)) return rejected('too deep')
  return rejected('broken', undefined, error)
}
