// Keeps uploads on disk from their arrival until they are done, and then their results: a crash loses no accepted upload.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coded } from '../errors.ts'
import { replaceFile } from '../async/replace-file.ts'
import { createOwners } from './owners.ts'
import { createSpoolReader } from './spool-reader.ts'
import { createSpoolWriter } from './spool-writer.ts'
import { asStoreError } from '../disk-errors.ts'
import type { Task } from './task.ts'

export interface IncomingUpload {
  /** Appends one file. Throws FILE_TOO_LARGE, QUEUE_FULL, INVALID_REQUEST when the body stalls, or a STORE_* error. */
  receive(body: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: string }>
  /** Accepts the upload, which is whole: from now on it survives a crash. */
  accept(task: Task): Promise<void>
  /** Takes it back: the company was deleted meanwhile. */
  withdraw(): void
  /** Removes the received data unless the upload was accepted. Call it at the end. */
  cleanUp(): Promise<void>
}

export interface Spool {
  /** Creates the folder of an upload that is about to arrive. */
  startUpload (task: Task): Promise<IncomingUpload>
  /** Opens the n-th file of a task. */
  open (task: Task, n: number): AsyncIterable<Uint8Array>
  /** Records the state of a task that is not done yet. */
  update (task: Task): Promise<void>
  /** Ends a task: removes its files, keeps its result. */
  end (task: Task): Promise<void>
  /** Returns a task that has ended; null if there is no such task. */
  ended (company: string, id: string): Promise<Task | null>
  /** Returns the ids of a company's ended tasks, the newest first. */
  endedIds (company: string): Promise<string[]>
  /**
   * Takes over the tasks that a process has left which is gone, and removes its uploads that never arrived whole. Returns the
   * tasks, the oldest first. Those of other processes that still run are left alone.
   */
  recover (): Promise<Task[]>
  /** Removes the results of tasks that ended before then. */
  removeEnded (before: number): Promise<void>
  stats (): { bytes: number }
  /** Leaves the tasks that have not ended to the next start, or to another process, once no upload arrives any more. */
  close (): Promise<void>
}

interface OwnedTask extends Task { owner?: string }

/** The ending of an upload that has not arrived whole: `<task>.<owner>.part`. */
const part = '.part'
/** The longest pause within an upload, ms. */
const silenceMs = 30_000
/** The part of the space that others leave free which one company may take: there is always some for the next one. */
const maxShare = 0.8
/** The most bytes written at once. */
const writeBytes = 1_048_576

export interface SpoolOptions {
  /** The folder for `spool` and `tasks`. */
  dir: string
  maxBytes: number
  maxFileBytes: number
  /** How long one upload may take to arrive, ms. */
  arrivalMs: number
}

export function createSpool ({ dir, maxBytes, maxFileBytes, arrivalMs }: SpoolOptions): Spool {
  const spool = join(dir, 'spool')
  const tasks = join(dir, 'tasks')
  const owners = createOwners(join(spool, '.owners'))
  const folderOf = ({ company, id }: Task) => join(spool, company, id)
  const endedFile = (company: string, id: string) => join(tasks, company, `${id}.json`)
  let total = 0
  let arriving = 0
  let isClosing = false
  const bytesOf = new Map<string, number>()
  const reader = createSpoolReader()

  function count (company: string, bytes: number): void {
    total += bytes
    const left = (bytesOf.get(company) ?? 0) + bytes
    if (left > 0) bytesOf.set(company, left)
    else bytesOf.delete(company)
  }

  /** Tells whether a company takes more than its share. */
  function isOverShare (company: string): boolean {
    const own = bytesOf.get(company) ?? 0
    return own > maxShare * (maxBytes - (total - own))
  }

  async function discard (company: string, folder: string, bytes: number): Promise<void> {
    await rm(folder, { recursive: true, force: true })
    count(company, -bytes)
  }

  /** Writes a task with the name of its process. */
  const written = (task: Task) => JSON.stringify({ ...task, owner: owners.id } satisfies OwnedTask)

  /** Makes this process the owner of one folder, if its own is gone. Returns its task; null when there is none to take over. */
  async function takeOver (company: string, name: string, isGone: (owner: string | undefined) => boolean): Promise<Task | null> {
    const folder = join(spool, company, name)
    if (name.endsWith(part)) {
      const [, owner] = /\.([^.]+)\.part$/.exec(name) ?? []
      if (isGone(owner)) await discard(company, folder, 0)
      return null
    }
    const read = async () => parse(await readFile(join(folder, 'task.json'), 'utf8').catch(() => ''))
    if (!isGone((await read())?.owner)) return null
    // Read again: now no other process can take it over.
    const found = await read()
    if (found && !isGone(found.owner)) return null
    if (!found || await exists(endedFile(company, name))) {
      await discard(company, folder, 0)
      return null
    }
    const { owner: _, ...task } = found
    await replaceFile(join(folder, 'task.json'), written(task))
    count(company, sizeOf(task))
    return task
  }

  return {
    async startUpload (task) {
      await withStoreErrors((async () => owners.announce())())
      const folder = `${folderOf(task)}.${owners.id}${part}`
      const lateAt = performance.now() + arrivalMs
      await withStoreErrors(mkdir(folder, { recursive: true, mode: 0o700 }))
      // All files go into one file, one after another, which is synced once.
      const file = await withStoreErrors(open(join(folder, 'data'), 'w', 0o600))
      const writer = createSpoolWriter(file)
      arriving++
      let received = 0
      let accepted = false
      let place = folder
      return {
        async receive (body) {
          const hash = createHash('sha256')
          let bytes = 0
          let waiting: Uint8Array[] = []
          let waitingBytes = 0
          const write = async () => {
            await withStoreErrors(writer.write(waiting))
            waiting = []
            waitingBytes = 0
          }
          for await (const chunk of inTime(body, lateAt)) {
            bytes += chunk.length
            if (bytes > maxFileBytes) throw coded('FILE_TOO_LARGE', `At most ${Math.floor(maxFileBytes / 1e6)} MB.`)
            count(task.company, chunk.length)
            received += chunk.length
            if (total > maxBytes || isOverShare(task.company)) throw coded('QUEUE_FULL')
            hash.update(chunk)
            waiting.push(chunk)
            waitingBytes += chunk.length
            if (waitingBytes >= writeBytes) await write()
          }
          await write()
          return { bytes, sha256: hash.digest('hex') }
        },
        async accept (task) {
          // A power cut must not lose an accepted upload.
          await withStoreErrors(writer.sync())
          await withStoreErrors(writeFile(join(folder, 'task.json'), written(task), { flush: true, mode: 0o600 }))
          await withStoreErrors(syncFolder(folder))
          await withStoreErrors(rename(folder, folderOf(task)))
          place = folderOf(task)
          accepted = true
          await withStoreErrors(syncFolder(join(spool, task.company)))
        },
        withdraw () {
          accepted = false
        },
        async cleanUp () {
          await writer.idle()
          await file.close()
          if (!accepted) await discard(task.company, place, received)
          if (--arriving === 0 && isClosing) await owners.close()
        },
      }
    },

    async * open (task, n) {
      const start = task.files.slice(0, n).reduce((sum, { bytes }) => sum + bytes, 0)
      const { bytes } = task.files[n]!
      if (bytes === 0) return
      try {
        yield * reader.read({ id: task.id, path: join(folderOf(task), 'data'), size: sizeOf(task) }, start, bytes)
      } catch (error) {
        throw asStoreError(error)
      }
    },
    update: task => withStoreErrors(replaceFile(join(folderOf(task), 'task.json'), written(task))),

    async end (task) {
      reader.forget(task.id)
      const record = async () => {
        await mkdir(join(tasks, task.company), { recursive: true, mode: 0o700 })
        await replaceFile(endedFile(task.company, task.id), JSON.stringify(task))
      }
      try {
        await record()
        await discard(task.company, folderOf(task), sizeOf(task))
      } catch {
        // A full disk has room again once the files are gone.
        await discard(task.company, folderOf(task), sizeOf(task))
        await withStoreErrors(record())
      }
    },

    async ended (company, id) {
      return parse(await readFile(endedFile(company, id), 'utf8').catch(() => ''))
    },

    async endedIds (company) {
      const names = await readdir(join(tasks, company)).catch(() => [])
      return names.filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length)).sort().reverse()
    },

    recover: () => owners.takeOver(async isGone => {
      const found: Task[] = []
      for (const company of await folders(spool)) {
        for (const name of await folders(join(spool, company))) {
          const task = await takeOver(company, name, isGone)
          if (task) found.push(task)
        }
      }
      return found.sort((a, b) => a.id < b.id ? -1 : 1)
    }),

    async removeEnded (before) {
      for (const company of await folders(tasks)) {
        for (const name of await readdir(join(tasks, company))) {
          const path = join(tasks, company, name)
          if ((await stat(path)).mtimeMs < before) await rm(path, { force: true })
        }
      }
    },

    stats: () => ({ bytes: total }),
    async close () {
      isClosing = true
      if (arriving === 0) await owners.close()
    },
  }
}

function sizeOf ({ files }: Task): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Yields the chunks of a body. Throws when none arrives for too long, or when `lateAt` has come on the monotonic clock. */
async function * inTime (body: AsyncIterable<Uint8Array>, lateAt: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      // One promise per chunk: a promise that lives longer would keep every chunk in memory until it settles.
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Uint8Array>>()
      const left = lateAt - performance.now()
      const slow = left < silenceMs ? 'The body took too long to arrive: UPLOAD_TIMEOUT_SECONDS.' : 'The body stopped arriving.'
      const timer = setTimeout(() => reject(coded('INVALID_REQUEST', slow)), Math.max(0, Math.min(silenceMs, left)))
      chunks.next().then(resolve, reject)
      const next = await promise.finally(() => clearTimeout(timer))
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a silent body does not end either.
    chunks.return?.()?.catch(() => {})
  }
}

/** Syncs a folder, so that files created or renamed in it survive a power cut. */
async function syncFolder (path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync().finally(() => folder.close())
}

async function withStoreErrors<T> (work: Promise<T>): Promise<T> {
  return work.catch(error => { throw asStoreError(error) })
}

function parse (text: string): OwnedTask | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function folders (dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
}

async function exists (path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}
