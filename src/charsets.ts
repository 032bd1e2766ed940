// Reads text in the charset that its sender names.
import { isUtf8 } from 'node:buffer'
import { coded } from './errors.ts'

/**
 * Returns the text of a body: in UTF-8, or in the charset of its Content-Type. Throws INVALID_JSON when its bytes are none of that
 * charset, since a question with � for each accent would find nothing, and UNSUPPORTED_MEDIA_TYPE for one that is not known.
 */
export function readText (body: Buffer, contentType = ''): string {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? []
  if (/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    if (!isUtf8(body)) throw coded('INVALID_JSON', 'Its bytes are not UTF-8.')
    return body.toString()
  }
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body)
  } catch (error) {
    throw error instanceof RangeError
      ? coded('UNSUPPORTED_MEDIA_TYPE', 'Its charset is not known; use UTF-8.')
      : coded('INVALID_JSON', 'Its bytes are not in the charset of its Content-Type.')
  }
}
