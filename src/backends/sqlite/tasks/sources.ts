// Reads and writes what sources reported, in the company's file: a few, so one value holds them.
import { maxSources, type StoredSource } from '../../../sources/store.ts'
import type { CompanyFile } from '../file.ts'

const key = 'sources'

export const tasks = {
  putSource (file: CompanyFile | null, source: StoredSource): void {
    file!.transaction(() => {
      const others = read(file).filter(({ id }) => id !== source.id)
      write(file!, [source, ...others].slice(0, maxSources))
    })
  },

  listSources: (file: CompanyFile | null, _: null): StoredSource[] => read(file),

  removeSource (file: CompanyFile | null, id: string): boolean {
    return file?.transaction(() => {
      const all = read(file)
      const others = all.filter(source => source.id !== id)
      if (others.length < all.length) write(file, others)
      return others.length < all.length
    }) ?? false
  },

  eraseSources (file: CompanyFile | null, _: null): number {
    const { length } = read(file)
    if (length > 0) write(file!, [])
    return length
  },
}

function read (file: CompanyFile | null): StoredSource[] {
  const text = file?.meta(key)
  return text === undefined ? [] : JSON.parse(text) as StoredSource[]
}

function write (file: CompanyFile, sources: StoredSource[]): void {
  file.setMeta(key, JSON.stringify(sources))
}
