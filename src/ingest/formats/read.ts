// Reads a file of any kind that is known.
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { bounded } from './bounded.ts'
import { detect } from './detect.ts'
import type { Format } from './detect.ts'
import { isRejection, rejected } from './rejection.ts'

export interface AboutFile {
  /** Its ending counts where the content leaves a doubt; without the folders it is in, it is the title where there is no other. */
  name: string
  /** The media type that a client gave. */
  type?: string
  /** How rows and items are read; guessed when absent. */
  mapping?: FieldMapping
}

export interface ReadLimits {
  maxPages: number
  /** Bytes of text in an archive. */
  maxUnpackedBytes: number
}

/** The documents of a file, as they are read; a long section is several. Throws FILE_REJECTED with its reason. */
export async function * readFile (bytes: Uint8Array, about: AboutFile, limits: ReadLimits): AsyncGenerator<ReadDocument> {
  let some = false
  try {
    for await (const document of await documentsOf(detect(bytes, about), bytes, about, limits)) {
      const sections = document.sections.filter(({ text }) => text.trim() !== '').flatMap(bounded)
      if (sections.length === 0 && document.fields.length === 0 && document.id === '') continue
      if (document.rejected !== undefined) {
        yield document
        continue
      }
      some = true
      yield { ...document, sections }
    }
  } catch (error) {
    throw toRejection(error)
  }
  if (!some) throw rejected('empty', 'it holds no text')
}

/** What the libraries throw; a stack that ran over was something too deep. */
function toRejection (error: unknown): unknown {
  if (isRejection(error)) return error
  if (error instanceof RangeError && /call stack/i.test(error.message)) return rejected('too deep')
  return rejected('broken', undefined, error)
}

/** Each library is loaded with the first file that needs it. */
async function documentsOf (format: Format, bytes: Uint8Array, about: AboutFile, limits: ReadLimits): Promise<AsyncIterable<ReadDocument> | ReadDocument[]> {
  const title = about.name.replace(/^.*[/\\]/, '').replace(/(?<=.)\.\w{1,8}$/, '')
  switch (format) {
    case 'pdf': return [await (await import('./pdf.ts')).readPdf(bytes, title, limits.maxPages)]
    case 'docx': return [await (await import('./docx.ts')).readDocx(bytes, title, limits.maxUnpackedBytes)]
    case 'html': return [(await import('./html.ts')).readHtml(bytes, title)]
    case 'markdown': return [(await import('./markdown.ts')).readMarkdown(bytes, title)]
    case 'csv': return (await import('./csv.ts')).readCsv(bytes, title, about.mapping)
    case 'json': return (await import('./json.ts')).readJson(bytes, title, { lines: isNdjson(about), ...(about.mapping ? { mapping: about.mapping } : {}) })
    case 'transcript': return [(await import('./transcript.ts')).readTranscript(bytes, title)]
    case 'log': return [(await import('./plain.ts')).readLog(bytes, title)]
    case 'code': return [(await import('./plain.ts')).readCode(bytes, about.name)]
    case 'text': return [(await import('./plain.ts')).readText(bytes, title)]
  }
}

function isNdjson ({ name, type = '' }: AboutFile): boolean {
  return /\.(ndjson|jsonl)$/i.test(name) || /ndjson|jsonl|json-seq/i.test(type)
}
