// Reads what a page says to machines alone: prices, opening hours and questions in JSON-LD and meta elements (schema.org).
import type { Language } from '../../types.ts'
import { isObject } from '../../plain-object.ts'

export interface PageData {
  fields: [label: string, value: string][]
  /** Products of a page that lists several, as lines. */
  products: string[]
  questions: { question: string, answer: string }[]
}

type Item = Record<string, unknown>

const labels: Record<Language, { price: string, hours: string, stock: string }> = {
  fr: { price: 'Prix', hours: 'Horaires', stock: 'Disponibilité' },
  en: { price: 'Price', hours: 'Opening hours', stock: 'Availability' },
  de: { price: 'Preis', hours: 'Öffnungszeiten', stock: 'Verfügbarkeit' },
  es: { price: 'Precio', hours: 'Horario', stock: 'Disponibilidad' },
  und: { price: 'Price', hours: 'Opening hours', stock: 'Availability' },
}
const stocks: Record<Language, [there: string, gone: string]> = {
  fr: ['en stock', 'épuisé'], en: ['in stock', 'sold out'], de: ['auf Lager', 'ausverkauft'], es: ['en stock', 'agotado'],
  und: ['in stock', 'sold out'],
}
const days = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const maxItems = 500
const maxDepth = 8

/** @param price the amount and currency that meta elements name */
export function readData (scripts: string[], price: { amount: string, currency: string }, language: Language): PageData {
  const items = scripts.flatMap(script => itemsIn(parsed(script), 0)).slice(0, maxItems)
  const names = labels[language]
  const products = items.filter(item => isA(item, 'Product')).map(item => ({ name: text(item.name), offer: offerOf(item, language) }))
  const amount = money(price.amount, price.currency, language)
  const fields: PageData['fields'] = []
  if (products.length < 2) {
    const { price: own = '', stock = '' } = products[0]?.offer ?? {}
    if (own || amount) fields.push([names.price, own || amount])
    if (stock) fields.push([names.stock, stock])
  }
  const hours = [...new Set(items.flatMap(item => hoursOf(item, language)))]
  if (hours.length > 0) fields.push([names.hours, hours.join('; ')])
  return {
    fields,
    products: products.length < 2
      ? []
      : products.filter(({ name, offer }) => name && offer.price).map(({ name, offer }) => `${name}: ${offer.price}`),
    questions: items.filter(item => isA(item, 'Question'))
      .map(item => ({ question: text(item.name), answer: text(listOf(item.acceptedAnswer).filter(isObject)[0]?.text) }))
      .filter(({ question, answer }) => question !== '' && answer !== ''),
  }
}

function parsed (script: string): unknown {
  try {
    return JSON.parse(script)
  } catch {
    return undefined
  }
}

function listOf (value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

function text (value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

function isA (item: Item, type: string): boolean {
  return listOf(item['@type']).some(name => text(name).replace(/^.*[/:]/, '') === type)
}

/** Returns an item with the ones inside that stand for themselves. */
function itemsIn (value: unknown, depth: number): Item[] {
  if (depth > maxDepth) return []
  return listOf(value).slice(0, maxItems).flatMap(item => {
    if (!isObject(item)) return []
    return [item, ...['@graph', 'mainEntity', 'itemListElement', 'item', 'hasPart'].flatMap(key => itemsIn(item[key], depth + 1))]
  })
}

function offerOf (product: Item, language: Language): { price: string, stock: string } {
  const offers = listOf(product.offers).filter(isObject)
  const prices = offers.flatMap(offer => {
    const inner = listOf(offer.priceSpecification).filter(isObject)[0] ?? {}
    const currency = text(offer.priceCurrency) || text(inner.priceCurrency)
    return [offer.price ?? inner.price ?? offer.lowPrice, offer.highPrice]
      .map(amount => money(text(amount), currency, language)).filter(Boolean)
  })
  const states = offers.map(offer => text(offer.availability)).filter(Boolean)
  const [there, gone] = stocks[language]
  const stock = states.some(state => /InStock|LimitedAvailability|InStoreOnly|OnlineOnly/.test(state))
    ? there
    : states.length > 0 && states.every(state => /OutOfStock|SoldOut|Discontinued/.test(state)) ? gone : ''
  return { price: [...new Set(prices)].slice(0, 6).join(' – '), stock }
}

/** Writes an amount as its language does: `189.50`, `EUR` → `189,50 €`. */
function money (amount: string, currency: string, language: Language): string {
  const value = Number(amount.replace(/\s/g, '').replace(/,(?=\d{1,2}$)/, '.'))
  if (amount === '' || !Number.isFinite(value)) return ''
  if (!/^[A-Z]{3}$/.test(currency)) return amount
  return new Intl.NumberFormat(language === 'und' ? 'en' : language, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' })
    .format(value).replace(/[\u00a0\u202f]/g, ' ')
}

function hoursOf (item: Item, language: Language): string[] {
  const plain = listOf(item.openingHours).map(text).filter(Boolean)
  const specified = listOf(item.openingHoursSpecification).filter(isObject).map(({ dayOfWeek, opens, closes }) => {
    const on = listOf(dayOfWeek).map(day => dayName(text(day), language)).filter(Boolean).join(', ')
    const hours = [opens, closes].map(text).filter(Boolean).map(time => time.slice(0, 5)).join('–')
    return [on, hours].filter(Boolean).join(' ')
  }).filter(Boolean)
  return [...plain, ...specified]
}

function dayName (day: string, language: Language): string {
  const i = days.indexOf(day.replace(/^.*[/:]/, '').toLowerCase())
  // The 1st of January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + i))
  return i < 0 ? day : date.toLocaleDateString(language === 'und' ? 'en' : language, { weekday: 'long', timeZone: 'UTC' })
}
