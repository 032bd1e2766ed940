// The elements of an answer: how they change while it is being written, and where its citations stand.

/**
 * Gives an element the children of another one, which is used up. What stays the same is left alone: buttons keep the focus and
 * can be pressed while more is written, and what is selected stays selected.
 */
export function updateNodes (shown: Node, wanted: Node): void {
  const before = [...shown.childNodes]
  const after = [...wanted.childNodes]
  for (const [i, node] of after.entries()) {
    const old = before[i]
    if (!old) shown.appendChild(node)
    else if (old.isEqualNode(node)) continue
    else if (old instanceof Text && node instanceof Text && node.data.startsWith(old.data)) old.appendData(node.data.slice(old.length))
    else if (old instanceof Element && old.cloneNode().isEqualNode(node.cloneNode())) updateNodes(old, node)
    else old.replaceWith(node)
  }
  for (const node of before.slice(after.length)) node.remove()
}

/** A citation, the space before it, and the punctuation that closes what it stands in. */
const citation = /(\s{0,3})\[(\d{1,3})\]([.,;:!?…)\]»”’。、，！？]*)/g

/**
 * Returns a text with an element for each citation in it. No line begins with a citation, nor with the punctuation after it.
 * @param cite makes the element of citation `n`; undefined where the mark stays text
 */
export function citedNodes (text: string, cite: (n: number) => HTMLElement | undefined): (Node | string)[] {
  const nodes: (Node | string)[] = []
  let from = 0
  for (const { 0: { length }, 1: space = '', 2: n, 3: closing = '', index } of text.matchAll(citation)) {
    const element = cite(Number(n))
    if (!element) continue
    const together = document.createElement('span')
    together.className = 'cited'
    together.append(...[space, element, closing].filter(part => part !== ''))
    nodes.push(text.slice(from, index), together)
    from = index + length
  }
  return [...nodes, text.slice(from)].filter(node => node !== '')
}
