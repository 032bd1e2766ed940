import neostandard from 'neostandard'

/** Which way imports may go: routes → plugins' decorators and src; plugins → src; src → neither, nor Fastify. */
const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', {
    patterns: patterns.map(([group, message, allowTypeImports = false]) => ({ regex: group, message, ...(allowTypeImports ? { allowTypeImports } : {}) })),
  }],
})

const fromFastify = ['^(fastify|fastify-plugin|@fastify/)', 'src knows nothing of Fastify']
const upwards = ['/(plugins|routes)/', 'src never imports plugins or routes']
const ports = ['answers', 'search', 'embed', 'prompts', 'keys', 'llm', 'conversations', 'feedback', 'websearch']

export default [
  ...neostandard({ ts: true, ignores: ['var/**', '.tap/**', 'coverage/**'] }),
  { rules: { '@stylistic/comma-dangle': 'off', '@stylistic/object-property-newline': 'off', '@stylistic/multiline-ternary': 'off', camelcase: 'off' } },
  { files: ['src/**/*.ts'], ignores: ['src/app.ts', 'src/server.ts'], rules: forbid(fromFastify, upwards) },
  { files: ['plugins/**/*.ts'], rules: forbid(['/routes/', 'plugins never import routes']) },
  { files: ['routes/**/*.ts'], rules: forbid(['/plugins/', 'routes use plugins by their decorators']) },
  // No port imports another, and none imports the pipeline.
  ...ports.map(port => ({
    files: [`src/${port}/**/*.ts`],
    rules: forbid(fromFastify, upwards, [`\\.\\./(chat|${ports.filter(other => other !== port).join('|')})/`, 'no port imports another port, or the pipeline']),
  })),
]
