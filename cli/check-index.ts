// Checks that the service is running, accepts the key and has the index, before anything is read or sent.
import { ServiceError, type Service } from './service.ts'

/** Throws ServiceError when one of these checks fails. */
export async function checkIndex (service: Service, company: string, kind: string): Promise<void> {
  const { data } = await service.ask<{ data: { kind: string }[] }>('GET', '/v1/indexes', { query: { company_id: company } })
  if (data.some(index => index.kind === kind)) return
  throw new ServiceError(400, 'UNKNOWN_INDEX', `${company} has no index ${kind}. It has: ${data.map(({ kind }) => kind).join(', ')}.`)
}
