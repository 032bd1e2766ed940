// Writes the service's modules without their types, for scripts/plain-code.mjs. Those that have not changed stay as they are.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { plainFile, root, seal } from './plain-code.mjs'

// Node calls the function experimental, which is no news to whoever starts the service. All that it does is to blank out types.
process.emitWarning = () => {}

// Benches too, so that they measure what `npm start` runs.
for (const name of globSync('{src,plugins,routes,cli,bench}/**/*.ts', { cwd: root })) {
  const path = join(root, name)
  const source = readFileSync(path)
  const file = plainFile(path)
  if (readOptional(file)?.endsWith(seal(source))) continue
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, stripTypeScriptTypes(source.toString()) + seal(source))
}

function readOptional (file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
