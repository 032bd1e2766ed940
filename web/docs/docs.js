// Loads the console of the routes with the first route that is opened, and mends what screen readers miss on it: names,
// landmarks, the order of headings, and links within buttons.
import { createFilling } from './filling.js'

const names = [
  ['.topbar-wrapper img', 'alt', 'Console'],
  ['.body-param__text', 'aria-label', 'Body'],
  ['.examples-select-element', 'aria-label', 'Example'],
  ['.content-type', 'aria-label', 'Media type'],
  ['.swagger-ui pre', 'tabindex', '0'],
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

const folder = './static/'
let loading

/** Loads Swagger UI, once. */
function load () {
  loading ??= loadAll().catch(error => {
    loading = undefined
    throw error
  })
  return loading
}

async function loadAll () {
  const own = document.querySelector('link[rel=stylesheet]')
  // The page's own styles come last.
  await Promise.all(['swagger-ui.css', 'index.css'].map(file => added('link', { rel: 'stylesheet', href: folder + file }, own)))
  await added('script', { src: `${folder}swagger-ui-bundle.js` })
  await added('script', { src: `${folder}swagger-ui-standalone-preset.js` })
  await added('script', { src: `${folder}swagger-initializer.js` })
  const filling = createFilling(say)
  const look = () => {
    mend()
    filling.drawn()
  }
  new window.MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  const make = window.SwaggerUIBundle
  window.SwaggerUIBundle = Object.assign(
    config => make({ ...config, plugins: [...config.plugins, filling.plugin], onComplete: filling.begin }), make,
  )
  // It waits for the page, which has been there for long.
  window.onload()
  await found('.opblock')
}

/** Says something above the routes, to screen readers too. */
function say (text) {
  let status = document.getElementById('said')
  if (!status) {
    status = Object.assign(document.createElement('p'), { id: 'said', role: 'status' })
    document.body.append(status)
  }
  status.textContent = text
}

function added (name, attributes, before = null) {
  const element = Object.assign(document.createElement(name), attributes)
  document.head.insertBefore(element, before)
  return new Promise((resolve, reject) => {
    element.onload = resolve
    element.onerror = () => {
      element.remove()
      reject(new Error(`${attributes.src ?? attributes.href} was not loaded`))
    }
  })
}

/** Returns the element as soon as it is there. */
function found (selector) {
  return new Promise(resolve => {
    const look = () => {
      const element = document.querySelector(selector)
      if (element) resolve(element)
      return element
    }
    if (look()) return
    const observer = new window.MutationObserver(() => { if (look()) observer.disconnect() })
    observer.observe(document.body, { childList: true, subtree: true })
  })
}

async function open (button) {
  const { method, path } = button.dataset
  button.setAttribute('aria-busy', 'true')
  try {
    await load()
  } catch {
    button.querySelector('span').textContent = 'The service cannot be reached. Try again.'
    return
  } finally {
    button.removeAttribute('aria-busy')
  }
  const block = await found(`.opblock-${method} [data-path="${window.CSS.escape(path)}"]`)
  document.documentElement.classList.add('loaded')
  document.getElementById('first').remove()
  const control = block.closest('.opblock').querySelector('.opblock-summary-control')
  if (control.getAttribute('aria-expanded') !== 'true') control.click()
  control.focus()
  block.closest('.opblock').scrollIntoView({ block: 'start' })
}

const first = document.getElementById('first')
first.addEventListener('click', event => {
  const button = event.target.closest('.route')
  if (button) open(button)
})
// Whoever comes near a route will open it.
for (const type of ['pointerover', 'focusin']) {
  first.addEventListener(type, event => { if (event.target.closest('.route')) load().catch(() => {}) })
}
// An address that names a route.
if (window.location.hash.startsWith('#/')) {
  load().then(() => {
    document.documentElement.classList.add('loaded')
    first.remove()
  }, () => {})
}
