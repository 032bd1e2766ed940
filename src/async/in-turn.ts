// Runs what must not meet itself, such as changes of one company, one after another.

/** Makes a function that runs the work of each key in order. Work that fails keeps nothing from running after it. */
export function createInTurn (): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const own = (last.get(key) ?? Promise.resolve()).then(work)
    const ended = own.catch(() => {}).then(() => { if (last.get(key) === ended) last.delete(key) })
    last.set(key, ended)
    return own
  }
}
