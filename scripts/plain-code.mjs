// Loads the service's modules without their types where scripts/write-plain-code.mjs has written them so; `--import` takes it to
// every thread. Node's own reader of TypeScript takes 20 MB. Its cache of compiled code spares them too, but each thread keeps a
// copy of all that it has read from there: 17 MB in three threads.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'

const ours = new URL('..', import.meta.url).href
export const root = fileURLToPath(ours)

/** Returns where the text of a module without types is. */
export function plainFile (path) {
  return join(root, 'node_modules', '.cache', 'plain', `${relative(root, path)}.js`)
}

/** Returns the last line of such a text: it says what it was made from, and that it is complete. */
export function seal (source) {
  return `\n//${crc32(source)} ${source.length}`
}

registerHooks({
  load (url, context, nextLoad) {
    if (url.startsWith(ours) && url.endsWith('.ts')) {
      try {
        const path = fileURLToPath(url)
        const source = readFileSync(plainFile(path), 'utf8')
        if (source.endsWith(seal(readFileSync(path)))) return { format: 'module', source, shortCircuit: true }
      } catch {
        // It was not written.
      }
    }
    return nextLoad(url, context)
  },
})
