// Sends a whole answer: its head, what is the reader's own, and the bytes that all readers share, in one write and without a copy.
import type { ServerResponse } from 'node:http'
import type { WholeAnswer } from '../answers/log.ts'

/**
 * @param headers names and values in turn
 * @param onSent called when all of it was handed to the system
 */
export function sendWhole (response: ServerResponse, headers: string[], { head, rest }: WholeAnswer, onSent?: () => void): void {
  headers.push('content-length', String(head.length + rest.length))
  response.writeHead(200, headers)
  const { socket } = response
  socket?.cork()
  if (head !== '') response.write(head, 'latin1')
  response.end(rest, onSent)
  socket?.uncork()
}
