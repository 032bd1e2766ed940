// Detects the format of a file: by its first bytes and its text, then by its name. A wrong extension is ignored.
import { decodeText } from './decode.ts'
import { formats, type FileInfo, type Format, type FormatName } from './formats.ts'
import { rejected } from './rejection.ts'
import { namesOf, openArchive } from './zip.ts'

const all = Object.entries(formats) as [FormatName, Format][]
const binaries = all.filter(([, { magic, inZip }]) => magic || inZip)
const texts = all.filter(([, { magic, inZip }]) => !magic && !inZip)
const byEnding = new Map(texts.flatMap(([name, { extensions }]) => extensions.split(' ').map(ending => [ending, name])))
const byMediaType = new Map(texts.flatMap(([name, { mediaTypes = [] }]) => mediaTypes.map(type => [type, name])))

const sampleBytes = 32_768

/** Detects the format of a file. Throws `unknown format`, `encrypted`, `empty` or `broken`. */
export function detect (bytes: Uint8Array, { name, type = '' }: FileInfo): FormatName {
  if (bytes.length === 0) throw rejected('empty')
  const binary = binaryFormat(bytes)
  if (binary) return binary
  const named = formatOfName(name) ?? byMediaType.get(type.split(';')[0]!.trim().toLowerCase())
  const sample = decodeText(bytes.subarray(0, sampleLength(bytes)))
  if (sample.trim() === '' && bytes.length <= sampleBytes) throw rejected('empty')
  if (isBinary(sample)) throw rejected('unknown format', 'it is neither text nor a kind of file that can be read')
  return textFormat(sample, named)
}

/** Returns the text format of a name's extension; undefined when the media type or the content decides. */
export function formatOfName (name: string): FormatName | undefined {
  return byEnding.get(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
}

function binaryFormat (bytes: Uint8Array): FormatName | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1')
  const found = binaries.find(([, { magic }]) => magic?.(head))?.[0]
  if (found) return found
  if (head.startsWith('PK\u0003\u0004')) return zipFormat(bytes)
  if (head.startsWith('PK\u0005\u0006')) throw rejected('empty')
  if (head.startsWith('\u00d0\u00cf\u0011\u00e0')) throw refuseOldOffice(bytes)
  return undefined
}

/** Detects the format of an archive. A document with macros is read like any other: they are never run. */
function zipFormat (bytes: Uint8Array): FormatName {
  const names = namesOf(bytes)
  const type = mediaTypeIn(bytes)
  const found = binaries.find(([, { inZip }]) => inZip && (inZip.test(type) || names.some(name => inZip.test(name))))?.[0]
  if (found) return found
  if (names.length === 0) throw rejected('broken', 'the archive has no table of contents')
  if (names.includes('xl/workbook.bin')) throw rejected('unknown format', 'binary workbooks are not read; save it as XLSX')
  throw rejected('unknown format', 'of archives, only Office documents and books are read')
}

/** Returns the media type that an archive gives of itself, as OpenDocument files do; '' without one. */
function mediaTypeIn (bytes: Uint8Array): string {
  try {
    return openArchive(bytes, 1000).unpack('mimetype')?.toString('latin1').trim() ?? ''
  } catch {
    return ''
  }
}

/** Makes the rejection of an Office file from before 2007. Encrypted newer documents are wrapped in that format too. */
function refuseOldOffice (bytes: Uint8Array): Error {
  const inside = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return inside.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? rejected('encrypted', 'it asks for a password')
    : rejected('unknown format', 'Office files from before 2007 are not read; save it as DOCX, XLSX, PPTX or PDF')
}

function textFormat (sample: string, named: FormatName | undefined): FormatName {
  for (const [name, { isSure, mayBe }] of texts) {
    if (isSure?.(sample) && named !== 'code') return name
    if (named === name) return mayBe?.(sample) === false ? 'text' : name
  }
  return texts.find(([, { looksLike }]) => looksLike?.(sample))?.[0] ?? 'text'
}

/** Tells if a sample is binary: text has no control characters except line breaks and the like. */
function isBinary (sample: string): boolean {
  // eslint-disable-next-line no-control-regex
  const controls = sample.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/g)?.length ?? 0
  return sample.includes('\u0000') || controls > sample.length * 0.02
}

/** Returns the length of the sample, which ends before a character that it would cut. */
function sampleLength (bytes: Uint8Array): number {
  let end = Math.min(bytes.length, sampleBytes)
  while (end < bytes.length && end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return end
}
