// Shows what files would become, before anything is sent: titles, facts, chunks, pages, warnings. Reads them as the service does.
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { loadConfig } from '../src/config.ts'
import type { CutDocument } from '../src/ingest/cut.ts'
import { createReaderPool, type ReaderPool } from '../src/ingest/reader-pool.ts'
import { factLine, headingPath } from '../src/language/passage-lines.ts'
import { findTokenizerFile } from '../src/embed/model-variants.ts'
import { counted, failureText, printable } from './action.ts'
import type { CommandIo } from './command-io.ts'
import type { SelectedFile } from './ingest-files.ts'
import type { IndexReading } from './ingest-mapping.ts'

export interface PreviewDocument {
  id: string
  title: string
  url: string
  fields: [label: string, value: string][]
  chunks: { n: number, text: string, heading: string, page: number | null, tokens: number }[]
  warnings: string[]
}

export interface Preview {
  /** The documents of the file, the first ones only. */
  documents: PreviewDocument[]
  /** How many there are in all, and what they hold together. */
  total: number
  chunks: number
  tokens: number
  /** The first and the last page; null without pages. */
  pages: [first: number, last: number] | null
  warnings: string[]
  /** Why items were rejected, or the whole file. */
  rejected: string[]
}

export interface PreviewReader {
  preview (file: SelectedFile, signal: AbortSignal): Promise<Preview>
  close (): Promise<void>
}

/** The most documents of a file that are shown, and the most warnings. */
const maxShown = 20

/**
 * Opens a reader of files like the service's own, with the same limits. The caller closes it.
 * @param reading how the index reads tables; its mapping is guessed when absent
 */
export function openPreview (env: NodeJS.ProcessEnv, reading: IndexReading = {}): PreviewReader {
  const config = loadConfig(env)
  const tokenizer = findTokenizerFile(config.MODELS_DIR, config.EMBEDDING_MODELS.split(',')[0]!.trim(), config.EMBEDDING_SCRIPTS)
  const pool: ReaderPool = createReaderPool({
    timeoutMs: config.FILE_TIMEOUT_SECONDS * 1000, memoryMb: config.FILE_MEMORY_MB, maxBytes: config.MAX_FILE_BYTES,
    maxPages: config.FILE_MAX_PAGES,
    tokenizer: async () => tokenizer === undefined ? null : readFile(tokenizer, 'utf8').catch(() => null),
  })
  const cut = { maxTokens: config.CHUNK_TOKENS, overlapTokens: config.CHUNK_OVERLAP_TOKENS }
  return {
    async preview ({ path, name }, signal) {
      const found: Preview = { documents: [], total: 0, chunks: 0, tokens: 0, pages: null, warnings: [], rejected: [] }
      try {
        for await (const batch of pool.cutMany(createReadStream(path), { name, ...reading }, cut, signal)) {
          for (const document of batch) addDocument(found, document)
        }
      } catch (error) {
        signal.throwIfAborted()
        found.rejected.push(failureText(error))
      }
      return found
    },
    close: () => pool.close(),
  }
}

function addDocument (found: Preview, { id, title, url, fields, chunks, warnings = [], rejected }: CutDocument): void {
  const about = id === '' ? '' : `${id}: `
  if (rejected !== undefined) {
    if (found.rejected.length < maxShown) found.rejected.push(`${about}${rejected}`)
    return
  }
  found.total++
  found.chunks += chunks.length
  found.warnings.push(...warnings.slice(0, maxShown - found.warnings.length).map(warning => about + warning))
  for (const { page, tokens } of chunks) {
    found.tokens += tokens
    if (page !== undefined) found.pages = [Math.min(page, found.pages?.[0] ?? page), Math.max(page, found.pages?.[1] ?? page)]
  }
  if (found.documents.length >= maxShown) return
  found.documents.push({
    id, title, url, fields, warnings,
    chunks: chunks.map(({ n, text, headings, page = null, tokens }) => ({ n, text, heading: headingPath(headings), page, tokens })),
  })
}

/** Writes one line about what a file would become, and one for each warning and rejection. */
export function writeSummary ({ stdout }: CommandIo, name: string, preview: Preview): void {
  const { documents, total, chunks, tokens, pages, warnings, rejected } = preview
  const facts = documents.reduce((sum, { fields }) => sum + fields.length, 0)
  if (total > 0) {
    const parts = [
      total === 1 ? JSON.stringify(documents[0]!.title) : counted(total, 'document'), ...(total === 1 ? [counted(facts, 'fact')] : []),
      counted(chunks, 'chunk'), counted(tokens, 'token'),
      ...(pages === null ? [] : [pages[0] === pages[1] ? `page ${pages[0]}` : `pages ${pages[0]} to ${pages[1]}`]),
    ]
    stdout.write(`${printable(`${name}: ${parts.join(', ')}`)}\n`)
  }
  for (const warning of warnings) stdout.write(`${printable(`${name}: warning: ${warning}`)}\n`)
  for (const reason of rejected) stdout.write(`${printable(`${name}: rejected: ${reason}`)}\n`)
}

/** Writes all that a file would become. */
export function writePreview (io: CommandIo, name: string, preview: Preview): void {
  writeSummary(io, name, preview)
  const write = (indent: string, text: string) => {
    for (const line of text.split('\n')) io.stdout.write(`${indent}${printable(line)}\n`)
  }
  for (const { id, title, url, fields, chunks } of preview.documents) {
    if (id !== '') write('  ', `${name}/${id}: ${title}`)
    if (url !== '') write('  ', url)
    for (const field of fields) write('  ', factLine(field))
    for (const { n, text, heading, page, tokens } of chunks) {
      if (text === '') continue
      const place = [`[${n}]`, ...(page === null ? [] : [`page ${page}`]), ...(heading === '' ? [] : [heading])]
      write('  ', `${place.join(' ')} (${counted(tokens, 'token')})`)
      write('      ', text)
    }
  }
  if (preview.total > preview.documents.length) write('  ', `… and ${counted(preview.total - preview.documents.length, 'more document')}`)
}
