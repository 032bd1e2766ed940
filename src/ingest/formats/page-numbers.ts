// Recognises what headers and footers say of pages.

const words = '(p\\.|page|seite|página|pág\\.|pagina|s\\.)?'
const between = '[\\s\\-–—|/.()]*'
const emptyNumber = new RegExp(`^${between}${words}${between}(of|sur|von|de|di)?${between}$`, 'i')

/** Tells if a line is what is left of "Page 3 of 7" without its numbers. */
export function isPageNumber (line: string): boolean {
  return emptyNumber.test(line)
}

/** Tells if the code of a field asks for the number of a page or of all pages. */
export function asksForPage (code: string): boolean {
  return /^\s*(PAGE|NUMPAGES|SECTIONPAGES)\b/i.test(code)
}
