// Reads Word documents: headings, lists and tables by their styles. Ignores macros, images and external links.
import mammoth from 'mammoth'
import { zipSync } from 'fflate'
import type { ReadDocument } from '../../documents/content.ts'
import { decodeEntities, languageOf, readPage } from './html.ts'
import { rejected } from './rejection.ts'
import { unzip } from './zip.ts'

/** Selects the text: nothing else in the archive is ever unpacked. */
const wanted = (name: string) => /\.(xml|rels)$/i.test(name)

/** @param maxBytes the most unpacked text */
export async function readDocx (bytes: Uint8Array, name: string, maxBytes: number): Promise<ReadDocument> {
  const parts = unzip(bytes, wanted, maxBytes)
  const properties = Buffer.from(parts['docProps/core.xml'] ?? '').toString('utf8')
  const property = (key: string) => decodeEntities(new RegExp(`<${key}(?:\\s[^>]*)?>([^<]*)</${key}>`).exec(properties)?.[1] ?? '').trim()
  const html = await toHtml(parts)
  const [head = ''] = /<h1 class="title">.*?<\/h1>/.exec(html) ?? []
  const page = readPage(html.replace(head, ''), true)
  const language = property('dc:language')
  return {
    id: '', ...page,
    title: readPage(head, true).title || property('dc:title') || page.title || name,
    ...(language ? { language: languageOf(language) } : {}),
  }
}

async function toHtml (parts: Record<string, Uint8Array>): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(zipSync(parts, { level: 0 })) }, {
      convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
      styleMap: ["p[style-name='Title'] => h1.title:fresh"],
      externalFileAccess: false,
    })
    return value
  } catch (error) {
    throw error instanceof RangeError ? error : rejected('broken', 'it is not a Word document', error)
  }
}
