// What a page says about itself: sent with a question, for a language model to know where it was asked.
export interface Page { path: string, title: string, hints: string[] }

const selector = 'h1,h2,h3,button,a.nav-link'
const maxElements = 40
const maxChars = 1000

let last: { address: string, page: Page } | undefined

/** Returns the hints of the page, read once for each address. */
export function readPage (): Page {
  const address = location.href
  if (last?.address !== address) {
    const title = document.title.slice(0, 512).toWellFormed()
    last = { address, page: { path: location.pathname.slice(0, 2048), title, hints: readHints() } }
  }
  return last.page
}

function readHints (): string[] {
  const hints: string[] = []
  let left = maxChars
  for (const element of [...document.querySelectorAll(selector)].slice(0, maxElements)) {
    // A cut in the middle of a sign would make text that the service refuses.
    const text = element.textContent.replace(/[\s\0]+/g, ' ').trim().slice(0, left).toWellFormed()
    if (text === '') continue
    hints.push(text)
    left -= text.length
    if (left <= 0) break
  }
  return hints
}
