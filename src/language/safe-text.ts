// Takes the power out of markup in text that comes from documents, models and the web, wherever a client may show it as Markdown or HTML.

const letterByLetter = [...'javascript'].join('[\\t\\n\\r]{0,2}')
/** What a link may lead to. Anything else is written so that Markdown reads no link in it, however its scheme is spelt. */
const destination = '(?:https?:\\/\\/|mailto:|tel:|\\/|#)'

/** Matches the places where a space keeps text from being more than text. */
export const riskyPlaces = new RegExp(
  [
    // An image, which a client would fetch unasked from any address.
    '(?<=!)(?=\\[)',
    // A tag, a comment, an autolink.
    '(?<=<)(?=[\\p{L}/!?])',
    // A link to a script, and the definition of a link.
    `(?<=\\])(?=\\((?!${destination})|:)`,
    // Schemes that run something. Browsers skip tabs and line ends in them.
    `(?<=${letterByLetter}[\\t\\n\\r]{0,2}|vbscript)(?=:)`,
    '(?<=\\bdata:)(?=\\p{L})',
  ].join('|'),
  'giu'
)

/** Matches a link at the end of a text whose destination is still to come. What is before it has been shown already. */
export const openLinkAtEnd =
  /(?<=\])\((?:h(?:t(?:t(?:ps?(?::\/?)?)?)?)?|m(?:a(?:i(?:l(?:to?)?)?)?)?|t(?:el?)?)?$/iu

/** Returns the text with a space wherever markup would begin that fetches, runs or hides something. It reads the same. */
export function disarmMarkup (text: string): string {
  return /[[<:]/.test(text) ? text.replace(riskyPlaces, ' ') : text
}
