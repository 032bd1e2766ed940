// Turns an answer's Markdown into safe elements, with a button for each citation.
import DOMPurify from 'dompurify'
import { Marked } from 'marked'
import { citedNodes } from '../../shared/answer-nodes.ts'

const marked = new Marked({ gfm: true, breaks: true, async: false })
// Tags in an answer are text: it is written in Markdown.
marked.use({
  renderer: {
    html: ({ text }) => text.replace(/[<>&"']/g, sign => `&#${sign.charCodeAt(0)};`),
    checkbox: ({ checked }) => checked ? '☑ ' : '☐ ',
  },
})
const purifier = DOMPurify(window)
purifier.addHook('afterSanitizeAttributes', node => {
  if (!(node instanceof HTMLAnchorElement)) return
  node.target = '_blank'
  node.rel = 'noopener noreferrer'
})

/** No images or forms: an answer must not load anything, nor look like a part of this page. */
const allowed = {
  ALLOWED_TAGS: [
    'p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'hr',
    'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'sup', 'sub',
  ],
  ALLOWED_ATTR: ['href', 'title', 'start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:)/i,
  RETURN_DOM_FRAGMENT: true as const,
}

/**
 * Returns the answer as elements.
 * @param titles the title of each source by its number: marks of others stay text
 * @param isWhole false while more may follow: a mark that is cut is not shown yet
 */
export function renderAnswer (text: string, titles: ReadonlyMap<number, string>, isWhole: boolean): DocumentFragment {
  const shown = isWhole ? text : text.replace(/\s*\[\d*$/, '')
  const fragment = purifier.sanitize(marked.parse(shown) as string, allowed)
  lowerHeadings(fragment)
  for (const link of fragment.querySelectorAll('a:not([href])')) link.replaceWith(...link.childNodes)
  // What scrolls by itself is reached with the keyboard too.
  for (const code of fragment.querySelectorAll('pre')) code.tabIndex = 0
  for (const table of fragment.querySelectorAll('table')) wrapTable(table)
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) texts.push(walker.currentNode as Text)
  for (const node of texts) if (!node.parentElement?.closest('code, a')) cite(node, titles)
  return fragment
}

function cite (node: Text, titles: ReadonlyMap<number, string>): void {
  node.replaceWith(...citedNodes(node.data, n => {
    const title = titles.get(n)
    if (title === undefined) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'cite'
    button.dataset.n = String(n)
    button.textContent = String(n)
    button.setAttribute('aria-label', `Source ${n}: ${title}`)
    return button
  }))
}

/** The page has its own first and second headings. */
function lowerHeadings (fragment: DocumentFragment): void {
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const lower = document.createElement('p')
    lower.className = 'answer-heading'
    lower.append(...heading.childNodes)
    heading.replaceWith(lower)
  }
}

/** A wide table scrolls by itself; the keyboard can reach it. */
function wrapTable (table: HTMLTableElement): void {
  const box = document.createElement('div')
  box.className = 'table-scroll'
  box.tabIndex = 0
  box.setAttribute('role', 'region')
  box.setAttribute('aria-label', 'Table')
  table.replaceWith(box)
  box.append(table)
}
