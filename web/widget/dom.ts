// Makes elements without any HTML text: a page's policy may forbid that (Trusted Types), and nothing needs escaping.
type Attributes = Record<string, string | boolean | ((event: never) => void) | undefined>

/** Makes an element. Functions are listeners (`onclick`), true is an empty attribute, false and undefined are none. */
export function make<K extends keyof HTMLElementTagNameMap> (
  name: K, attributes: Attributes = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as EventListener)
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children)
  return element
}

const svgSpace = 'http://www.w3.org/2000/svg'

/** Makes an icon of one path, drawn with strokes on a field of 24. */
export function icon (path: string): SVGSVGElement {
  const svg = document.createElementNS(svgSpace, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(svgSpace, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

/** Gives a shadow root its styles. A constructed sheet needs no permission of the page's policy. */
export function addStyles (root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
