// The schemas of uploads and their tasks, and the description of the upload route.
import { Type } from 'typebox'
import { taskIdPattern, type Task } from '../src/uploads/task.ts'

const time = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })
export const TaskSchema = Type.Object({
  id: Type.String(),
  company_id: Type.String(),
  index: Type.String(),
  status: Type.Unsafe<Task['status']>({
    type: 'string',
    enum: ['queued', 'running', 'done', 'failed'],
    description:
      '`failed`: `error` says why, or every item was rejected. `queued` with an `error`: a temporary problem, the task will be retried',
  }),
  created_at: Type.String({ format: 'date-time' }),
  started_at: time('null = waiting'),
  ended_at: time('null = not ended yet'),
  files: Type.Array(Type.Object({ name: Type.String({ description: 'Empty for a list of documents' }), bytes: Type.Integer() })),
  written: Type.Integer({ description: 'New or changed documents' }),
  unchanged: Type.Integer(),
  removed: Type.Integer({ description: 'Documents of an earlier version of a file' }),
  evicted: Type.Integer({ description: 'Other documents removed to stay within KNOWLEDGE_MAX_TOKENS' }),
  chunks: Type.Integer(),
  tokens: Type.Integer(),
  rejected: Type.Integer({ description: 'Files and items that were not accepted' }),
  rejections: Type.Array(
    Type.Object({
      file: Type.String(),
      document: Type.String({ description: 'Its id, or its number in the file; empty for the whole file' }),
      code: Type.String(),
      reason: Type.String(),
      message: Type.String(),
    }),
    { description: 'The first hundred rejections' }
  ),
  warnings: Type.Array(
    Type.Object({
      file: Type.String(),
      document: Type.String({ description: 'Its id in the file; empty when the file is one document' }),
      message: Type.String({ examples: ['Pages 2-6 of 6 without text; recognise it first (OCR).'] }),
    }),
    { description: 'What could not be read of files that were accepted, such as pages without text; the first hundred' }
  ),
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
})
export const TaskPath = Type.Object({ id: Type.String({ pattern: taskIdPattern }) })

export const anyBody = { schema: Type.Any() }
export const uploadDescription = `Responds once the upload has arrived and is safe on disk. \`GET /v1/tasks/{id}\` shows its progress.

- \`application/json\`, an array, or \`application/x-ndjson\`: documents with their own ids, read by the index's mapping.
- \`multipart/form-data\`: any number of files, PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, RTF, EPUB, EML, HTML, Markdown, CSV, JSON, NDJSON, \
text, logs, transcripts, source code.
- Any other type, or any type with \`name\`: one file.
- No body, with \`name\` and \`sha256\`: a file that was read before, found by its content; 404 \`FILE_UNKNOWN\` when it must be sent.

A document replaces the one with the same id; an unchanged document costs nothing. A file that is one document has its name as id; \
rows and items of a file have \`<name>/<id>\`. Those that a new version of the file no longer contains are removed.`

/** Returns a task as clients see it. */
export function taskJson (task: Task) {
  const date = (ms: number) => ms === 0 ? null : new Date(ms).toISOString()
  const {
    id,
    company,
    index,
    status,
    createdAt,
    startedAt,
    endedAt,
    written,
    unchanged,
    removed,
    evicted,
    chunks,
    tokens,
    rejected,
    rejections,
    // A task that ended before there were warnings has none.
    warnings = [],
    error,
  } = task
  return {
    id, company_id: company, index, status,
    created_at: new Date(createdAt).toISOString(), started_at: date(startedAt), ended_at: date(endedAt),
    files: task.files.map(({ name, bytes }) => ({ name, bytes })),
    written, unchanged, removed, evicted, chunks, tokens, rejected, rejections, warnings, error,
  }
}
