// Opens OpenDocument files.
import { rejected } from './rejection.ts'
import { openArchive } from './zip.ts'
import type { Archive } from './zip.ts'
import { readXml } from './xml.ts'

/** Opens a file and checks that it can be read. Throws `encrypted`, `broken` or `too large when unpacked`. */
export function openOdf (bytes: Uint8Array, maxBytes: number): Archive {
  const archive = openArchive(bytes, maxBytes)
  const manifest = archive.unpack('META-INF/manifest.xml')?.toString('utf8') ?? ''
  if (/<[\w-]*:?encryption-data\b/.test(manifest)) throw rejected('encrypted', 'it asks for a password')
  if (!archive.names.includes('content.xml')) throw rejected('broken', 'it has no content')
  return archive
}

/** Reads what a file says of itself. */
export function readMeta (archive: Archive): { title: string, language: string } {
  const meta = { title: '', language: '' }
  const xml = archive.unpack('meta.xml')
  if (xml === undefined) return meta
  let key: keyof typeof meta | undefined
  readXml(xml, {
    open (tag) {
      key = tag === 'dc:title' ? 'title' : tag === 'dc:language' ? 'language' : undefined
    },
    text (text) {
      if (key) meta[key] += text
    },
    close () {
      key = undefined
    },
  })
  return { title: meta.title.trim(), language: meta.language.trim() }
}
