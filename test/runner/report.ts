// Words for what the tests did: a line per file, and failures in full.
import { stripVTControlCharacters } from 'node:util'

export interface FileResult {
  file: string
  /** False also when tap found fault with the file as a whole, such as a plan that was not met. */
  ok: boolean
  /** Assertions. */
  passed: number
  failed: number
  seconds: number
  /** Seconds of CPU, those of child processes included. */
  cpu: number
  failures: Array<{ name: string, diag: unknown }>
  skipped: Array<{ name: string, reason: string }>
}

/** Makes the result of a file that its process did not get through. */
export function failedFile (file: string, message: string, output = ''): FileResult {
  return {
    file, ok: false, passed: 0, failed: 1, seconds: 0, cpu: 0,
    failures: [{ name: message, diag: output === '' ? null : { output } }], skipped: [],
  }
}

/** Writes a line for the file, followed by what failed and what was skipped. */
export function describeFile ({ file, ok, passed, failed, seconds, cpu, failures, skipped }: FileResult): string {
  const counts = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`
  const time = `(${cpu.toFixed(1)})`
  return [
    `${ok ? 'ok    ' : 'FAILED'} ${file.padEnd(52)} ${`${seconds.toFixed(1)} s`.padStart(8)} ${time.padStart(7)}  ${counts}`,
    ...skipped.map(({ name, reason }) => `    skipped: ${withoutRoot(name, file)}: ${reason}`),
    ...failures.map(({ name, diag }) => `\n    ${withoutRoot(name, file)}\n${indent(describe(diag), '      ')}\n`),
  ].map(printable).join('\n')
}

/** tap puts its own name and that of the file before every test's. */
const withoutRoot = (name: string, file: string) => name.replace(`TAP > ${file} > `, '')

/** Writes what tap found out about a failure, texts of several lines as they are. */
function describe (diag: unknown): string {
  if (diag === null || typeof diag !== 'object') return ''
  return Object.entries(diag).map(([key, value]) => {
    if (typeof value !== 'string') return `${key}: ${JSON.stringify(value)}`
    const text = value.trimEnd()
    return text.includes('\n') ? `${key}:\n${indent(text, '  ')}` : `${key}: ${text}`
  }).join('\n')
}

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by)

// eslint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacters = /[\0-\x09\x0b-\x1f\x7f-\x9f]/g

/** Texts under test hold escape sequences and NUL, which would confuse a terminal and make `grep` call a log binary. */
const printable = (text: string) =>
  stripVTControlCharacters(text)
    .replace(controlCharacters, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
