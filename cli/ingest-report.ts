// Prints the final report of `causerie ingest`, and the report of a dry run.
import { counted, failureText, printable, sizeText } from './action.ts'
import type { Selection } from './ingest-files.ts'
import type { IngestResult } from './ingest-upload.ts'
import type { IngestOptions } from './ingest-options.ts'
import type { Rejection } from './file-sync.ts'
import type { CommandIo } from './command-io.ts'

const shownRejections = 20
const shownPaths = 3

/** Prints the files that would be sent. @returns the exit code */
export function showSelection (
  { stdout, stderr }: CommandIo,
  { files, leftOut }: Selection,
  { json, company, index }: IngestOptions
): number {
  const refused = files.filter(({ unsupported }) => unsupported !== undefined).length
  const bytes = files.reduce((sum, { size, unsupported }) => (unsupported === undefined ? sum + size : sum), 0)
  if (json) {
    const listed = files.map(({ path, name, size, unsupported }) => ({ name, path, bytes: size, unsupported: unsupported ?? null }))
    stdout.write(`${JSON.stringify({ company, index, dry_run: true, files: listed, left_out: leftOut })}\n`)
  } else {
    for (const { name, size, unsupported } of files) {
      stdout.write(`${printable(name)}\t${sizeText(size)}${unsupported === undefined ? '' : `\tnot supported: ${unsupported}`}\n`)
    }
  }
  stderr.write(
    `${counted(files.length - refused, 'file')}, ${sizeText(bytes)}, would be sent${refused > 0 ? `; ${refused} not supported` : ''}\n`
  )
  showLeftOut(stderr, leftOut)
  return 0
}

/** Prints what was ingested and what was rejected. @returns the exit code */
export function reportIngest ({ stdout, stderr }: CommandIo, result: IngestResult, { json, company, index }: IngestOptions): number {
  const { files, sent, known, documents, rejected, rejections, leftOut, seconds, stopped } = result
  if (json) {
    const counts = { files, sent, known, ...documents, rejected }
    const report = { company, index, ...counts, rejections, left_out: leftOut, seconds, stopped: stopped?.message ?? null }
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
