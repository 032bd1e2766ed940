// PUT documents (files or lists) into an index.
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { accessHelp, readAccess } from '../src/documents/access.ts'
import { CodedError, coded } from '../src/errors.ts'
import { indexKindPattern } from '../src/ids.ts'
import type { IncomingUpload } from '../src/uploads/spool.ts'
import type { TaskFile } from '../src/uploads/task.ts'
import { companyOf } from './answering.ts'
import { Company, documentsOf, refused, uploadsOf } from './company-documents.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { anyBody, taskJson, TaskSchema, uploadDescription } from './upload-schemas.ts'

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')
  const { MAX_FILE_BYTES } = app.config

  // Bodies go to disk as they arrive.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_, payload, done) => done(null, payload))
  await app.register(multipart, {
    preservePath: true,
    limits: { fileSize: MAX_FILE_BYTES, files: maxFiles, fields: maxFields, fieldSize: maxFieldBytes, parts: maxFiles + maxFields },
  })

  app.put(
    '/v1/indexes/:kind/documents',
    {
      ...withWrite,
      config: { longBody: true, audit: 'documents.upload' },
      schema: {
        tags: ['documents'],
        summary: 'Upload documents: a list, or files',
        description: uploadDescription,
        params: Type.Object({
          kind: Type.String({ pattern: indexKindPattern, description: 'The index, as named in the profile', examples: ['faq'] }),
        }),
        querystring: Type.Object(
          {
            ...Company,
            name: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: maxNameChars,
                description: 'The body is a file of this name, with `/` between folders',
                examples: ['guides/care.pdf'],
              })
            ),
            sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the body; it is verified' })),
            title: Type.Optional(
              Type.String({ minLength: 1, maxLength: 1000, description: "Title of the document, instead of the file's own" })
            ),
            url: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 2048,
                description: 'Address that people can open; for rows, only where they have none of their own',
              })
            ),
            pinned: Type.Optional(Type.Literal('true', { description: 'Never evicted' })),
            access: Type.Optional(
              Type.String({
                maxLength: 4096,
                description:
                  'Whom the documents are for that name no one themselves: groups and users, with commas between them; `[]`: no one but ' +
                  'keys that manage documents. Without it, a new document is for everyone of the company, and one that is replaced stays ' +
                  'for those it was for',
                examples: ['group:staff,user:42'],
              })
            ),
          },
          { additionalProperties: false }
        ),
        body: {
          content: {
            'application/json': anyBody,
            'application/x-ndjson': anyBody,
            'multipart/form-data': anyBody,
            'application/octet-stream': anyBody,
          },
        },
        response: {
          202: Type.Object({ task: TaskSchema }, { description: 'The upload has arrived; the task processes it' }),
          ...refused,
          404: errorResponse('Unknown company, or the content is unknown and must be sent'),
          413: errorResponse('The body is larger than MAX_FILE_BYTES'),
          503: errorResponse('Too many uploads are waiting'),
          507: errorResponse('The disk is full'),
        },
      },
    },
    async (request, reply) => {
      const { company_id, sha256, ...options } = request.query
      const uploads = uploadsOf(app)
      const company = companyOf(request, company_id)
      const { profile } = await documentsOf(app, company, request.params.kind)
      if (options.name !== undefined) checkName(options.name)
      const length = Number(request.headers['content-length'] ?? 0)
      if (length > MAX_FILE_BYTES && !isMultipart(request)) {
        throw coded('FILE_TOO_LARGE', `At most ${Math.floor(MAX_FILE_BYTES / 1e6)} MB.`)
      }
      const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

      let receive: (incoming: IncomingUpload) => Promise<TaskFile[]>
      if (isMultipart(request)) {
        receive = incoming => receiveFiles(request, incoming, options)
      } else if (request.body === undefined) {
        const { name } = options
        if (name === undefined || sha256 === undefined) {
          throw coded('INVALID_BODY', 'The body is missing. Without one, give "name" and "sha256".')
        }
        if (!uploads.knows(profile, request.params.kind, { sha256, name, type })) throw coded('FILE_UNKNOWN')
        receive = async () => [{ ...documentOptions(options), name, type, bytes: 0, sha256, known: true }]
      } else {
        const { name = '' } = options
        if (name === '' && !listTypes.includes(type)) throw coded('INVALID_BODY', 'Give the file a name: ?name=guide.pdf')
        receive = async incoming => {
          const received = await incoming.receive(request.body as AsyncIterable<Uint8Array>)
          if (sha256 !== undefined && received.sha256 !== sha256) throw coded('DIGEST_WRONG')
          return [{ ...documentOptions(options), name, type: meaningfulType(type), ...received }]
        }
      }
      const task = await uploads.accept(company, request.params.kind, receive)
      request.changed = `${request.params.kind}: task ${task.id}`
      return reply
        .code(202)
        .header('location', `${app.pathPrefix(request)}/v1/tasks/${task.id}`)
        .send({ task: taskJson(task) })
    }
  )
}

export default routes

const maxFiles = 1000
const maxFields = 100
const maxFieldBytes = 4096
const maxNameChars = 400
/** Types that need no file name: their documents have ids of their own. */
const listTypes = ['application/json', 'application/x-ndjson', 'application/ndjson', 'application/jsonl']

interface FileOptions { name?: string, title?: string, url?: string, pinned?: 'true', access?: string }

function documentOptions ({ title, url, pinned, access: written }: FileOptions): Pick<TaskFile, 'title' | 'url' | 'pinned' | 'access'> {
  const access = readAccess(written)
  if (access === null) throw coded('INVALID_BODY', accessHelp)
  return {
    ...(title === undefined ? {} : { title }),
    ...(url === undefined ? {} : { url }),
    ...(pinned ? { pinned: true } : {}),
    ...(access ? { access } : {}),
  }
}

/** Drops the media types that clients send when they do not know the type. */
function meaningfulType (type: string): string {
  return ['application/octet-stream', 'application/x-www-form-urlencoded'].includes(type) ? '' : type
}

/** Refuses a name that is not a relative path without `..`: it becomes the start of ids. */
function checkName (name: string): void {
  if (
    name.length > maxNameChars ||
    // eslint-disable-next-line no-control-regex
    /^\/|\\|[\u0000-\u001f\u007f]|^\s|\s$/.test(name) ||
    !name.isWellFormed() ||
    name.split('/').some(part => part === '' || part === '.' || part === '..')
  ) {
    throw coded('INVALID_BODY', 'A name is a relative path such as guides/care.pdf, with at most 400 characters.')
  }
}

function isMultipart (request: FastifyRequest): boolean {
  return request.isMultipart()
}

async function receiveFiles (request: FastifyRequest, incoming: IncomingUpload, options: FileOptions): Promise<TaskFile[]> {
  const files: TaskFile[] = []
  try {
    const access: string[] = []
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        if (part.fieldname !== 'access') throw coded('INVALID_BODY', 'A form has files, and "access".')
        if (part.valueTruncated || typeof part.value !== 'string') throw coded('INVALID_BODY', accessHelp)
        access.push(part.value)
        continue
      }
      checkName(part.filename)
      const received = await incoming.receive(part.file)
      if (part.file.truncated) throw coded('FILE_TOO_LARGE')
      files.push({ name: part.filename, type: meaningfulType(part.mimetype), ...received })
    }
    const own = documentOptions(access.length === 0 ? options : { ...options, access: access.join(',') })
    for (const file of files) Object.assign(file, own)
  } catch (error) {
    if (error instanceof CodedError) throw error
    const { code = '' } = error as { code?: string }
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw coded('FILE_TOO_LARGE', undefined, error)
    throw coded(
      'INVALID_BODY',
      code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT'
        ? `At most ${maxFiles} files per request.`
        : 'The multipart body cannot be read.',
      error
    )
  }
  if (files.length === 0) throw coded('INVALID_BODY', 'The body contains no file.')
  return files
}
