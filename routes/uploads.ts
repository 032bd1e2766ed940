// Documents on their way in: files and lists of documents, and what became of them.
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { settlesWithin, unlessAborted } from '../src/async/signals.ts'
import { CodedError, coded } from '../src/errors.ts'
import { indexKindPattern } from '../src/ids.ts'
import type { Arrival } from '../src/uploads/spool.ts'
import { taskIdPattern, type Task, type TaskFile } from '../src/uploads/task.ts'
import type { Uploads } from '../src/uploads/uploads.ts'
import { companyOf } from './answering.ts'
import { Company, documentsOf, refused } from './company-documents.ts'
import { errorResponse } from '../src/wire/schemas.ts'

const time = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })
const TaskSchema = Type.Object({
  id: Type.String(),
  company_id: Type.String(),
  index: Type.String(),
  status: Type.Unsafe<Task['status']>({ type: 'string', enum: ['queued', 'running', 'done', 'failed'], description: 'failed: `error` says why, or every item was rejected; queued with an `error`: it met a trouble that passes, and is begun again' }),
  created_at: Type.String({ format: 'date-time' }),
  started_at: time('null = it waits'),
  ended_at: time('null = it has not ended'),
  files: Type.Array(Type.Object({ name: Type.String({ description: 'Empty for a list of documents' }), bytes: Type.Integer() })),
  written: Type.Integer({ description: 'Documents that are new or have changed' }),
  unchanged: Type.Integer(),
  removed: Type.Integer({ description: 'Documents that an earlier version of a file had' }),
  evicted: Type.Integer({ description: 'Other documents that had to make room: KNOWLEDGE_MAX_TOKENS' }),
  chunks: Type.Integer(),
  tokens: Type.Integer(),
  rejected: Type.Integer({ description: 'Files and items that could not be taken in' }),
  rejections: Type.Array(Type.Object({
    file: Type.String(), document: Type.String({ description: 'Its id, or its number in the file; empty = the whole file' }), code: Type.String(), reason: Type.String(), message: Type.String(),
  }), { description: 'The first hundred of them' }),
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
})
const TaskPath = Type.Object({ id: Type.String({ pattern: taskIdPattern }) })

const anyBody = { schema: Type.Any() }
const description = `Answers once everything has arrived and is safe on the disk; \`GET /v1/tasks/{id}\` tells how it goes on.

- \`application/json\`, an array, or \`application/x-ndjson\`: documents with ids of their own, read as the index's mapping says.
- \`multipart/form-data\`: any number of files, PDF, Word (docx), HTML, Markdown, CSV, JSON, NDJSON, text, logs, transcripts, source code.
- Any other type, or any type with \`name\`: one file.
- No body, with \`name\` and \`sha256\`: the file with that content, as it was read before; 404 \`FILE_UNKNOWN\` when it is to be sent.

The same document again, by its id, replaces the one before; one that has not changed costs nothing. A file that is one document has its name for an id, rows and items of a file \`<name>/<id>\`; those that a new version of the file no longer holds are removed.`

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')
  const { MAX_FILE_BYTES } = app.config

  function uploadsOf (): Uploads {
    if (!app.uploads) throw coded('NOT_SUPPORTED', 'Documents are written into Meilisearch with MEILI_WRITE_KEY, or by `causerie meili load`.')
    return app.uploads
  }

  // Bodies go to the disk as they come.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_, payload, done) => done(null, payload))
  await app.register(multipart, { preservePath: true, limits: { fileSize: MAX_FILE_BYTES, files: mostFiles, fields: 0, parts: mostFiles } })

  app.put('/v1/indexes/:kind/documents', {
    ...withWrite,
    config: { longBody: true },
    schema: {
      tags: ['documents'],
      summary: 'Put documents in: a list of them, or files',
      description,
      params: Type.Object({ kind: Type.String({ pattern: indexKindPattern, description: 'The index, as the profile names it', examples: ['faq'] }) }),
      querystring: Type.Object({
        ...Company,
        name: Type.Optional(Type.String({ minLength: 1, maxLength: mostNameChars, description: 'Name of the file, with `/` between folders: the body is a file', examples: ['guides/care.pdf'] })),
        sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the body; checked' })),
        title: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'Title of the document that the file is, in place of its own' })),
        url: Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description: 'Where people find it; of rows, where they have no address of their own' })),
        pinned: Type.Optional(Type.Literal('true', { description: 'Never removed to make room' })),
      }, { additionalProperties: false }),
      body: { content: { 'application/json': anyBody, 'application/x-ndjson': anyBody, 'multipart/form-data': anyBody, 'application/octet-stream': anyBody } },
      response: {
        202: Type.Object({ task: TaskSchema }, { description: 'Everything has arrived; the task works it off' }),
        ...refused,
        404: errorResponse('No such company; or the content is not known and has to be sent'),
        413: errorResponse('It is larger than MAX_FILE_BYTES'),
        503: errorResponse('Too many uploads are waiting'),
      },
    },
  }, async (request, reply) => {
    const { company_id, sha256, ...about } = request.query
    const uploads = uploadsOf()
    const company = companyOf(request, company_id)
    const { profile } = await documentsOf(app, company, request.params.kind)
    if (about.name !== undefined) checkName(about.name)
    const length = Number(request.headers['content-length'] ?? 0)
    if (length > MAX_FILE_BYTES && !isMultipart(request)) throw coded('FILE_TOO_LARGE', `At most ${Math.floor(MAX_FILE_BYTES / 1e6)} MB are taken.`)
    const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

    let receive: (arrival: Arrival) => Promise<TaskFile[]>
    if (isMultipart(request)) {
      receive = arrival => receiveFiles(request, arrival, about)
    } else if (request.body === undefined) {
      const { name } = about
      if (name === undefined || sha256 === undefined) throw coded('INVALID_BODY', 'There is no body; without one, "name" and "sha256" are asked for.')
      if (!uploads.knows(profile, request.params.kind, { sha256, name, type })) throw coded('FILE_UNKNOWN')
      receive = async () => [{ ...extras(about), name, type, bytes: 0, sha256, known: true }]
    } else {
      const { name = '' } = about
      if (name === '' && !listTypes.includes(type)) throw coded('INVALID_BODY', 'Give the file a name: ?name=guide.pdf')
      receive = async arrival => {
        const received = await arrival.receive(request.body as AsyncIterable<Uint8Array>)
        if (sha256 !== undefined && received.sha256 !== sha256) throw coded('DIGEST_WRONG')
        return [{ ...extras(about), name, type: nameable(type), ...received }]
      }
    }
    const task = await uploads.take(company, request.params.kind, receive)
    return reply.code(202).header('location', `/v1/tasks/${task.id}`).send({ task: shown(task) })
  })

  app.get('/v1/tasks/:id', {
    ...withWrite,
    schema: {
      tags: ['documents'],
      summary: 'How far an upload is, and what came of it',
      params: TaskPath,
      querystring: Type.Object({ ...Company, wait: Type.Optional(Type.String({ pattern: '^([0-9]|[1-5][0-9]|60)$', description: 'Seconds to wait for its end, 60 at most' })) }, { additionalProperties: false }),
      response: { 200: TaskSchema, ...refused, 404: errorResponse('No such task') },
    },
  }, async (request, reply) => {
    const company = companyOf(request, request.query.company_id)
    const { id } = request.params
    const task = await uploadsOf().get(company, id)
    const wait = Number(request.query.wait ?? 0)
    if (task.endedAt > 0 || wait === 0) return shown(task)
    await endOrTime(uploadsOf().whenEnded(company, id), wait * 1000, [app.closingSignal, goneSignal(reply)])
    return shown(await uploadsOf().get(company, id))
  })

  app.get('/v1/tasks', {
    ...withWrite,
    schema: {
      tags: ['documents'],
      summary: 'The newest uploads of a company',
      querystring: Type.Object({ ...Company, limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: '1 to 100; 20 when absent' })) }, { additionalProperties: false }),
      response: { 200: Type.Object({ data: Type.Array(TaskSchema) }), ...refused },
    },
  }, async request => {
    const tasks = await uploadsOf().list(companyOf(request, request.query.company_id), Number(request.query.limit ?? 20))
    return { data: tasks.map(shown) }
  })

  app.delete('/v1/tasks/:id', {
    ...withWrite,
    schema: { tags: ['documents'], summary: 'End an upload before its time', description: 'What it has written stays.', params: TaskPath, querystring: Type.Object(Company, { additionalProperties: false }), response: { 204: Type.Null({ description: 'It ends' }), ...refused, 404: errorResponse('No such task, or it has ended') } },
  }, async (request, reply) => {
    uploadsOf().cancel(companyOf(request, request.query.company_id), request.params.id)
    return reply.code(204).send(null)
  })
}

export default routes

const mostFiles = 1000
const mostNameChars = 400
/** What may come without a name: documents with ids of their own. */
const listTypes = ['application/json', 'application/x-ndjson', 'application/ndjson', 'application/jsonl']

interface About { name?: string, title?: string, url?: string, pinned?: 'true' }

function extras ({ title, url, pinned }: About): Pick<TaskFile, 'title' | 'url' | 'pinned'> {
  return { ...(title === undefined ? {} : { title }), ...(url === undefined ? {} : { url }), ...(pinned ? { pinned: true } : {}) }
}

/** What clients send when they do not know says nothing. */
function nameable (type: string): string {
  return ['application/octet-stream', 'application/x-www-form-urlencoded'].includes(type) ? '' : type
}

/** A name becomes the beginning of ids: it may be a path, but not one that leads somewhere else. */
function checkName (name: string): void {
  // eslint-disable-next-line no-control-regex
  if (name.length > mostNameChars || /^\/|\\|[\u0000-\u001f\u007f]|^\s|\s$/.test(name) || !name.isWellFormed() || name.split('/').some(part => part === '' || part === '.' || part === '..')) {
    throw coded('INVALID_BODY', 'A name is a relative path such as guides/care.pdf, of 400 characters at most.')
  }
}

function isMultipart (request: FastifyRequest): boolean {
  return request.isMultipart()
}

async function receiveFiles (request: FastifyRequest, arrival: Arrival, about: About): Promise<TaskFile[]> {
  const files: TaskFile[] = []
  try {
    for await (const part of request.files()) {
      checkName(part.filename)
      const received = await arrival.receive(part.file)
      if (part.file.truncated) throw coded('FILE_TOO_LARGE')
      files.push({ ...extras(about), name: part.filename, type: nameable(part.mimetype), ...received })
    }
  } catch (error) {
    if (error instanceof CodedError) throw error
    const { code = '' } = error as { code?: string }
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw coded('FILE_TOO_LARGE', undefined, error)
    throw coded('INVALID_BODY', code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT' ? `At most ${mostFiles} files come at once.` : 'The multipart body cannot be read.', error)
  }
  if (files.length === 0) throw coded('INVALID_BODY', 'There is no file in it.')
  return files
}

/** Waits until the task has ended, the time is over, or a signal fires. */
async function endOrTime (ended: Promise<void>, ms: number, signals: AbortSignal[]): Promise<void> {
  await settlesWithin(ms, unlessAborted(ended, AbortSignal.any(signals)).catch(() => {}))
}

function goneSignal (reply: { raw: NodeJS.EventEmitter }): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

function shown (task: Task) {
  const date = (ms: number) => ms === 0 ? null : new Date(ms).toISOString()
  const { id, company, index, status, createdAt, startedAt, endedAt, written, unchanged, removed, evicted, chunks, tokens, rejected, rejections, error } = task
  return {
    id, company_id: company, index, status,
    created_at: new Date(createdAt).toISOString(), started_at: date(startedAt), ended_at: date(endedAt),
    files: task.files.map(({ name, bytes }) => ({ name, bytes })),
    written, unchanged, removed, evicted, chunks, tokens, rejected, rejections, error,
  }
}
