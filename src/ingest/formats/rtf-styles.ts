// Reads the fonts and styles that an RTF file names at its beginning: encodings, headings.
import { resolveEncoding } from './decode.ts'

export interface RtfStyles {
  /** Takes a control word, a text and the end of a group inside the lists of fonts and styles. */
  word (word: string, value: number | undefined): void
  text (text: string): void
  close (): void
  /** Sets the encoding of fonts that name none. */
  setEncoding (codePage: number): void
  decode (bytes: Uint8Array, font: number): string
  /** Returns the level of a heading style; 0 for others. */
  headingOf (style: number): number
  isTitle (style: number): boolean
}

/** The code pages of Windows' character sets. */
const pages: Record<number, number> = {
  77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251,
  222: 874, 238: 1250,
}
const labels: Record<number, string> = { 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 10000: 'macintosh', 65001: 'utf-8' }
/** Windows' set of pictures. */
const symbolSet = 2

export function createRtfStyles (): RtfStyles {
  const encodings = new Map<number, string>()
  const symbols = new Set<number>()
  const names = new Map<number, string>()
  const decoders = new Map<string, InstanceType<typeof TextDecoder>>()
  let main = 'windows-1252'
  let font = -1
  let style = 0
  let name = ''

  return {
    word (word, value = 0) {
      if (word === 'f') font = value
      if (word === 'fcharset' && value === symbolSet) symbols.add(font)
      else if (word === 'fcharset' && pages[value]) encodings.set(font, labelOf(pages[value]))
      if (word === 'cpg') encodings.set(font, labelOf(value))
      if (word === 's') style = value
      if (word === 'cs' || word === 'ds' || word === 'ts') style = -1
    },

    text (text) {
      name += text
    },

    close () {
      const own = name.replace(/;.*$/, '').trim()
      if (own !== '' && style >= 0 && !names.has(style)) names.set(style, own)
      name = ''
      style = 0
    },

    setEncoding (codePage) {
      main = labelOf(codePage)
    },

    decode (bytes, of) {
      if (symbols.has(of)) return ''
      const encoding = encodings.get(of) ?? main
      let decoder = decoders.get(encoding)
      if (decoder === undefined) decoders.set(encoding, decoder = new TextDecoder(encoding))
      return decoder.decode(bytes)
    },

    headingOf: of => Number(/^(?:heading|überschrift|titre|título)\s?([1-6])$/i.exec(names.get(of) ?? '')?.[1] ?? 0),

    isTitle: of => /^title$/i.test(names.get(of) ?? ''),
  }
}

function labelOf (codePage: number): string {
  return resolveEncoding(labels[codePage] ?? `windows-${codePage}`)
}
