// Bundles what runs in a browser into web/dist, if its sources have changed. Plain JavaScript: the set-up and tests import it.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'web', 'dist')
/** Says what the bundle was made of. It is written last, so a build that was interrupted is made again. */
const stampFile = join(dist, 'sources.sha256')

/**
 * Builds the console and the widget unless they are up to date.
 * @returns {Promise<boolean>} true if anything was built
 */
export async function buildWeb () {
  const stamp = await stampOfSources()
  if (existsSync(stampFile) && await readFile(stampFile, 'utf8') === stamp) return false
  // Several processes may build at a time: each writes a folder of its own, and the last one stays.
  const own = join(root, 'web', `dist.${process.pid}`)
  const old = `${own}.old`
  try {
    await rm(own, { recursive: true, force: true })
    for (const part of ['console', 'widget']) await mkdir(join(own, part), { recursive: true })
    const licences = await writeLicences(own)
    await Promise.all([bundleConsole(own, licences), bundleWidget(own, licences), bundleDocs(own)])
    await writeFile(join(own, 'sources.sha256'), stamp)
    // Each moves as a whole, so that another process never meets half of one.
    await rename(dist, old).catch(ignore(['ENOENT']))
    // Another one was faster.
    await rename(own, dist).catch(ignore(['ENOTEMPTY', 'EEXIST']))
  } finally {
    await rm(own, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
  return true
}

/** Returns a handler that passes over errors with these codes. */
const ignore = codes => error => {
  if (!codes.includes(error.code)) throw error
}

const target = ['es2023', 'chrome123', 'firefox121', 'safari17.5']

/** Returns the folders, below node_modules, of the packages whose code is bundled. */
export async function bundledPackages () {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root, entryPoints: ['web/console/main.tsx', 'web/widget/panel.ts', 'web/widget/loader.ts'], outdir: 'nowhere',
    bundle: true, splitting: true, format: 'esm', jsx: 'automatic', jsxImportSource: 'preact', loader: { '.css': 'text' },
    write: false, metafile: true, logLevel: 'error',
  })
  const paths = Object.keys(metafile.inputs).map(input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
  return [...new Set(paths.filter(path => path !== undefined))].sort()
}

/** Writes the licences of these packages, which ask to be with every copy. Returns what says in a script where they are. */
async function writeLicences (folder) {
  const texts = await Promise.all((await bundledPackages()).map(async path => {
    const { name, version, license } = JSON.parse(await readFile(join(root, path, 'package.json'), 'utf8'))
    const [file] = (await readdir(join(root, path))).filter(name => /^licen[cs]e/i.test(name)).sort()
    return `${name} ${version}: ${license}\n\n${file ? (await readFile(join(root, path, file), 'utf8')).trim() : ''}\n`
  }))
  const text = texts.join(`\n${'-'.repeat(80)}\n\n`)
  const name = `licences-${createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()}.txt`
  await writeCompressed(join(folder, 'console', name), Buffer.from(text))
  return { js: `/*! Licences: /console/${name} */` }
}

/** Bundles the console's script and styles under names that contain their hash, and writes the page that loads them. */
async function bundleConsole (folder, banner) {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { console: 'web/console/main.tsx', 'console-style': 'web/console/styles/main.css', icon: 'web/console/icon.svg' },
    entryNames: '[name]-[hash]',
    // What only some pages need is loaded with them.
    splitting: true,
    chunkNames: 'part-[hash]',
    outdir: join(folder, 'console'),
    bundle: true,
    minify: true,
    format: 'esm',
    target,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    legalComments: 'none',
    banner,
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

/** Makes what the page at /docs has of its own: styles, a script and the icon. */
async function bundleDocs (folder) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root, entryPoints: ['web/docs/docs.css', 'web/docs/docs.js'], outdir: folder, bundle: true, minify: true, target,
    format: 'iife', logLevel: 'warning',
  })
  await writeFile(join(folder, 'icon.svg'), await readFile(join(root, 'web/console/icon.svg')))
}

/** Bundles the widget: the panel under a name that contains its hash, then the loader, which has that name in it. */
async function bundleWidget (folder, banner) {
  const { build, transform } = await import('esbuild')
  const common = {
    absWorkingDir: root, bundle: true, minify: true, target, legalComments: 'none', write: false, logLevel: 'warning',
    plugins: [{
      // Styles become a text, for a sheet that is made in the shadow root.
      name: 'css-text',
      setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target })
        return { contents: code, loader: 'text' }
      }),
    }],
  }
  const panel = await build({
    ...common, banner, entryPoints: { panel: 'web/widget/panel.ts' }, entryNames: '[name]-[hash]', outdir: join(folder, 'widget'),
    format: 'esm',
  })
  const [{ path, contents }] = panel.outputFiles
  await writeCompressed(path, contents)
  const loader = await build({
    ...common, entryPoints: ['web/widget/loader.ts'], format: 'iife', outfile: join(folder, 'widget.js'),
    define: { panelFile: JSON.stringify(basename(path)) },
  })
  await writeCompressed(join(folder, 'widget.js'), loader.outputFiles[0].contents)
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
  for await (const file of glob('web/{console,docs,shared,widget}/**/*.*', { cwd: root })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(join(root, file)))
  return hash.digest('hex')
}

if (import.meta.main) {
  const begun = performance.now()
  if (await buildWeb()) console.log(`causerie: built the console and the widget in ${Math.round(performance.now() - begun)} ms`)
}
