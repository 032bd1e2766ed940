// Prints the final report of `causerie ingest`, and the report of a dry run.
import { counted, failureText, printable, sizeText } from './action.ts'
import type { Selection } from './ingest-files.ts'
import { readIndex } from './ingest-mapping.ts'
import { openPreview, writePreview, writeSummary, type Preview } from './ingest-preview.ts'
import type { IngestResult } from './ingest-upload.ts'
import type { IngestOptions } from './ingest-options.ts'
import type { Rejection } from './file-sync.ts'
import type { CommandIo } from './command-io.ts'

const shownRejections = 20
const shownPaths = 3

/** Prints the files that would be sent, and what they would become. @returns the exit code */
export async function showSelection (
  io: CommandIo,
  { files, leftOut }: Selection,
  options: IngestOptions,
  signal: AbortSignal
): Promise<number> {
  const { json, company, index, show } = options
  const { stdout, stderr, env } = io
  const supported = files.filter(({ unsupported }) => unsupported === undefined)
  const bytes = supported.reduce((sum, { size }) => sum + size, 0)
  if (!json) {
    for (const { name, size, unsupported } of files) {
      stdout.write(`${printable(name)}\t${sizeText(size)}${unsupported === undefined ? '' : `\tnot supported: ${unsupported}`}\n`)
    }
  }
  const previews = new Map<string, Preview>()
  const { reading, guessed } = await readIndex(io, options, supported.map(({ name }) => name), signal)
  if (guessed !== '') stderr.write(`${printable(`How "${index}" names its columns is guessed: ${guessed}.`)}\n`)
  const reader = openPreview(env, reading)
  try {
    for (const file of supported) {
      const preview = await reader.preview(file, signal)
      if (json) previews.set(file.name, show ? preview : { ...preview, documents: [] })
      else (show ? writePreview : writeSummary)(io, file.name, preview)
    }
  } finally {
    await reader.close()
  }
  if (json) {
    const listed = files.map(({ path, name, size, unsupported }) => {
      const { documents = [], total = 0, chunks = 0, tokens = 0, pages = null, warnings = [], rejected = [] } = previews.get(name) ?? {}
      const counts = { documents: total, chunks, tokens, pages, warnings, rejected }
      return { name, path, bytes: size, unsupported: unsupported ?? null, ...counts, ...(show ? { shown: documents } : {}) }
    })
    stdout.write(`${JSON.stringify({
      company, index, dry_run: true, mapping: reading.mapping ?? null, files: listed, left_out: leftOut,
    })}\n`)
  }
  const refused = files.length - supported.length
  stderr.write(
    `${counted(supported.length, 'file')}, ${sizeText(bytes)}, would be sent${refused > 0 ? `; ${refused} not supported` : ''}\n`
  )
  showLeftOut(stderr, leftOut)
  return 0
}

/** Prints what was ingested and what was rejected. @returns the exit code */
export function reportIngest ({ stdout, stderr }: CommandIo, result: IngestResult, { json, company, index }: IngestOptions): number {
  const { files, sent, known, documents, rejected, rejections, warnings, leftOut, seconds, stopped } = result
  if (json) {
    const counts = { files, sent, known, ...documents, rejected }
    const report = { company, index, ...counts, rejections, warnings, left_out: leftOut, seconds, stopped: stopped?.message ?? null }
    stdout.write(`${JSON.stringify(report)}\n`)
  } else {
    const { written, unchanged, removed, evicted, chunks, tokens } = documents
    const counts = [`${counted(written, 'document')} written`, `${unchanged} unchanged`]
    if (removed > 0) counts.push(`${removed} removed`)
    if (evicted > 0) counts.push(`${evicted} removed to make room`)
    if (rejected > 0) counts.push(`${rejected} rejected`)
    const progress = `${counted(sent + known, 'file')} of ${files}${known > 0 ? ` (${known} known already)` : ''}`
    const size = `${counted(chunks, 'chunk')}, ${counted(tokens, 'token')} in ${seconds.toFixed(1)} s`
    stdout.write(`${company} ${index}: ${progress}: ${counts.join(', ')}; ${size}\n`)
    for (const rejection of rejections.slice(0, shownRejections)) stderr.write(`  ${rejectionText(rejection)}\n`)
    if (rejected > shownRejections) {
      stderr.write(`  … and ${rejected - Math.min(rejections.length, shownRejections)} more (--json has them)\n`)
    }
    for (const { file, document, message } of warnings.slice(0, shownRejections)) {
      stderr.write(`  ${printable(`${file}${document ? `, ${document}` : ''}: warning: ${message}`)}\n`)
    }
    if (warnings.length > shownRejections) stderr.write(`  … and ${warnings.length - shownRejections} more warnings (--json has them)\n`)
  }
  showLeftOut(stderr, leftOut)
  if (stopped) stderr.write(`${failureText(stopped)}\n`)
  return stopped || rejected > 0 || leftOut.some(isFailure) ? 1 : 0
}

/** Formats a rejection as one line. */
export function rejectionText ({ file, document, code, message }: Rejection): string {
  return printable(`${file}${document === undefined ? '' : `, ${document}`}: ${message} (${code})`)
}

function showLeftOut (stderr: CommandIo['stderr'], leftOut: Selection['leftOut']): void {
  for (const [reason, group] of Map.groupBy(leftOut, ({ reason }) => reason)) {
    const names = group.slice(0, shownPaths).map(({ path }) => path).join(', ')
    stderr.write(
      `left out, ${printable(`${reason}: ${names}`)}${group.length > shownPaths ? ` and ${group.length - shownPaths} more` : ''}\n`
    )
  }
}

function isFailure ({ reason }: { reason: string }): boolean {
  return reason.startsWith('cannot be read')
}
