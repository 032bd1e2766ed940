// Sends files to the service, a few at a time, and follows each until it can be found or was rejected.
import { effect, signal, type Signal } from '@preact/signals'
import { ApiError, addressOf, authorization, call, isKeyRefused, problemOf } from '../api.ts'
import { access, phase } from '../session.ts'
import { megabytes, plural } from '../ui/parts.tsx'
import type { Chosen } from './dropped.ts'
import { sentenceOf, type Rejection } from './rejections.ts'

export interface Upload {
  key: string
  name: string
  bytes: number
  state: 'waiting' | 'sending' | 'reading' | 'done' | 'rejected'
  /** 0 to 1, while it is sent. */
  sent: number
  /** What became of it, in words. */
  result: string
  warnings: string[]
}

interface Task {
  id: string
  status: 'queued' | 'running' | 'done' | 'failed'
  written: number
  unchanged: number
  chunks: number
  evicted: number
  rejected: number
  rejections: Rejection[]
  warnings: { message: string }[]
  error: { code: string, message: string } | null
}

/** Where a file goes, and whom it is for. */
interface Place { company: string, index: string, access?: string }

export const uploads = signal<Signal<Upload>[]>([])
const atOnce = 3
/** How often a full queue is tried again, and how often what the connection broke. */
const maxTries = 20
const maxBroken = 3
const pauseMs = 1500
let active = 0
let made = 0
const waiting: (() => Promise<void>)[] = []

/**
 * @param readers the groups and users whom documents are for that name none themselves; null = everyone
 * @param onWritten called when documents have changed
 */
export function upload (company: string, index: string, readers: string[] | null, chosen: Chosen[], onWritten: () => void): void {
  const place = { company, index, ...(readers ? { access: readers.join(',') } : {}) }
  const added = chosen.map(({ name, file }) => {
    const entry = signal<Upload>({ key: `u${made++}`, name, bytes: file?.size ?? 0, state: 'waiting', sent: 0, result: '', warnings: [] })
    waiting.push(async () => {
      if (await sendFile(place, file, entry)) onWritten()
    })
    return entry
  })
  uploads.value = [...added, ...uploads.value]
  while (active < atOnce && waiting.length > 0) work()
}

// A file that has not arrived whole goes with the tab.
effect(() => {
  const isSending = uploads.value.some(({ value: { state } }) => state === 'waiting' || state === 'sending')
  window.onbeforeunload = isSending ? event => event.preventDefault() : null
})

export function clearEnded (): void {
  uploads.value = uploads.value.filter(({ value: { state } }) => state !== 'done' && state !== 'rejected')
}

async function work (): Promise<void> {
  active++
  for (let next = waiting.shift(); next; next = waiting.shift()) await next()
  active--
}

/** Returns true if a document was written. Never throws. */
async function sendFile (place: Place, file: File | null, entry: Signal<Upload>): Promise<boolean> {
  const set = (changes: Partial<Upload>) => { entry.value = { ...entry.value, ...changes } }
  if (file === null || !await isReadable(file)) {
    set({ state: 'rejected', result: unreadable })
    return false
  }
  const limit = access.value?.max_file_bytes ?? Infinity
  if (file.size > limit) {
    set({ state: 'rejected', result: `It is larger than ${megabytes(limit)}. Divide it, or raise MAX_FILE_BYTES.` })
    return false
  }
  try {
    set({ state: 'sending' })
    const { id } = await putFile(place, entry.value.name, file, sent => set({ sent }))
    set({ state: 'reading', sent: 1 })
    const task = await whenEnded(place.company, id)
    const isRejected = task.status === 'failed' || (task.written === 0 && task.unchanged === 0)
    set({ state: isRejected ? 'rejected' : 'done', result: resultOf(task), warnings: task.warnings.map(({ message }) => message) })
    return task.written > 0
  } catch (error) {
    const { title, message } = problemOf(error)
    // A browser says the same of a lost connection and of a file that was moved or changed.
    set({ state: 'rejected', result: await isReadable(file) ? `${title}. ${message}` : unreadable })
    return false
  }
}

const unreadable = 'It cannot be read: it was moved or changed, or may not be opened. Choose it again.'

function isReadable (file: File): Promise<boolean> {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false)
}

/** Goes on with the next key when one ends meanwhile, and tries again after a pause what is worth it. */
async function persevere<T> (work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (tries >= (error.code === 'QUEUE_FULL' ? maxTries : maxBroken)) throw error
      if (error.status === 401) await whenUnlocked()
      // Other uploads wait: ours waits too.
      else if (error.code === 'QUEUE_FULL' || error.code === 'UNREACHABLE') await new Promise(resolve => setTimeout(resolve, pauseMs))
      else throw error
    }
  }
}

/** Resolves when the console is open again. */
function whenUnlocked (): Promise<void> {
  return new Promise(resolve => {
    const stop = phase.subscribe(now => { if (now === 'ready') queueMicrotask(() => { stop(); resolve() }) })
  })
}

async function putFile (
  { company, index, access }: Place, name: string, file: File, onSent: (share: number) => void
): Promise<{ id: string }> {
  return persevere(() => putOnce(addressOf(`v1/indexes/${index}/documents`, { company_id: company, name, access }), file, onSent))
}

/** Uses XMLHttpRequest, which tells how much has been sent. */
function putOnce (address: string, file: File, onSent: (share: number) => void): Promise<{ id: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', address)
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value)
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0)
    request.onload = () => {
      const body = request.response as { task?: { id: string }, code?: string, message?: string } | null
      if (body?.task) return resolve(body.task)
      if (request.status === 401) isKeyRefused.value = true
      reject(new ApiError(body?.code ?? 'UNKNOWN', body?.message ?? `The service answered ${request.status}.`, request.status))
    }
    request.onerror = () => reject(new ApiError('UNREACHABLE', 'The connection broke while the file was sent. Send it again.', 0))
    request.send(file)
  })
}

async function whenEnded (company: string, id: string): Promise<Task> {
  for (;;) {
    const task = await persevere(() => call<Task>(`v1/tasks/${id}`, { query: { company_id: company, wait: '20' } }))
    if (task.status === 'done' || task.status === 'failed') return task
  }
}

function resultOf ({ written, unchanged, chunks, evicted, rejected, rejections, error }: Task): string {
  const reasons = [...new Set(rejections.map(sentenceOf))].slice(0, 3).join(' ')
  if (error) return reasons || error.message
  if (written === 0 && unchanged === 0) return reasons || 'Nothing in it could be read.'
  return [
    written > 0 ? `${plural(written, 'document')} in ${plural(chunks, 'chunk')}.` : 'Unchanged.',
    evicted > 0 ? `${plural(evicted, 'older document')} made room.` : '',
    rejected > 0 ? `${plural(rejected, 'item')} rejected: ${reasons}` : '',
  ].filter(Boolean).join(' ')
}
