// Prints the figures of `npm run eval`.

export function percent (share: number): string {
  return (100 * share).toFixed(1).padStart(5)
}

export function print (what: string | object): void {
  process.stdout.write(`${typeof what === 'string' ? what : JSON.stringify(what)}\n`)
}
