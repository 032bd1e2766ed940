// Keeps a value in the browser where that is allowed, and goes on without where it is not.
export interface Stored<T> { read (): T | undefined, write (value: T): void }

export function createStored<T> (area: 'localStorage' | 'sessionStorage', name: string): Stored<T> {
  return {
    read () {
      try {
        return JSON.parse(window[area].getItem(name) ?? 'null') as T | null ?? undefined
      } catch {}
    },
    write (value) {
      try {
        window[area].setItem(name, JSON.stringify(value))
      } catch {
        // Forbidden by the visitor, or full.
      }
    },
  }
}
