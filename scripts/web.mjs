// Bundles what runs in a browser into web/dist, if its sources have changed. Plain JavaScript: the set-up and tests import it.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'web', 'dist')
/** Says what the bundle was made of. It is written last, so a build that was interrupted is made again. */
const stampFile = join(dist, 'sources.sha256')

/**
 * Builds the console unless it is up to date.
 * @returns {Promise<boolean>} true if anything was built
 */
export async function buildWeb () {
  const stamp = await stampOfSources()
  if (existsSync(stampFile) && await readFile(stampFile, 'utf8') === stamp) return false
  // Several processes may build at a time: each writes a folder of its own, and the last one stays.
  const own = join(root, 'web', `dist.${process.pid}`)
  try {
    await rm(own, { recursive: true, force: true })
    await mkdir(join(own, 'console'), { recursive: true })
    await bundle(own)
    await writeFile(join(own, 'sources.sha256'), stamp)
    await rm(dist, { recursive: true, force: true })
    await rename(own, dist).catch(error => {
      // Another one was faster.
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
    })
  } finally {
    await rm(own, { recursive: true, force: true })
  }
  return true
}

/** Bundles script and styles under names that contain their hash, and writes the page that loads them. */
async function bundle (folder) {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { console: 'web/console/main.tsx', 'console-style': 'web/console/styles/main.css', icon: 'web/console/icon.svg' },
    entryNames: '[name]-[hash]',
    outdir: join(folder, 'console'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome123', 'firefox121', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  await Promise.all(outputFiles.map(({ path, contents }) => writeCompressed(path, contents)))
  const outputs = Object.entries(metafile.outputs)
  const fileOf = entry => `console/${basename(outputs.find(([, { entryPoint }]) => entryPoint === entry)[0])}`
  const page = (await readFile(join(root, 'web/console/index.html'), 'utf8'))
    .replace('console.js', fileOf('web/console/main.tsx'))
    .replace('console.css', fileOf('web/console/styles/main.css'))
    .replace('icon.svg', fileOf('web/console/icon.svg'))
  await writeCompressed(join(folder, 'index.html'), Buffer.from(page))
}

/** Writes a file, and beside it what clients get that accept compression. */
async function writeCompressed (path, contents) {
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(contents, { level: 9 }),
    promisify(brotliCompress)(contents, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } }),
  ])
  await Promise.all([writeFile(path, contents), writeFile(`${path}.gz`, zipped), writeFile(`${path}.br`, brotli)])
}

async function stampOfSources () {
  const files = ['package-lock.json', 'scripts/web.mjs', 'src/types.ts']
  for await (const file of glob('web/console/**/*.*', { cwd: root })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(join(root, file)))
  return hash.digest('hex')
}

if (import.meta.main) {
  const begun = performance.now()
  if (await buildWeb()) console.log(`causerie: built the console in ${Math.round(performance.now() - begun)} ms`)
}
