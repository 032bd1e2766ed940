// Reads presentations of PowerPoint: their slides in order, each with its title, texts, tables and notes.
import type { ReadDocument } from '../../documents/content.ts'
import { languageOf } from './html.ts'
import { createOutline } from './outline.ts'
import { readProperties, relationsOf } from './ooxml.ts'
import { readSlide } from './pptx-slide.ts'
import { rejected } from './rejection.ts'
import { openArchive } from './zip.ts'
import { localName, readXml } from './xml.ts'

const presentationPart = /^ppt\/presentation\d*\.xml$/i

export interface SlideLimits { maxBytes: number, maxPages: number }

export function readPptx (bytes: Uint8Array, name: string, { maxBytes, maxPages }: SlideLimits): ReadDocument {
  const archive = openArchive(bytes, maxBytes)
  const main = archive.names.find(part => presentationPart.test(part))!
  const relations = relationsOf(archive.unpack, main)
  const slides = slidesOf(archive.unpack(main)!).flatMap(id => relations.get(id)?.part ?? [])
  if (slides.length > maxPages) throw rejected('too many pages', `it has more than ${maxPages}`)
  const outline = createOutline()
  let first = ''
  let shown = 0
  for (const [i, part] of slides.entries()) {
    const xml = archive.unpack(part)
    if (xml === undefined) throw rejected('broken', 'a slide is missing')
    const slide = readSlide(xml)
    if (slide.hidden) continue
    if (shown++ === 0) first = slide.title
    outline.heading(1, slide.title || `${i + 1}`)
    for (const { kind, text } of slide.blocks) outline.add(kind, text, i + 1)
    const notes = [...relationsOf(archive.unpack, part).values()].find(({ type }) => type === 'notesSlide')
    const said = notes ? archive.unpack(notes.part) : undefined
    if (said) for (const { text } of readSlide(said, true).blocks) outline.add('text', text, i + 1)
  }
  const { title, language } = readProperties(archive.unpack)
  return {
    id: '', url: '', fields: [],
    title: (isOwnTitle(title) ? title : '') || first || name,
    sections: outline.end(),
    ...(language ? { language: languageOf(language) } : {}),
  }
}

/** Tells if a title was given by a person: programs write their own words in its place. */
function isOwnTitle (title: string): boolean {
  return !/^(powerpoint|pr[äée]sent\w*|presentation|slide)\W*\w*$/i.test(title)
}

function slidesOf (xml: Uint8Array): string[] {
  const ids: string[] = []
  readXml(xml, {
    open (tag, attributes) {
      if (localName(tag) === 'sldId') ids.push(Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1] ?? '')
    },
  })
  return ids
}
