// Reads what a workbook's styles say of its cells: the formats of their numbers, and which are struck out.
import { localName, readXml } from './xml.ts'

export interface CellStyle { format: number, struck: boolean }

export interface Styles {
  /** The formats that the file describes, by number. */
  formats: Map<number, string>
  /** By the number that a cell gives. */
  cells: CellStyle[]
}

export function readStyles (xml: Uint8Array | undefined): Styles {
  const formats = new Map<number, string>()
  const struckFonts: boolean[] = []
  const cells: CellStyle[] = []
  let list = ''
  if (xml === undefined) return { formats, cells }
  readXml(xml, {
    open (tag, attributes) {
      const name = localName(tag)
      if (name === 'fonts' || name === 'cellXfs' || name === 'numFmts') list = name
      else if (list === 'numFmts' && name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      else if (list === 'fonts' && name === 'font') struckFonts.push(false)
      else if (list === 'fonts' && name === 'strike') struckFonts[struckFonts.length - 1] = isOn(attributes.val)
      else if (list === 'cellXfs' && name === 'xf') {
        cells.push({ format: Number(attributes.numFmtId ?? 0), struck: struckFonts[Number(attributes.fontId ?? 0)] ?? false })
      }
    },
    close (tag) {
      if (localName(tag) === list) list = ''
    },
  })
  return { formats, cells }
}

/** Reads an XML switch: present without a value means on. */
export function isOn (value: string | undefined): boolean {
  return value === undefined || !/^(0|false|off)$/.test(value)
}
