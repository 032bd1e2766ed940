// Turns an answer's Markdown into elements, one by one: no HTML text, so a policy of Trusted Types does not matter.
import { Marked, type Token, type Tokens } from 'marked'
import { citedNodes } from '../shared/answer-nodes.ts'
import { make } from './dom.ts'

const marked = new Marked({ gfm: true, breaks: true })

/** Makes the button of citation `n`; undefined when there is no such source. */
export type MakeCitation = (n: number) => HTMLElement | undefined

/** Returns the answer as elements. While more may follow, a citation that is cut is not shown yet. */
export function renderAnswer (text: string, cite: MakeCitation, isWhole: boolean): DocumentFragment {
  const fragment = document.createDocumentFragment()
  fragment.append(...blocks(marked.lexer(isWhole ? text : text.replace(/\s*\[\d*$/, '')), cite))
  return fragment
}

function blocks (tokens: Token[], cite: MakeCitation): (Node | string)[] {
  return tokens.flatMap(token => block(token, cite))
}

function block (token: Token, cite: MakeCitation): (Node | string)[] {
  const inner = () => inlines((token as Tokens.Generic).tokens ?? [], cite)
  switch (token.type) {
    case 'space': case 'def': return []
    case 'paragraph': return [make('p', {}, ...inner())]
    case 'heading': return [make('p', {}, make('strong', {}, ...inner()))]
    case 'blockquote': return [make('blockquote', {}, ...blocks((token as Tokens.Blockquote).tokens, cite))]
    case 'code': return [make('pre', { tabindex: '0' }, make('code', {}, (token as Tokens.Code).text))]
    case 'hr': return [make('hr')]
    case 'list': {
      const { ordered, start, items } = token as Tokens.List
      const list = items.map(item => make('li', {}, ...blocks(item.tokens, cite)))
      return [ordered ? make('ol', { start: String(start || 1) }, ...list) : make('ul', {}, ...list)]
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table
      const head = make('tr', {}, ...header.map(({ tokens }) => make('th', { scope: 'col' }, ...inlines(tokens, cite))))
      const body = rows.map(row => make('tr', {}, ...row.map(({ tokens }) => make('td', {}, ...inlines(tokens, cite)))))
      return [make('div', { class: 'table', tabindex: '0' }, make('table', {}, make('thead', {}, head), make('tbody', {}, ...body)))]
    }
    default: return inlines([token], cite)
  }
}

function inlines (tokens: Token[], cite: MakeCitation): (Node | string)[] {
  return tokens.flatMap((token): (Node | string)[] => {
    const inner = () => inlines((token as Tokens.Generic).tokens ?? [], cite)
    switch (token.type) {
      case 'strong': return [make('strong', {}, ...inner())]
      case 'em': return [make('em', {}, ...inner())]
      case 'del': return [make('del', {}, ...inner())]
      case 'br': return [make('br')]
      case 'codespan': return [make('code', {}, (token as Tokens.Codespan).text)]
      case 'link': {
        const href = safeAddress((token as Tokens.Link).href)
        return href ? [make('a', { href, target: '_blank', rel: 'noopener' }, ...inner())] : inner()
      }
      case 'checkbox': return [(token as Tokens.Checkbox).checked ? '☑ ' : '☐ ']
      case 'image': return [(token as Tokens.Image).text]
      default:
        // A tag in an answer is text.
        if ('tokens' in token && token.tokens) return inner()
        return citedNodes(token.type === 'escape' || token.type === 'text' ? (token as Tokens.Text).text : token.raw, cite)
    }
  })
}

/** Returns an address that a link may lead to, from an answer or a source; undefined for any other. */
export function safeAddress (address: string): string | undefined {
  return /^(?:https?:|mailto:|tel:)/i.test(address) ? address : undefined
}
