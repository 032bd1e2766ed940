// The rule of imports, checked by `npm run lint`. Type-only imports count like any other.

const ports = ['answers', 'search', 'documents', 'conversations', 'profiles', 'keys', 'feedback', 'gaps', 'curated',
  'llm', 'embed', 'websearch', 'usage', 'audit', 'erasure', 'instances', 'sources']
/** Files at the root of src that anyone may use: nouns, errors, arithmetic. Not the settings, and not the composition. */
const compositionRoot = '^src/(app|server)\\.ts$'
const settings = '^src/config(-schema|-checks)?\\.ts$'

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** A folder of src that may import itself, the kernel (language, async, files at the root), and `others`. */
const onlyImports = (folder, others = []) => forbid(
  `${folder}-imports`,
  `src/${folder} imports only ${['language', 'async', ...others].join(', ')} and the small files at the root of src.`,
  { path: `^src/${folder}/` },
  { path: '^src/', pathNot: [`^src/(${[folder, 'language', 'async', ...others].join('|')})/`, '^src/[^/]+$'] },
)

export default {
  forbidden: [
    forbid('no-circle', 'No file imports itself in the end.', {}, { circular: true }),
    forbid(
      'settings-at-the-edge', 'Only plugins, cli, scripts and the composition read the settings; everything else takes plain options.',
      { path: '^(src|routes)/', pathNot: [compositionRoot, settings] }, { path: settings }
    ),
    forbid(
      'src-is-the-core', 'src knows nothing of Fastify, plugins, routes or the command line.',
      { path: '^src/', pathNot: compositionRoot },
      { path: ['^(plugins|routes|cli|scripts)/', '^node_modules/(fastify|fastify-plugin|@fastify)/'] }
    ),
    forbid(
      'nobody-imports-the-composition', 'The service is put together once, in src/app.ts.',
      { path: '^(src|plugins|routes|cli)/', pathNot: compositionRoot }, { path: compositionRoot }
    ),
    forbid(
      'routes-use-decorators', 'Routes use the decorators of plugins, and no back end.', { path: '^routes/' },
      { path: ['^plugins/', '^cli/', '^src/backends/'] }
    ),
    forbid('plugins-below-routes', 'Plugins import src alone.', { path: '^plugins/' }, { path: '^(routes|cli|scripts)/' }),
    forbid(
      'cli-is-a-client', 'The command line uses the core and the back ends, never the service itself.', { path: '^cli/' },
      { path: '^(plugins|routes)/' }
    ),
    forbid(
      'adapters-are-named-at-the-edge', 'Only plugins, cli and scripts name a back end.',
      { path: '^src/', pathNot: ['^src/backends/', compositionRoot] }, { path: '^src/backends/' }
    ),
    forbid(
      'back-ends-stand-alone', 'No back end imports another one.', { path: '^src/backends/([^/]+)/' },
      { path: '^src/backends/', pathNot: '^src/backends/$1/' }
    ),
    forbid(
      'back-ends-import-ports', 'A back end imports ports, compression and the kernel.', { path: '^src/backends/' },
      { path: '^src/(chat|ingest|uploads|wire)/' }
    ),
    forbid(
      'browser-code-stands-alone', 'What runs in a browser shares the nouns of src/types.ts with the service, and nothing else.',
      { path: '^web/' }, { path: '^(src|plugins|routes|cli|scripts)/', pathNot: '^src/types\\.ts$' }
    ),
    forbid('nobody-imports-browser-code', 'The service serves the bundle.', { path: '^(src|plugins|routes|cli)/' }, { path: '^web/' }),
    ...ports.map(port => onlyImports(port)),
    onlyImports('language'),
    forbid(
      'language-knows-words-only', 'Language imports the nouns of src/types.ts and itself.', { path: '^src/language/' },
      { path: '^src/(async|errors|disk-errors)' }
    ),
    onlyImports('async'),
    onlyImports('compress'),
    onlyImports('webhooks'),
    onlyImports('evaluation', ['llm']),
    onlyImports('learning', [...ports, 'chat', 'evaluation']),
    onlyImports('metrics'),
    onlyImports('mcp', ['search']),
    onlyImports('tracing', ports),
    onlyImports('ingest', ['documents']),
    onlyImports('uploads', ['ingest', 'documents', 'instances']),
    onlyImports('wire', ['answers']),
    onlyImports('chat', [...ports, 'compress']),
    forbid(
      'root-files-are-small', 'The small files at the root of src import one another and language alone.',
      { path: '^src/[^/]+$', pathNot: [compositionRoot, settings] }, { path: ['^src/(?!language/)[^/]+/'] }
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
}
