// Closes connections so that a client that is still sending can read its answer: unread bytes would reset the connection.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** A connection on which nothing arrives is closed after this time, any other after the longer one. */
const silenceMs = 5000
const longestMs = 30_000

/** The last request of each connection whose answer was sent before all of it had arrived. */
const early = new WeakMap<Socket, IncomingMessage>()

/**
 * Keeps the connection of a request readable after its answer, which is about to be sent before all of the body has arrived:
 * the rest is read and dropped, for a while, and the connection is closed at its end if the answer said so.
 * @param closing closes the connection at once when the service ends
 */
export function readRestAfterAnswer (request: IncomingMessage, response: ServerResponse, closing: AbortSignal): void {
  const { socket } = request
  // A request that was injected has none.
  if (!(socket instanceof Socket)) return
  // Node calls this right after an answer with "Connection: close". Once for each connection: it may serve many requests.
  const isKnown = early.has(socket)
  early.set(socket, request)
  const destroySoon = socket.destroySoon.bind(socket)
  if (!isKnown) {
    socket.destroySoon = () => {
      if (early.get(socket)!.complete) destroySoon()
      else socket.end()
    }
  }
  response.once('finish', () => {
    if (request.complete || socket.destroyed) return
    const stop = limit(socket, closing)
    request.unpipe()
    request.on('data', stop.refresh).once('end', () => {
      stop.clear()
      if (socket.writableEnded) socket.destroySoon()
    })
    request.resume()
  })
}

/** Connections whose request could not be parsed, and what tells that more of it has arrived. */
const broken = new WeakMap<Socket, () => void>()

/** Sends the last bytes of a connection. Its parser then reports everything that still arrives: see `isLingering`. */
export function endBroken (socket: Socket, bytes: string): void {
  broken.set(socket, limit(socket).refresh)
  socket.end(bytes)
}

/** Returns true if the connection has had its last answer, and drops what has arrived since. */
export function isLingering (socket: Socket): boolean {
  const refresh = broken.get(socket)
  refresh?.()
  return refresh !== undefined
}

function limit (socket: Socket, closing?: AbortSignal): { refresh: () => void, clear: () => void } {
  const destroy = () => { socket.destroy() }
  const silence = setTimeout(destroy, silenceMs).unref()
  const longest = setTimeout(destroy, longestMs).unref()
  const clear = () => {
    clearTimeout(silence)
    clearTimeout(longest)
    closing?.removeEventListener('abort', destroy)
    socket.removeListener('close', clear)
  }
  socket.once('close', clear)
  if (closing?.aborted) destroy()
  closing?.addEventListener('abort', destroy)
  return { refresh: () => { silence.refresh() }, clear }
}
