// Lists the elements of HTML that matter for what a page says.

/** What these hold is not shown as text, or is struck out. */
export const skipped = new Set((
  'script style noscript template svg math iframe object button textarea head dialog canvas audio video datalist del s strike'
).split(' '))
/** These begin and end a paragraph. */
export const breaking = new Set((
  'p div section article main header footer nav aside h1 h2 h3 h4 h5 h6 ul ol dl li dt dd table caption tr td th ' +
  'blockquote pre figure figcaption hr form fieldset legend details summary address body center label select'
).split(' '))
/** These hold rows or items. */
export const frames = new Set(['ul', 'ol', 'dl', 'table'])
export const headingLevels = new Map([1, 2, 3, 4, 5, 6].map(level => [`h${level}`, level]))
export const margins = new Set(['nav', 'header', 'footer', 'aside'])
export const mains = new Set(['main', 'article'])
export const roles: Record<string, string> = {
  navigation: 'nav',
  banner: 'header',
  contentinfo: 'footer',
  complementary: 'aside',
  main: 'main',
  search: 'nav',
  menu: 'nav',
}
