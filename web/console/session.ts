// Knows who uses the console: what the key may do, and which company is chosen.
import { computed, effect, signal } from '@preact/signals'
import { ApiError, apiKey, call, isKeyRefused, problemOf, setKey, type Problem } from './api.ts'

export interface Access {
  company_id: string | null
  scopes: string[]
  keyless: boolean
  version: string
  model: { name: string, kind: 'llm' | 'extractive' }
  web_search: boolean
  max_message_chars: number
  max_file_bytes: number
  knowledge_max_tokens: number
}

export interface CompanyName { id: string, name: string, language: string }
export interface FieldMapping { title: string | null, text: string[], url: string | null, fields: Record<string, string> }
export interface Company extends CompanyName {
  indexes: string[]
  common_questions: string[]
  profile?: { system_prompt: string, model: string | null, refuse_without_passages: boolean, mapping: Record<string, FieldMapping> }
}

type Phase = 'loading' | 'locked' | 'ready' | 'failed'

export const phase = signal<Phase>('loading')
/** True once the console has been open in this tab: what is shown and typed stays when a key is asked for again. */
export const hasOpened = signal(false)
/** Counts how often the page has to be read anew. */
export const opening = signal(0)
export const problem = signal<Problem | null>(null)
export const access = signal<Access | null>(null)
export const companies = signal<CompanyName[]>([])
export const companyId = signal('')
export const company = signal<Company | null>(null)

export const maySee = {
  documents: computed(() => access.value?.scopes.includes('write') ?? false),
  keys: computed(() => access.value?.scopes.includes('admin') ?? false),
  figures: computed(() => (access.value?.scopes.includes('admin') ?? false) && access.value?.company_id === null),
}

const companyName = 'causerie:company'
const userName = 'causerie:user'

/** The user of this tab: conversations belong to it, and it cannot be guessed. */
export const userId: string = sessionStorage.getItem(userName) ?? `console-${crypto.randomUUID?.() ?? randomId()}`
sessionStorage.setItem(userName, userId)

/** `randomUUID` exists only on secure origins; a service in a local network has none. */
function randomId (): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Reads what the key may do, and the companies. Ends in `ready`, `locked` (a key is needed) or `failed`. */
export async function start (): Promise<void> {
  phase.value = 'loading'
  problem.value = null
  try {
    access.value = await call<Access>('v1/access')
    companies.value = await listCompanies()
    const kept = sessionStorage.getItem(companyName)
    companyId.value = (companies.value.find(({ id }) => id === kept) ?? companies.value[0])?.id ?? ''
    isKeyRefused.value = false
    phase.value = 'ready'
    hasOpened.value = true
  } catch (error) {
    const isKey = error instanceof ApiError && ['KEY_MISSING', 'KEY_INVALID', 'SCOPE_MISSING'].includes(error.code)
    problem.value = isKey && error.code === 'KEY_MISSING' ? null : problemOf(error)
    if (isKey && apiKey.value !== '') setKey('')
    phase.value = isKey ? 'locked' : 'failed'
  }
}

async function listCompanies (): Promise<CompanyName[]> {
  const all: CompanyName[] = []
  for (let after: string | undefined; ;) {
    const { data, next } = await call<{ data: CompanyName[], next: string | null }>('v1/companies', { query: { after } })
    all.push(...data)
    if (next === null) return all
    after = next
  }
}

export async function unlock (key: string): Promise<void> {
  const before = companyId.value
  setKey(key.trim())
  await start()
  if (before === '' || phase.value !== 'ready') return
  // What is open belongs to a company that this key does not know; or else the key may see more of it, or less.
  if (companyId.value !== before) return location.reload()
  // Nothing is being written: the page is read again.
  if (!document.querySelector('dialog.sheet form')) opening.value++
  await readCompany(before).catch(() => {})
}

/** True once the tab is being cleared: what is written as it goes would stay. */
export let isForgetting = false

/** Forgets the key, and everything that was asked with it. */
export function lock (): void {
  isForgetting = true
  setKey('')
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('causerie:chat:')) sessionStorage.removeItem(name)
  location.reload()
}

// A key was revoked, or the first one was made, while the console was open.
effect(() => {
  if (isKeyRefused.value && phase.peek() === 'ready') start()
})

export const companyProblem = signal<Problem | null>(null)

/** Reads the companies again, and shows this one as it is now. */
export async function openCompany (id: string): Promise<void> {
  companies.value = await listCompanies()
  if (companyId.value === id) await readCompany(id)
  else companyId.value = companies.value.some(company => company.id === id) ? id : companies.value[0]?.id ?? ''
}

/** Reads a company. It is shown unless another one has been chosen meanwhile. */
async function readCompany (id: string): Promise<void> {
  const found = await call<Company>(`v1/companies/${encodeURIComponent(id)}`)
  if (companyId.value !== id) return
  company.value = found
  companyProblem.value = null
}

effect(() => {
  const id = companyId.value
  company.value = null
  companyProblem.value = null
  if (id === '') return
  sessionStorage.setItem(companyName, id)
  readCompany(id).catch(error => {
    if (companyId.value === id) companyProblem.value = problemOf(error)
  })
})
