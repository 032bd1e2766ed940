// Turns the tokens of RTF into HTML: keeps what is shown, and knows headings, lists, tables, notes and margins.
import { escapeText } from './xml.ts'
import { asksForPage, isPageNumber } from './page-numbers.ts'
import { createRtfTable } from './rtf-table.ts'
import { createRtfStyles } from './rtf-styles.ts'
import type { RtfToken } from './rtf-tokens.ts'
import { rejected } from './rejection.ts'

export interface RtfText {
  take (token: RtfToken): void
  end (): { html: string, title: string }
}

/** Where the text of a group goes; '' = nowhere. */
type Target = 'body' | 'label' | 'note' | 'header' | 'footer' | 'title' | 'code' | 'style' | 'font' | ''

/** What a group sets until it ends. */
interface State {
  target: Target
  /** How many letters stand for a sign in older programs. */
  fallback: number
  font: number
  hidden: boolean
  struck: boolean
  raised: '' | 'sup' | 'sub'
  paragraph: Paragraph
  /** The group is the result of a field that writes a number of a page. */
  field?: { isPage: boolean } | undefined
}

interface Paragraph { style: number, outline: number, depth: number, isList: boolean, inTable: boolean }

const targets: Record<string, Target> = {
  footnote: 'note', header: 'header', headerl: 'header', headerr: 'header', headerf: 'header', footer: 'footer', footerl: 'footer',
  footerr: 'footer', footerf: 'footer', listtext: 'label', pntext: 'label', fldinst: 'code', stylesheet: 'style', fonttbl: 'font',
  title: 'title',
  shptxt: 'body', result: 'body', fldrslt: 'body', shprslt: '', info: '', colortbl: '', pict: '', object: '', nonshppict: '',
  annotation: '',
  atnid: '', atnauthor: '', listtable: '', listoverridetable: '', revtbl: '', rsidtbl: '', generator: '', themedata: '',
  colorschememapping: '',
  datastore: '', latentstyles: '', xmlnstbl: '', bkmkstart: '', bkmkend: '', pn: '', shpinst: '', sp: '', nesttableprops: '', author: '',
  operator: '', company: '', subject: '', keywords: '', doccomm: '', tc: '', xe: '', ftnsep: '', ftnsepc: '', aftnsep: '', aftnsepc: '',
  falt: '',
}
const signs: Record<string, string> = {
  emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•', emspace: ' ', enspace: ' ', tab: ' ',
}
const plainParagraph: Paragraph = { style: 0, outline: -1, depth: 0, isList: false, inTable: false }
const maxDepth = 1000

export function createRtfText (): RtfText {
  const styles = createRtfStyles()
  const table = createRtfTable()
  const out: string[] = []
  const margins = { header: new Set<string>(), footer: new Set<string>() }
  const outer: State[] = []
  let state: State = { target: 'body', fallback: 1, font: -1, hidden: false, struck: false, raised: '', paragraph: plainParagraph }
  let text = ''
  let label = ''
  let margin = ''
  let title = ''
  let code = ''
  let note = ''
  let isStarred = false
  let skipping = 0
  /** How deep the lists are that are open. */
  let open = 0

  function add (more: string): void {
    if (more === '' || state.hidden || state.struck || state.field?.isPage) return
    const html = escapeText(more)
    switch (state.target) {
      case 'body': text += state.raised ? `<${state.raised}>${html}</${state.raised}>` : html; break
      case 'label': label += more; break
      case 'note': note += html; break
      case 'header': case 'footer': margin += more; break
      case 'title': title += more; break
      case 'code': code += more; break
      case 'style': styles.text(more)
    }
  }

  function closeLists (depth: number): void {
    for (; open > depth; open--) out.push('</ul>')
  }

  function closeTable (): void {
    if (!table.isEmpty()) {
      closeLists(0)
      out.push(table.end())
    }
  }

  function closeParagraph (): void {
    if (state.target === 'header' || state.target === 'footer') {
      const line = margin.replace(/\s+/g, ' ').trim()
      if (!isPageNumber(line)) margins[state.target].add(line)
      margin = ''
      return
    }
    if (state.target === 'note') note += ' '
    if (state.target !== 'body') return
    const content = text.trim()
    const mark = label.trim()
    text = ''
    label = ''
    if (state.paragraph.inTable) return table.addLine(content)
    if (content === '') return
    closeTable()
    const heading = styles.headingOf(state.paragraph.style) || (state.paragraph.outline >= 0 && state.paragraph.outline < 6
      ? state.paragraph.outline + 1 : 0)
    const isNumber = /[\p{L}\p{N}]/u.test(mark)
    if (heading > 0) {
      closeLists(0)
      out.push(`<h${heading}>${isNumber ? `${escapeText(mark)} ` : ''}${content}</h${heading}>`)
    } else if (mark !== '' || state.paragraph.isList) {
      closeLists(state.paragraph.depth + 1)
      for (; open <= state.paragraph.depth; open++) out.push('<ul>')
      out.push(`<li>${isNumber ? `${escapeText(mark)} ` : ''}${content}</li>`)
    } else {
      closeLists(0)
      out.push(styles.isTitle(state.paragraph.style) && title === '' ? (title = content.replace(/<[^>]*>/g, ''), '') : `<p>${content}</p>`)
    }
  }

  function closeGroup (): void {
    const ended = state
    state = outer.pop() ?? ended
    if (ended.target === 'note' && state.target !== 'note') {
      const line = note.replace(/\s+/g, ' ').trim()
      if (line !== '' && state.target === 'body') text += ` (${line})`
      note = ''
    }
    if (ended.target === 'code' && state.target !== 'code') {
      if (state.field) state.field.isPage = asksForPage(code)
      code = ''
    }
    if ((ended.target === 'header' || ended.target === 'footer') && state.target !== ended.target && margin !== '') {
      margins[ended.target].add(margin.replace(/\s+/g, ' ').trim())
      margin = ''
    }
    if (ended.target === 'style') styles.close()
  }

  function takeWord (word: string, value: number | undefined): void {
    const starred = isStarred
    isStarred = false
    const target = targets[word]
    if (target !== undefined) {
      // What a hidden place holds stays hidden, except the texts of boxes and of the file's title.
      if (state.target !== '' || word === 'shptxt' || word === 'title') state.target = target
      return
    }
    if (starred) {
      state.target = ''
      return
    }
    if (state.target === 'style' || state.target === 'font') return styles.word(word, value)
    const isOn = value !== 0
    switch (word) {
      case 'par': case 'sect': case 'page': closeParagraph(); break
      case 'line': if (state.target === 'body') text += '<br>'; else add(' '); break
      case 'cell': if (state.target === 'body') closeCell(); break
      case 'row': if (state.target === 'body') table.endRow(); break
      case 'nestcell': add(' '); break
      case 'nestrow': add('; '); break
      case 'trowd': case 'cellx': case 'clmgf': case 'clmrg': case 'clvmgf': case 'clvmrg': table.define(word, value ?? 0); break
      case 'pard': state.paragraph = plainParagraph; break
      case 's': state.paragraph = { ...state.paragraph, style: value ?? 0 }; break
      case 'outlinelevel': state.paragraph = { ...state.paragraph, outline: value ?? -1 }; break
      case 'ilvl': state.paragraph = { ...state.paragraph, depth: Math.min(Math.max(0, value ?? 0), 8) }; break
      case 'ls': state.paragraph = { ...state.paragraph, isList: value !== undefined && value > 0 }; break
      case 'intbl': state.paragraph = { ...state.paragraph, inTable: true }; break
      case 'plain': state = { ...state, hidden: false, struck: false, raised: '', font: -1 }; break
      case 'v': case 'deleted': state.hidden = isOn; break
      case 'strike': case 'striked': state.struck = isOn; break
      case 'super': state.raised = isOn ? 'sup' : ''; break
      case 'sub': state.raised = isOn ? 'sub' : ''; break
      case 'nosupersub': state.raised = ''; break
      case 'f': state.font = value ?? -1; break
      case 'uc': state.fallback = Math.max(0, value ?? 1); break
      case 'ansicpg': styles.setEncoding(value ?? 1252); break
      case 'field': state.field = { isPage: false }; break
      case 'u':
        add(String.fromCharCode(((value ?? 0) + 65_536) % 65_536))
        skipping = state.fallback
        break
      default: add(signs[word] ?? '')
    }
  }

  function closeCell (): void {
    table.addLine(text.trim())
    text = ''
    label = ''
    table.endCell()
  }

  return {
    take (token) {
      if (token.kind !== 'text') skipping = 0
      switch (token.kind) {
        case 'open':
          if (outer.length > maxDepth) throw rejected('too deep', `there are more than ${maxDepth} groups inside one another`)
          outer.push(state)
          state = { ...state }
          break
        case 'close': closeGroup(); break
        case 'symbol':
          if (token.symbol === '*') isStarred = true
          else add({ '~': '\u00a0', _: '-', '\\': '\\', '{': '{', '}': '}' }[token.symbol] ?? '')
          break
        case 'word': takeWord(token.word, token.value); break
        case 'text': {
          const bytes = skipping > 0 ? token.bytes.subarray(skipping) : token.bytes
          skipping = 0
          add(styles.decode(bytes, state.font))
        }
      }
    },

    end () {
      state.target = 'body'
      closeParagraph()
      closeTable()
      closeLists(0)
      const lines = (set: Set<string>) => [...set].map(line => `<p>${escapeText(line)}</p>`).join('')
      return { html: lines(margins.header) + out.join('\n') + lines(margins.footer), title: title.replace(/\s+/g, ' ').trim() }
    },
  }
}
