// A client that uses little CPU: one keep-alive socket, one request at a time, whole bodies, the time of the first token.
import { once } from 'node:events'
import { connect } from 'node:net'

export interface Reply {
  body: Buffer
  /** Milliseconds from the request to the first bytes that contain the mark; NaN without any. */
  firstMs: number
  totalMs: number
}

export interface Client {
  /** Throws an Error when the connection breaks or the status is not 200. */
  ask (request: Buffer): Promise<Reply>
  close (): void
}

const headEnd = Buffer.from('\r\n\r\n')
// JSON has no bare CR, so nothing inside an answer looks like the last chunk.
const lastChunk = Buffer.from('0\r\n\r\n')

/** Makes the bytes of a POST with a JSON body. */
export function post (port: number, path: string, body: object): Buffer {
  const json = JSON.stringify(body)
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ` +
    `${Buffer.byteLength(json)}\r\n\r\n${json}`
  )
}

/** @param mark bytes of the body that show the first token */
export async function openClient (port: number, mark: string): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let settle: { resolve: (reply: Reply) => void, reject: (error: Error) => void } | undefined
  let packets: Buffer[] = []
  let began = 0
  let firstMs = NaN
  /** How many bytes are missing; -1 = until the last chunk, undefined = the head is missing too. */
  let expected: number | undefined
  let bodyAt = 0

  function finish (): void {
    const all = packets.length === 1 ? packets[0]! : Buffer.concat(packets)
    const rest = all.subarray(bodyAt)
    const { resolve } = settle!
    settle = undefined
    resolve({ body: expected === -1 ? joinChunks(rest) : rest, firstMs, totalMs: performance.now() - began })
  }

  function readHead (): void {
    const all = Buffer.concat(packets)
    const at = all.indexOf(headEnd)
    if (at < 0) return
    const head = all.toString('latin1', 0, at)
    if (!head.startsWith('HTTP/1.1 200 ')) return fail(new Error(all.toString()))
    bodyAt = at + headEnd.length
    const length = /^content-length: (\d+)/im.exec(head)
    expected = length ? bodyAt + Number(length[1]) : -1
    packets = [all]
  }

  function isWhole (): boolean {
    if (expected !== -1) return packets.reduce((sum, packet) => sum + packet.length, 0) >= expected!
    const last = packets.at(-1)!
    return (last.length >= lastChunk.length ? last : Buffer.concat(packets.slice(-3))).subarray(-lastChunk.length).equals(lastChunk)
  }

  function fail (error: Error): void {
    settle?.reject(error)
    settle = undefined
    socket.destroy()
  }

  socket.on('data', packet => {
    if (!settle) return
    packets.push(packet)
    if (expected === undefined) readHead()
    // The mark may span two packets.
    if (Number.isNaN(firstMs) && (packet.includes(mark) || Buffer.concat(packets.slice(-2)).includes(mark))) {
      firstMs = performance.now() - began
    }
    if (expected !== undefined && settle && isWhole()) finish()
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))

  return {
    ask (request) {
      return new Promise((resolve, reject) => {
        settle = { resolve, reject }
        packets = []
        expected = undefined
        firstMs = NaN
        began = performance.now()
        socket.write(request)
      })
    },
    close () {
      socket.destroy()
    },
  }
}

function joinChunks (bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}
