// Reads e-mails: what the sender wrote, with sender and date as facts, and the files that came with it.
import PostalMime from 'postal-mime'
import type { Address, Attachment, Email } from 'postal-mime'
import type { ReadDocument, Section } from '../../documents/content.ts'
import type { Language } from '../../types.ts'
import type { OpenFile } from './open-file.ts'
import { readPage } from './html.ts'
import { readText } from './plain.ts'
import { isRejection, rejected } from './rejection.ts'

const maxAttachments = 100
/** Parts inside one another. */
const maxDepth = 20
const maxNameChars = 120
const labels: Record<Language, [from: string, to: string, date: string]> = {
  en: ['From', 'To', 'Date'], fr: ['De', 'À', 'Date'], de: ['Von', 'An', 'Datum'], es: ['De', 'Para', 'Fecha'], und: ['From', 'To', 'Date'],
}

/** Yields the documents of the files that came with it, `<file>/…`, then the message: it says which of them were not read. */
export async function * readEml ({ bytes, title, info, inside }: OpenFile): AsyncGenerator<ReadDocument> {
  const email = await parse(bytes)
  const files = email.attachments.filter(({ related, mimeType }) => !related &&
    !/^(application\/pgp-|application\/pkcs7-signature)/.test(mimeType))
  const warnings: string[] = []
  const names = new Set<string>()
  for (const [i, file] of files.slice(0, maxAttachments).entries()) {
    const name = uniqueName(file, i, names)
    try {
      for await (const document of inside(new Uint8Array(file.content as ArrayBuffer), { name, type: file.mimeType })) {
        yield { ...document, id: document.id === '' ? name : `${name}/${document.id}` }
      }
    } catch (error) {
      if (!isRejection(error)) throw error
      warnings.push(`Attachment ${i + 1} of ${files.length} (${name}) was not read: ${error.reason}.`)
    }
  }
  if (files.length > maxAttachments) warnings.push(`Only the first ${maxAttachments} of ${files.length} attachments were read.`)
  const sections = sectionsOf(email)
  if (sections.length === 0 && isLocked(email)) throw rejected('encrypted', 'its text is locked')
  yield {
    id: files.length > 0 ? 'message' : '',
    title: email.subject?.trim() || title,
    url: '',
    fields: factsOf(email, info.language ?? 'und'),
    sections,
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

async function parse (bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxNestingDepth: maxDepth, rfc822Attachments: true })
  } catch (error) {
    throw rejected('broken', 'it is not an e-mail', error)
  }
}

function sectionsOf ({ html, text = '' }: Email): Section[] {
  const { sections } = html ? readPage(html, true) : { sections: [] }
  return sections.length > 0 ? sections : readText(Buffer.from(text), '').sections
}

function factsOf (email: Email, language: Language): ReadDocument['fields'] {
  const [from, to, date] = labels[language]
  const facts: ReadDocument['fields'] = [
    [from, email.from ? nameOf(email.from) : ''],
    [to, [...email.to ?? [], ...email.cc ?? []].map(nameOf).filter(Boolean).join(', ')],
    [date, dateOf(email)],
  ]
  return facts.filter(([, value]) => value !== '')
}

function nameOf ({ name, address, group = [] }: Address): string {
  if (group.length > 0) return group.map(nameOf).join(', ')
  return name && address && name !== address ? `${name} <${address}>` : name || address || ''
}

/** Returns day and time as the sender's clock showed them. */
function dateOf ({ headers }: Email): string {
  const value = headers.find(({ key }) => key === 'date')?.value ?? ''
  const time = Date.parse(value)
  if (Number.isNaN(time)) return ''
  const [, sign, hours, minutes] = /([+-])(\d\d)(\d\d)(?:\s*\(.*\))?\s*$/.exec(value) ?? []
  const offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0
  return new Date(time + offset * 60_000).toISOString().slice(0, 16).replace('T', ' ')
}

/** Names an attachment, unlike the others of its message. */
function uniqueName ({ filename, mimeType }: Attachment, i: number, names: Set<string>): string {
  const extension = mimeType === 'message/rfc822' ? '.eml' : ''
  // eslint-disable-next-line no-control-regex
  const own = (filename ?? '').replace(/^.*[/\\]/, '').replace(/[\u0000-\u001f]/g, '').slice(-maxNameChars).trim() ||
    `attachment-${i + 1}${extension}`
  const name = names.has(own) || own === 'message' ? `${i + 1}-${own}` : own
  names.add(name)
  return name
}

function isLocked ({ attachments }: Email): boolean {
  return attachments.some(({ mimeType }) => /pgp-encrypted|pkcs7-mime/.test(mimeType))
}
