// The keys of a company: read, made, changed and revoked.
import { signal } from '@preact/signals'
import { call, problemOf, setKey, type Problem } from '../api.ts'
import { access, companyId } from '../session.ts'

export type Kind = 'api' | 'site' | 'signing'
export interface Key {
  id: string, kind: Kind, scopes: string[], origins: string[], name: string
  created_at: string, expires_at: string | null, revoked_at: string | null
}

/** Those that were not revoked, the newest first. */
export const keys = signal<Key[] | null>(null)
export const problem = signal<Problem | null>(null)
/** Those for all companies. */
export const operatorKeys = signal<Key[] | null>(null)
/** A new key's text, which is shown once. `isTabs`: it is the first one of all, and this tab goes on with it. */
export const made = signal<{ text: string, kind: Kind, isTabs?: boolean } | null>(null)

export const siteKeyOf = ({ id }: Pick<Key, 'id'>) => `cau_site_${id}`
export const isOver = ({ expires_at: ends }: Key, now = Date.now()) => ends !== null && Date.parse(ends) <= now
export const nameOf = ({ id, name, origins }: Key) => name || origins[0] || id

export async function loadKeys (company: string): Promise<void> {
  problem.value = null
  try {
    const all: Key[] = []
    for (let after: string | undefined; ;) {
      const page = await call<{ data: Key[], next: string | null }>(`v1/companies/${company}/keys`, { query: { after } })
      all.push(...page.data)
      if (page.next === null) break
      after = page.next
    }
    if (companyId.value === company) keys.value = all.filter(({ revoked_at: at }) => at === null).reverse()
  } catch (error) {
    problem.value = problemOf(error)
  }
}

/** Throws an ApiError. */
export async function makeKey (company: string, body: { kind: Kind, name: string, scopes?: string[], origins?: string[] }): Promise<void> {
  const { key } = await call<{ key: string }>(`v1/companies/${company}/keys`, { method: 'POST', body })
  made.value = { text: key, kind: body.kind }
  // The first key closes the service to this console: what it shows once must be seen before.
  if (!access.value?.keyless) await loadKeys(company)
}

export async function loadOperatorKeys (): Promise<void> {
  try {
    operatorKeys.value = (await call<{ data: Key[] }>('v1/keys')).data.reverse()
  } catch (error) {
    problem.value = problemOf(error)
  }
}

/** Makes a key for all companies, which may do everything. Throws an ApiError. */
export async function makeOperatorKey (name: string): Promise<void> {
  const { key } = await call<{ key: string }>('v1/keys', { method: 'POST', body: { scopes: ['admin'], name } })
  const isTabs = access.value?.keyless === true
  made.value = { text: key, kind: 'api', isTabs }
  if (isTabs) {
    // Whatever is pressed next needs it.
    setKey(key)
    access.value = { ...access.value!, keyless: false }
  }
  await loadOperatorKeys()
}

/** Throws an ApiError. */
export async function changeSite (company: string, { id }: Key, changes: { name: string, origins: string[] }): Promise<void> {
  await call(`v1/companies/${company}/keys/${id}`, { method: 'PATCH', body: changes })
  await loadKeys(company)
}

/** @param company null: the keys are for all companies */
export async function revoke (company: string | null, those: Key[]): Promise<void> {
  let failed: Problem | null = null
  try {
    for (const { id } of those) await call(company === null ? `v1/keys/${id}` : `v1/companies/${company}/keys/${id}`, { method: 'DELETE' })
  } catch (error) {
    failed = problemOf(error)
  }
  // Some may be gone.
  await (company === null ? loadOperatorKeys() : loadKeys(company))
  problem.value = failed ?? problem.value
}
