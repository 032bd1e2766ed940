// What there is to say of a document beside its pieces, on its way into a company's file.
import { createHash } from 'node:crypto'
import type { IndexedDocument } from './document.ts'
import type { Language } from '../types.ts'

/** Pieces that one transaction writes or removes: some 10 ms. */
export const slice = 24

export interface AboutDocument { id: string, hash: string, title: string, url: string, chunks: number, tokens: number }

export function aboutDocument (language: Language, document: IndexedDocument, chunks: { tokens: number }[]): AboutDocument {
  const { id, title, url } = document
  return { id, hash: hashOf(language, document), title, url, chunks: chunks.length, tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0) }
}

/**
 * By its own hash, or by one that is made from it. Another language means other stems; another fingerprint, which is
 * made from the text, is no other document.
 */
export function hashOf (language: Language, { hash, title, text, url, fields, chunks }: IndexedDocument): string {
  if (hash !== undefined) return `${language}:${hash}`
  const pieces = chunks?.map(({ print, ...chunk }) => chunk)
  return createHash('sha256').update(JSON.stringify([language, title, text, url, JSON.stringify(fields), ...(pieces ? [pieces] : [])])).digest('base64url')
}
