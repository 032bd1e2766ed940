// /v1/tasks: the state and the results of uploads.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { settlesWithin, unlessAborted } from '../src/async/signals.ts'
import { jsonBytes, maxPageBytes } from '../src/page-size.ts'
import { taskIdPattern } from '../src/uploads/task.ts'
import { companyOf, goneSignal } from './answering.ts'
import { Company, refused, uploadsOf } from './company-documents.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { taskJson, TaskPath, TaskSchema } from './upload-schemas.ts'

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get(
    '/v1/tasks/:id',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'Show the progress and the result of an upload',
        params: TaskPath,
        querystring: Type.Object(
          {
            ...Company,
            wait: Type.Optional(
              Type.String({ pattern: '^([0-9]|[1-5][0-9]|60)$', description: 'Seconds to wait for the end of the task, at most 60' })
            ),
          },
          { additionalProperties: false }
        ),
        response: { 200: TaskSchema, ...refused, 404: errorResponse('Unknown task') },
      },
    },
    async (request, reply) => {
      const company = companyOf(request, request.query.company_id)
      const { id } = request.params
      const task = await uploadsOf(app).get(company, id)
      const wait = Number(request.query.wait ?? 0)
      if (task.endedAt > 0 || wait === 0) return taskJson(task)
      await endOrTime(uploadsOf(app).whenEnded(company, id), wait * 1000, [app.closingSignal, goneSignal(reply)])
      return taskJson(await uploadsOf(app).get(company, id))
    }
  )

  app.get(
    '/v1/tasks',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'List the newest uploads of a company, page by page',
        querystring: Type.Object(
          {
            ...Company,
            after: Type.Optional(Type.String({ pattern: taskIdPattern, description: '`next` of the previous page' })),
            limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: '1 to 100; 20 when absent' })),
          },
          { additionalProperties: false }
        ),
        response: {
          200: Type.Object({
            data: Type.Array(TaskSchema),
            next: Type.Union([Type.String(), Type.Null()], {
              description: 'The value for `after`; null on the last page. A page has a few megabytes at most',
            }),
          }),
          ...refused,
        },
      },
    },
    async request => {
      const limit = Number(request.query.limit ?? 20)
      const data: ReturnType<typeof taskJson>[] = []
      let bytes = 0
      for await (const task of uploadsOf(app).list(companyOf(request, request.query.company_id), request.query.after)) {
        const shown = taskJson(task)
        bytes += jsonBytes(shown)
        if (data.length === limit || (data.length > 0 && bytes > maxPageBytes)) return { data, next: data.at(-1)!.id }
        data.push(shown)
      }
      return { data, next: null }
    }
  )

  app.delete(
    '/v1/tasks/:id',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: 'Cancel an upload',
        description: 'Documents that are already written stay.',
        params: TaskPath,
        querystring: Type.Object(Company, { additionalProperties: false }),
        response: { 204: Type.Null({ description: 'Cancelled, or already ended' }), ...refused, 404: errorResponse('Unknown task') },
      },
    },
    async (request, reply) => {
      await uploadsOf(app).cancel(companyOf(request, request.query.company_id), request.params.id)
      return reply.code(204).send(null)
    }
  )
}

export default routes

/** Waits until the task has ended, the time is over, or a signal fires. */
async function endOrTime (ended: Promise<void>, ms: number, signals: AbortSignal[]): Promise<void> {
  await settlesWithin(ms, unlessAborted(ended, AbortSignal.any(signals)).catch(() => {}))
}
