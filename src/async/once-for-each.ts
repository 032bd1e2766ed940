// Remembers what was read of an object for as long as the object lives, such as the events of an answer that is given many times.

/** Wraps a function of an object that does not change any more. */
export function onceForEach<T extends object, R> (read: (of: T) => R): (of: T) => R {
  const known = new WeakMap<T, { value: R }>()
  return of => {
    let found = known.get(of)
    if (!found) known.set(of, found = { value: read(of) })
    return found.value
  }
}
