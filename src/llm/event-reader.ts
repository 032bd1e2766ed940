// Reads server-sent events as the servers of models send them, also where something between them is no event.
import { createParser } from 'eventsource-parser'
import { isObject } from '../plain-object.ts'
import { brokenAnswer } from './failures.ts'
import { errorOf, readJson } from './server-errors.ts'
import { maxChunkChars } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'

/** A longer line that is no field is not read: it is no error. */
const maxStrayChars = 16_384
/** The first letters of the fields, and of a comment; "e" may also begin llama.cpp's `error`. */
const fieldStart = /^(?:[dir:]|ev)/
const lineEnd = /[\r\n]/
const endMarker = /^"?\[DONE\]/i
const doubledField = /^(?:data: ?)+/

/** @param readChunk takes the JSON object of each event */
export function createEventReader (readChunk: (chunk: object) => void, handler: ChunkHandler): BodyParser {
  /** The beginning of a line that is no field: the parser would drop it unless it gets it in one piece. */
  let stray = ''
  let isInLine = false

  function readEvent ({ data: given, event }: { data: string, event?: string | undefined }): void {
    // Some proxies frame once more what is framed already.
    const data = given.replace(doubledField, '')
    if (endMarker.test(data)) return handler.onDone()
    if (data === '' && event !== 'error') return
    const json = parse(data)
    if (json === undefined) readOther(data, event)
    else if (event === 'error') handler.onError(errorOf(json) ?? json)
    else if (Array.isArray(json)) for (const chunk of json) readChunk(asObject(chunk))
    else if (isObject(json) || !hasOwnName(event)) readChunk(asObject(json))
  }

  /** Reads an event that is not JSON. */
  function readOther (data: string, event: string | undefined): void {
    if (event === 'error') handler.onError(data)
    const lines = data.split('\n').map(line => line.trim()).filter(Boolean)
    // Some servers leave out the blank line between their events.
    if (lines.length !== 1 || lines[0] !== data) for (const line of lines) readEvent({ data: line, event })
    else if (!hasOwnName(event) || /^[{[]/.test(data)) throw brokenAnswer('a chunk that is not JSON')
  }

  const parser = createParser({
    maxBufferSize: maxChunkChars,
    onEvent: readEvent,
    onError (error) {
      if (error.type === 'max-buffer-size-exceeded') throw brokenAnswer('an event without end')
      // llama.cpp has a field of its own for it.
      if (error.type === 'unknown-field' && error.field === 'error') handler.onError(readJson(error.value ?? '') ?? error.value)
      // Some proxies write the error of a stream that has begun as a bare line of JSON.
      const reported = error.line === undefined ? undefined : errorOf(readJson(error.line))
      if (reported !== undefined) handler.onError(reported)
    },
  })

  function feed (text: string): void {
    if (text === '') return
    let given = text
    if (stray !== '') {
      stray += text
      if (stray.length <= maxStrayChars && !lineEnd.test(text)) return
      given = stray
      stray = ''
    }
    if (given.endsWith('\n')) isInLine = false
    else {
      const last = Math.max(given.lastIndexOf('\n'), given.lastIndexOf('\r')) + 1
      const isStray = last < given.length && (last > 0 || !isInLine) && given.length - last <= maxStrayChars &&
        !fieldStart.test(given.slice(last, last + 2))
      isInLine = last < given.length && !isStray
      if (isStray) {
        stray = given.slice(last)
        given = given.slice(0, last)
      }
    }
    if (given !== '') parser.feed(given)
  }

  // A server may leave out the blank line after its last event.
  return { feed, end: () => feed('\n\n') }
}

/** Tells whether an event has a name of its own, such as `ping`: a word or a number in it is a sign of life. */
function hasOwnName (event: string | undefined): boolean {
  return event !== undefined && event !== 'message'
}

function parse (data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function asObject (json: unknown): object {
  if (typeof json !== 'object' || json === null) throw brokenAnswer('a chunk that is not a JSON object')
  return json
}
