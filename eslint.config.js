import neostandard from 'neostandard'

// The rule of imports is in .dependency-cruiser.mjs.

/** The files that may read the wall clock, because they store or show a time. Durations are measured by performance.now(). */
const wallClock = [
  'cli/{backup,eval}.ts', 'cli/doctor/servers.ts',
  'cli/{key-store,keys}.ts', 'cli/sources/watch.ts', 'plugins/{erasure,readiness,usage}.ts', 'routes/openai.ts', 'src/answers/id.ts',
  'src/async/part-monitor.ts', 'src/ids.ts',
  'src/async/retry-after.ts', 'src/backends/meilisearch/{documents,search/catalogue,search/engine,search/tenant-tokens}.ts',
  'src/backends/redis/{conversations,sources}.ts', 'src/backends/sqlite/{compaction,conversations,feedback,gaps,leftovers}.ts',
  'src/backends/sqlite/tasks/{compaction,documents,put,removal}.ts', 'src/chat/{ask,ask-kept,close-gap,common-questions}.ts',
  'src/conversations/unwritten-turns.ts', 'src/documents/citations.ts', 'src/embed/provision.ts',
  'plugins/{learning,webhooks}.ts', 'routes/curated.ts', 'src/curated/hits.ts', 'src/gaps/{digest,recorder}.ts', 'src/usage/recorder.ts',
  'src/backends/supabase/{feedback,gaps,learning}.ts', 'src/evaluation/runner.ts', 'src/learning/run.ts', 'src/webhooks/sender.ts',
  'src/keys/{check,key,tokens,verify}.ts', 'src/uploads/{parse-cache,runner,uploads}.ts',
]
const measured = 'Measure durations by performance.now(): the wall clock can be set back. Files that store or show a time are listed above.'

export default [
  ...neostandard({ ts: true, ignores: ['var/**', '.tap/**', 'coverage/**', 'web/dist*/**'] }),
  {
    rules: {
      '@stylistic/comma-dangle': 'off',
      '@stylistic/object-property-newline': 'off',
      '@stylistic/multiline-ternary': 'off',
      camelcase: 'off',
      '@stylistic/max-len': ['error', { code: 140 }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  {
    files: ['src/**/*.ts', 'plugins/**/*.ts', 'routes/**/*.ts', 'cli/**/*.ts'],
    ignores: wallClock,
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: measured },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: measured },
      ],
    },
  },
  {
    // With a getter, V8 makes a dictionary of each object that a function returns: every access on the way of a token is slow.
    files: ['src/{answers,chat,llm,wire}/**/*.ts'],
    rules: { 'accessor-pairs': ['error', { getWithoutSet: true }] },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/fixtures/property.ts'],
    rules: {
      'no-restricted-imports': ['error', { name: 'fast-check', message: 'Import fc from test/fixtures/property.ts: it sets the seed.' }],
    },
  },
]
