// Answers clients that close their side of the connection behind their request, as `nc -N` and some proxies do.
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The pause before the next sign doubles from the first of these to the last, ms. */
const firstPauseMs = 10
const longestPauseMs = 5000

/** Node keeps the response that is being written with its connection. */
type Connection = Socket & { _httpMessage?: ServerResponse | null }

/**
 * Lets these clients read their answers. One that has left looks the same until it is sent something, and its answer must not go
 * on for nobody: so it is sent signs of life until it refuses them. A stream emits `sign` for its own one; before a head there is
 * a status for it, which HTTP/1.0 does not know: its clients, proxies mostly, count as gone.
 */
export function serveHalfClosed (server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('connection', (socket: Connection) => {
    socket.once('end', () => {
      let pauseMs = firstPauseMs
      let timer: NodeJS.Timeout | undefined
      const sign = () => {
        sendSign(socket)
        if (!socket._httpMessage || socket.destroyed) return
        timer = setTimeout(sign, pauseMs).unref()
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
      }
      socket.once('close', () => clearTimeout(timer))
      sign()
    })
  })
}

function sendSign (socket: Connection): void {
  const response = socket._httpMessage
  if (!response) return
  if (response.headersSent) response.emit('sign')
  else if (response.req.httpVersionMinor === 0) socket.destroy()
  else response.writeContinue()
}
