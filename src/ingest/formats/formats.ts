// The table of file formats. To add one, write its reader beside this file and add an entry here.
import type { ReadDocument } from '../../documents/content.ts'
import type { OpenFile } from './open-file.ts'
import {
  isEmail, isLog, looksLikeCsv, looksLikeHtml, looksLikeJson, looksLikeMarkdown, mayBeCsv, mayBeEmail, mayBeHtml,
  isXml
} from './text-forms.ts'
import type { SheetLine, SheetReport } from './sheets.ts'
import { isTranscript } from './transcript.ts'

export type { FileInfo, OpenFile, ReadLimits } from './open-file.ts'

/** The documents of a file; those that are read together in batches. */
type Documents = AsyncIterable<ReadDocument | ReadDocument[]> | ReadDocument[]

/** A file format: binary with `magic` or `inZip`, else text. */
export interface Format {
  /** File extensions, without the dot, separated by spaces. */
  extensions: string
  mediaTypes?: string[]
  /** Recognises a binary file by its first bytes, one character per byte. */
  magic?: (head: string) => boolean
  /** Recognises an archive by the name of a file inside, or by the media type that the file `mimetype` in it gives. */
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
    read: async ({ bytes, title, info, limits }) =>
      [await (await import('./pdf.ts')).readPdf(bytes, title, limits.maxPages, info.recognised)],
  },
  docx: {
    extensions: 'docx docm', inZip: /^word\/document\d*\.xml$/,
    read: async ({ bytes, title, limits }) => [await (await import('./docx.ts')).readDocx(bytes, title, limits.maxUnpackedBytes)],
  },
  odt: {
    extensions: 'odt ott odp', inZip: /^application\/vnd\.oasis\.opendocument\.(text|presentation)/,
    read: async ({ bytes, title, limits }) => [(await import('./odt.ts')).readOdt(bytes, title, limits.maxUnpackedBytes)],
  },
  pptx: {
    extensions: 'pptx pptm ppsx potx', inZip: /^ppt\/presentation\d*\.xml$/i,
    read: async ({ bytes, title, limits: { maxUnpackedBytes: maxBytes, maxPages } }) =>
      [(await import('./pptx.ts')).readPptx(bytes, title, { maxBytes, maxPages })],
  },
  epub: {
    extensions: 'epub', inZip: /^(application\/epub\+zip|META-INF\/container\.xml)$/,
    read: async ({ bytes, title, limits }) => [(await import('./epub.ts')).readEpub(bytes, title, limits.maxUnpackedBytes)],
  },
  rtf: {
    extensions: 'rtf', magic: head => head.startsWith('{\\rtf'),
    read: async ({ bytes, title }) => [(await import('./rtf.ts')).readRtf(bytes, title)],
  },
  xlsx: {
    extensions: 'xlsx xlsm xltx', inZip: /^xl\/workbook\d*\.xml$/i,
    read: async file => {
      const { linesOfXlsx } = await import('./xlsx.ts')
      const report = { unsaved: 0 }
      return readWorkbook(file, linesOfXlsx(file.bytes, file.limits.maxUnpackedBytes, file.info.language ?? 'und', report), report)
    },
  },
  ods: {
    extensions: 'ods ots', inZip: /^application\/vnd\.oasis\.opendocument\.spreadsheet/,
    read: async file => readWorkbook(file, (await import('./ods.ts')).linesOfOds(file.bytes, file.limits.maxUnpackedBytes)),
  },
  eml: {
    extensions: 'eml', mediaTypes: ['message/rfc822'], isSure: isEmail, mayBe: mayBeEmail,
    read: async file => (await import('./eml.ts')).readEml(file),
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

async function readWorkbook (
  { title, info, limits }: OpenFile, lines: Iterable<SheetLine>, report: SheetReport = { unsaved: 0 }
): Promise<Documents> {
  const { readSheets } = await import('./sheets.ts')
  return readSheets(lines, { title, maxChars: limits.maxUnpackedBytes, report, ...(info.mapping ? { mapping: info.mapping } : {}) })
}

export type FormatName = keyof typeof formats

function hasLines ({ name, type = '' }: OpenFile['info']): boolean {
  return /\.(ndjson|jsonl)$/i.test(name) || /ndjson|jsonl|json-seq/i.test(type)
}
