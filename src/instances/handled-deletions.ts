// Remembers, beyond the life of the process, which deletions of companies this instance has carried out.
import { readFile } from 'node:fs/promises'
import { createInTurn } from '../async/in-turn.ts'
import { replaceFile } from '../async/replace-file.ts'
import { isObject } from '../plain-object.ts'

export interface HandledDeletions {
  /** Tells whether the deletion of that name was carried out here. In a new data directory, all were: nothing in it is older. */
  has (company: string, deletion: string): Promise<boolean>
  /** Remembers that it was; only the last one of each company. */
  add (company: string, deletion: string): Promise<void>
  /** Forgets those of other companies, if there are any. From now on the data directory is no new one. */
  keepOnly (companies: readonly string[]): Promise<void>
}

/**
 * @param path of the file
 * @param onError called when it cannot be written: then a deletion is carried out again after the next start
 */
export function createHandledDeletions (path: string, onError: (error: unknown) => void): HandledDeletions {
  let isNew = false
  async function read (): Promise<Map<string, unknown>> {
    // What cannot be read is forgotten.
    const text = await readFile(path, 'utf8').catch(error => { isNew = error.code === 'ENOENT' })
    try {
      const value: unknown = JSON.parse(text ?? '')
      return new Map(isObject(value) ? Object.entries(value) : [])
    } catch {
      return new Map()
    }
  }
  let reading: ReturnType<typeof read> | undefined
  const known = () => {
    reading ??= read()
    return reading
  }
  const inTurn = createInTurn()
  const save = () => inTurn('', async () => replaceFile(path, JSON.stringify(Object.fromEntries(await known())))).catch(onError)

  return {
    async has (company, deletion) {
      const all = await known()
      return isNew || all.get(company) === deletion
    },
    async add (company, deletion) {
      const all = await known()
      if (all.get(company) === deletion) return
      all.set(company, deletion)
      await save()
    },
    async keepOnly (companies) {
      const all = await known()
      // None may mean that they could not be read.
      const others = companies.length === 0 ? [] : [...all.keys()].filter(company => !companies.includes(company))
      for (const company of others) all.delete(company)
      if (others.length === 0 && !isNew) return
      isNew = false
      await save()
    },
  }
}
