// What screen readers miss on Swagger UI's page: names, landmarks, the order of headings, and links within buttons.
const names = [
  ['.topbar-wrapper img', 'alt', 'Console'],
  ['.body-param__text', 'aria-label', 'Body'],
  ['.examples-select-element', 'aria-label', 'Example'],
  ['.content-type', 'aria-label', 'Media type'],
  ['pre', 'tabindex', '0'],
  ['.opblock-tag', 'aria-level', '2'],
  ['.opblock-section-header h4', 'aria-level', '3'],
  ['.responses-inner h4', 'aria-level', '4'],
  ['.responses-inner h5', 'aria-level', '5'],
  ['.topbar', 'role', 'banner'],
  ['.information-container', 'role', 'region'],
  ['.information-container', 'aria-label', 'About'],
  ['.scheme-container', 'role', 'region'],
  ['.scheme-container', 'aria-label', 'Key'],
]

function mend () {
  for (const [selector, attribute, value] of names) {
    for (const element of document.querySelectorAll(selector)) {
      if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value)
    }
  }
  // A button with a link in it is neither; the button does what the link would.
  for (const link of document.querySelectorAll('.opblock-summary-control a[href]')) link.removeAttribute('href')
}

// The page comes without it, and would be shown as a desktop's on a phone.
const viewport = document.createElement('meta')
viewport.name = 'viewport'
viewport.content = 'width=device-width, initial-scale=1'
document.head.append(viewport)

new window.MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
mend()
