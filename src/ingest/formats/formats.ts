// The table of file formats. To add one, write its reader beside this file and add an entry here.
import type { ReadDocument } from '../../documents/content.ts'
import type { FieldMapping } from '../../types.ts'
import { isLog, looksLikeCsv, looksLikeHtml, looksLikeJson, looksLikeMarkdown, mayBeCsv, mayBeHtml, isXml } from './text-forms.ts'
import { isTranscript } from './transcript.ts'

export interface FileInfo {
  /** Its extension decides when the content is ambiguous. Without folders and extension it is the title of a document that has none. */
  name: string
  /** The media type that the client sent. */
  type?: string
  /** Maps the columns of rows and the keys of items; guessed when absent. */
  mapping?: FieldMapping
}

export interface ReadLimits {
  maxPages: number
  /** The most bytes of text in an archive. */
  maxUnpackedBytes: number
}

/** A file to read: its bytes, the title for documents that have none, and further information about it. */
export interface OpenFile { bytes: Uint8Array, title: string, info: FileInfo, limits: ReadLimits }

type Documents = AsyncIterable<ReadDocument> | ReadDocument[]

/** A file format: binary with `magic` or `inZip`, else text. */
export interface Format {
  /** File extensions, without the dot, separated by spaces. */
  extensions: string
  mediaTypes?: string[]
  /** Recognises a binary file by its first bytes, one character per byte. */
  magic?: (head: string) => boolean
  /** Recognises an archive by the name of a file inside. */
  inZip?: RegExp
  /** Recognises a text, whatever its name. */
  isSure?: (sample: string) => boolean
  /** Checks that the content fits the name; otherwise the file is plain text. */
  mayBe?: (sample: string) => boolean
  /** Recognises a text by its content, when its name and media type say nothing. */
  looksLike?: (sample: string) => boolean
  /** Reads a file. Loads the library that it needs with the first file of the format. */
  read: (file: OpenFile) => Promise<Documents>
}

const code = 'ts tsx js jsx mjs cjs py rb go rs java kt c h cpp hpp cs php swift scala sh bash ps1 sql yaml yml toml ini cfg conf css ' +
  'scss xml tex r lua pl vue svelte'

/** All formats, in the order in which they are tried on a text. */
export const formats = {
  pdf: {
    extensions: 'pdf', magic: head => /^[^<{[]{0,200}%PDF-\d/.test(head),
    read: async ({ bytes, title, limits }) => [await (await import('./pdf.ts')).readPdf(bytes, title, limits.maxPages)],
  },
  docx: {
    extensions: 'docx docm', inZip: /^word\/document\d*\.xml$/,
    read: async ({ bytes, title, limits }) => [await (await import('./docx.ts')).readDocx(bytes, title, limits.maxUnpackedBytes)],
  },
  code: {
    extensions: code, isSure: isXml,
    read: async ({ bytes, info }) => [(await import('./plain.ts')).readCode(bytes, info.name)],
  },
  html: {
    extensions: 'html htm xhtml', mediaTypes: ['text/html', 'application/xhtml+xml'], isSure: looksLikeHtml, mayBe: mayBeHtml,
    read: async ({ bytes, title }) => [(await import('./html.ts')).readHtml(bytes, title)],
  },
  json: {
    extensions: 'json jsonl ndjson', mediaTypes: ['application/json', 'application/x-ndjson', 'application/jsonl'],
    looksLike: looksLikeJson,
    read: async ({ bytes, title, info }) => (await import('./json.ts')).readJson(bytes, title, { ...info, lines: hasLines(info) }),
  },
  transcript: {
    extensions: 'vtt', mediaTypes: ['text/vtt'], isSure: isTranscript,
    read: async ({ bytes, title }) => [(await import('./transcript.ts')).readTranscript(bytes, title)],
  },
  log: {
    extensions: 'log', isSure: isLog,
    read: async ({ bytes, title }) => [(await import('./plain.ts')).readLog(bytes, title)],
  },
  csv: {
    extensions: 'csv tsv tab', mediaTypes: ['text/csv', 'text/tab-separated-values'], mayBe: mayBeCsv, looksLike: looksLikeCsv,
    read: async ({ bytes, title, info }) => (await import('./csv.ts')).readCsv(bytes, title, info.mapping),
  },
  markdown: {
    extensions: 'md markdown mdx', mediaTypes: ['text/markdown'], looksLike: looksLikeMarkdown,
    read: async ({ bytes, title }) => [(await import('./markdown.ts')).readMarkdown(bytes, title)],
  },
  text: {
    extensions: 'txt text',
    read: async ({ bytes, title }) => [(await import('./plain.ts')).readText(bytes, title)],
  },
} satisfies Record<string, Format>

export type FormatName = keyof typeof formats

function hasLines ({ name, type = '' }: FileInfo): boolean {
  return /\.(ndjson|jsonl)$/i.test(name) || /ndjson|jsonl|json-seq/i.test(type)
}
