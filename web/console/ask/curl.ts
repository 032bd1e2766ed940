// Writes a question as a command for a terminal.
import { apiKey, serviceAddress } from '../api.ts'
import { access } from '../session.ts'
import type { AskOptions } from './conversation.ts'

const quoted = (text: string) => `'${text.replaceAll('\'', '\'\\\'\'')}'`

/** The key itself is never part of it: a command is pasted into chats and tickets. */
export function curlOf (company: string, message: string, options: AskOptions = {}): string {
  const needsKey = apiKey.peek() !== '' || access.peek()?.keyless === false
  const body = JSON.stringify({ company_id: company, user_id: 'me', message, ...options })
  return [
    `curl -N ${serviceAddress}/chat`,
    ...(needsKey ? ['-H "Authorization: Bearer $CAUSERIE_KEY"'] : []),
    '-H \'Content-Type: application/json\'',
    `-d ${quoted(body)}`,
  ].join(' \\\n  ')
}
