// Reports what the service's Meilisearch keys can and cannot do, by trying; changes nothing on the server.
import type { ProxySettings } from '../../src/async/agent.ts'
import { createDeadline } from '../../src/async/signals.ts'
import { createMeilisearchClient, type MeilisearchRequest } from '../../src/backends/meilisearch/client.ts'
import { MeilisearchError } from '../../src/backends/meilisearch/errors.ts'
import { createTenantTokens } from '../../src/backends/meilisearch/search/tenant-tokens.ts'

export interface Finding {
  right: string
  ok: boolean
  /** The consequence for the service. */
  means: string
  /** True when the service cannot use the key without this right. */
  required: boolean
}

const timeoutMs = 10_000

/**
 * Checks the search key.
 * @param uid an index that the key should open; it need not exist. Detected when absent
 * Throws a MeilisearchError when the server does not answer, or the signal's reason.
 */
export async function checkKey ({ url, proxy, apiKey, apiKeyUid, uid, signal }: {
  url: string
  proxy?: ProxySettings | undefined
  apiKey: string
  apiKeyUid: string
  uid?: string
  signal: AbortSignal
}): Promise<Finding[]> {
  const { ask, may, anyIndex } = asking(url, signal, proxy)
  const findings: Finding[] = []
  const find = (right: string, ok: boolean, yes: string, no: string, required = false) => {
    findings.push({ right, ok, means: ok ? yes : no, required })
  }

  const admin = await ask('GET', '/keys', apiKey)
  if (admin.status === 200) {
    find(
      'no admin',
      false,
      '',
      "it may read every other key (it is the master key, or an admin's): the service refuses it. Create one with `causerie meili keys`",
      true
    )
    return findings
  }
  if (apiKey === '') {
    find(
      'no key',
      await may('POST', '/multi-search', '', '{"queries":[]}'),
      'the server asks for no key: every client that reaches it may do everything',
      'the server asks for a key',
      true
    )
    return findings
  }
  find('no admin', true, 'it may not read other keys', '')

  const tokens = createTenantTokens({ apiKey, apiKeyUid })
  const index = uid ?? await anyIndex(apiKey)
  const path = `/indexes/${encodeURIComponent(index)}`
  const signs = apiKeyUid !== '' && await may('POST', '/multi-search', await tokens.for([index]), '{"queries":[]}')
  find('tenant tokens', signs, 'each search opens its own company\'s indexes only',
    'MEILI_KEY is not known to the server or may not search, or MEILI_KEY_UID is not its uid', true)
  const searches = signs && await may('POST', `${path}/search`, await tokens.for([index]), '{"q":"","limit":1}')
  if (signs && !searches && uid === undefined) {
    find('indexes', false, '', 'the key opens no existing index; name one with --company or --index to check the rest')
    return findings
  }
  find('search', searches, `index ${index} can be searched`, `index ${index} cannot be searched`, true)
  find(
    'documents.get',
    await may('GET', `${path}/documents?limit=0`, apiKey),
    'documents are read whole, by id',
    'texts come cropped with the hits instead, at most 10 per search'
  )
  find(
    'indexes.get',
    await may('GET', path, apiKey),
    'a change to an index is seen within 20 s',
    'changes to an index are not seen: answers are cached for at most 30 s'
  )
  find(
    'settings.get',
    await may('GET', `${path}/settings/embedders`, apiKey),
    'embedders are found: search by words and by vector',
    'embedders are not found: search by words only'
  )
  find(
    'no writing',
    !(await may('POST', `${path}/documents`, apiKey, 'not JSON')),
    'it may not write documents',
    'it may write documents, which only MEILI_WRITE_KEY should: create a new one with `causerie meili keys`'
  )
  return findings
}

/**
 * Checks the key that writes.
 * @param uid an index that the key should open; it need not exist. Detected when absent
 * Throws a MeilisearchError when the server does not answer, or the signal's reason.
 */
export async function checkWriteKey ({
  url,
  proxy,
  apiKey,
  uid,
  signal,
}: {
  url: string
  proxy?: ProxySettings | undefined
  apiKey: string
  uid?: string
  signal: AbortSignal
}): Promise<Finding[]> {
  const { ask, may, anyIndex } = asking(url, signal, proxy)
  if ((await ask('GET', '/keys', apiKey)).status === 200) {
    return [
      {
        right: 'writing',
        ok: false,
        means:
          "MEILI_WRITE_KEY may read every other key (it is the master key, or an admin's): " +
          'create one with `causerie meili keys --for writing`',
        required: true,
      },
    ]
  }
  const index = uid ?? (await anyIndex(apiKey))
  const path = `/indexes/${encodeURIComponent(index)}`
  const tries: [right: string, method: Method, path: string, body?: string][] = [
    ['documents.add', 'POST', `${path}/documents`, 'not JSON'],
    ['documents.delete', 'POST', `${path}/documents/delete`, 'not JSON'],
    ['documents.get', 'GET', `${path}/documents?limit=0`],
    ['indexes.create', 'POST', '/indexes', 'not JSON'],
    ['indexes.get', 'GET', path],
    ['settings.get', 'GET', `${path}/settings`],
    ['settings.update', 'PATCH', `${path}/settings`, 'not JSON'],
    ['stats.get', 'GET', `${path}/stats`],
    ['tasks.get', 'GET', '/tasks?limit=1'],
  ]
  const missing: string[] = []
  for (const [right, method, path, body] of tries) if (!(await may(method, path, apiKey, body))) missing.push(right)
  return [
    {
      right: 'writing',
      ok: missing.length === 0,
      required: true,
      means:
        missing.length === 0
          ? `documents can be put into index ${index}`
          : `MEILI_WRITE_KEY lacks ${missing.join(', ')} for index ${index}. Create one with \`causerie meili keys --for writing\``,
    },
  ]
}

type Method = MeilisearchRequest['method']

function asking (url: string, signal: AbortSignal, proxy: ProxySettings | undefined) {
  async function ask (
    method: Method,
    path: string,
    token: string,
    body?: string
  ): Promise<{ status: number; body: { results?: { uid: string }[] } | null }> {
    const client = createMeilisearchClient({ url, proxy, connections: 1 })
    const deadline = createDeadline(timeoutMs, signal)
    try {
      return { status: 200, body: await client.send({ method, path, token, body: body ?? null, signal: deadline.signal }) }
    } catch (error) {
      if (!(error instanceof MeilisearchError) || error.code === '') throw error
      if (error.status >= 500 || error.status === 429) {
        throw new Error(`${method} ${path}: the server answered ${error.status}`, { cause: error })
      }
      return { status: error.status, body: null }
    } finally {
      deadline.clear()
      await client.close()
    }
  }
  /** Tells if a key has a right. Meilisearch checks rights first: an error about the index or the body proves that it has. */
  const may = async (method: Method, path: string, token: string, body?: string) =>
    ![401, 403].includes((await ask(method, path, token, body)).status)

  /** Returns an index that the key opens, to search in; the name of one that may not exist when there is none. */
  async function anyIndex (key: string): Promise<string> {
    const { body } = await ask('GET', '/indexes?limit=20', key)
    return body?.results?.find(({ uid }) => !uid.includes('___'))?.uid ?? 'causerie-check'
  }

  return { ask, may, anyIndex }
}
