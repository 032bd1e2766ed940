// The settings of a widget: the data-* of its script or element, and what the page says about language and direction.
export const languages = ['en', 'fr', 'es', 'de'] as const
export type Language = typeof languages[number]

export interface Settings {
  /** The address of the service, with a slash at its end. */
  base: string
  /** The public key of a site; visitors get tokens by it. */
  site?: string
  /** The company to ask, of a service on this machine without keys. */
  company?: string
  language: Language
  title?: string
  greeting?: string
  /** Where to turn when the chat cannot help: an address or mailto:. */
  contact?: string
  questions: string[]
}

/** Reads the settings of an element. */
export function readSettings ({ dataset }: HTMLElement, base: string): Settings {
  const { site, company, title, greeting, contact, questions = '', language = '' } = dataset
  const page = document.documentElement.lang
  const wanted = [language, page, ...navigator.languages].map(tag => tag.slice(0, 2).toLowerCase())
  return {
    base,
    ...(site ? { site } : {}),
    ...(company ? { company } : {}),
    ...(title ? { title } : {}),
    ...(greeting ? { greeting } : {}),
    ...(contact && /^(?:https?:|mailto:|tel:|\/)/i.test(contact) ? { contact } : {}),
    questions: questions.split('|').map(text => text.trim()).filter(text => text !== '').slice(0, 4),
    language: languages.find(known => known === wanted.find(tag => (languages as readonly string[]).includes(tag))) ?? 'en',
  }
}
