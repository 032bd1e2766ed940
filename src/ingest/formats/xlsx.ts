// Reads Excel workbooks: each row of a sheet that is shown becomes a document.
import type { Language } from '../../types.ts'
import { readSheet } from './xlsx-sheet.ts'
import type { WorkbookParts } from './xlsx-sheet.ts'
import type { SheetLine, SheetReport } from './sheets.ts'
import { createNumberWriter } from './xlsx-numbers.ts'
import { isOn, readStyles } from './xlsx-styles.ts'
import { relationsOf } from './ooxml.ts'
import { rejected } from './rejection.ts'
import { openArchive } from './zip.ts'
import { localName, readXml } from './xml.ts'

/** A workbook may have several large sheets, but only one of them is unpacked at a time. */
const maxSheets = 5

/** Matches the part that names the sheets. */
const workbookPart = /^xl\/workbook\d*\.xml$/i

/** Yields the lines of all sheets that are shown, in their order. */
export function * linesOfXlsx (bytes: Uint8Array, maxBytes: number, language: Language, report: SheetReport): Generator<SheetLine> {
  const archive = openArchive(bytes, maxBytes * maxSheets, maxBytes)
  const workbook = archive.names.find(name => workbookPart.test(name))!
  const { sheets, from1904 } = sheetsOf(archive.unpack(workbook)!)
  const targets = relationsOf(archive.unpack, workbook)
  const partOf = (type: string) => [...targets.values()].find(target => target.type === type)?.part ?? ''
  const { formats, cells: styles } = readStyles(archive.unpack(partOf('styles')))
  const parts: WorkbookParts = {
    strings: readStrings(archive.unpack(partOf('sharedStrings'))), styles, numbers: createNumberWriter({ formats, language, from1904 }),
    report,
  }
  for (const { name, relation } of sheets) {
    const { type, part } = targets.get(relation) ?? { type: '', part: '' }
    if (type !== 'worksheet') continue
    const xml = archive.unpack(part)
    if (xml === undefined) throw rejected('broken', 'a sheet is missing')
    for (const line of readSheet(xml, parts)) yield { sheet: name, ...line }
  }
}

interface SheetOfWorkbook { name: string, relation: string }

/** Reads which sheets there are; hidden ones are left out. */
function sheetsOf (xml: Uint8Array): { sheets: SheetOfWorkbook[], from1904: boolean } {
  const sheets: SheetOfWorkbook[] = []
  let from1904 = false
  readXml(xml, {
    open (tag, attributes) {
      const name = localName(tag)
      if (name === 'workbookPr' && attributes.date1904 !== undefined) from1904 = isOn(attributes.date1904)
      if (name !== 'sheet' || /hidden/i.test(attributes.state ?? '')) return
      const relation = Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1]
      sheets.push({ name: attributes.name ?? '', relation: relation ?? '' })
    },
  })
  return { sheets, from1904 }
}

/** Reads the texts that cells share, without those of their letters that are struck out and without their pronunciation. */
function readStrings (xml: Uint8Array | undefined): string[] {
  const strings: string[] = []
  if (xml === undefined) return strings
  let text = ''
  let isText = false
  let skipping = 0
  let struck = false
  readXml(xml, {
    open (tag, { val }) {
      switch (localName(tag)) {
        case 'si': text = ''; break
        case 'r': struck = false; break
        case 'strike': struck = isOn(val); break
        case 'rPh': skipping++; break
        case 't': isText = skipping === 0 && !struck
      }
    },
    text (more) {
      if (isText) text += more
    },
    close (tag) {
      switch (localName(tag)) {
        case 'si': strings.push(text); break
        case 'r': struck = false; break
        case 'rPh': skipping--; break
        case 't': isText = false
      }
    },
  })
  return strings
}
