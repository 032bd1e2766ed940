// npm run eval: `causerie eval` against a service of its own; and what is measured without a service, by name.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { MeilisearchError, hasStatus } from '../src/backends/meilisearch/errors.ts'
import { createCorpus, type Corpus } from './corpus.ts'
import { parts, type Part } from './eval-parts.ts'
import { evaluateSets } from './eval-service.ts'
import { createMeilisearchCorpus } from './meilisearch-corpus.ts'

const goldenSets = ['test/golden/fjord-outdoor.json', 'test/golden/petit-nid.json']

const help = `Usage: npm run eval -- [SET…] [options of causerie eval]
       npm run eval -- --PART [options] [FILE…]

Starts a service of its own with the sample companies, and measures the answers to sets of questions by \`causerie eval\`: the
golden sets of the sample companies by default. A set {name, lang, docs, queries} brings the documents of a company of its own.
EMBEDDING_MODELS, LLM_URL, LLM_MODEL, LLM_KEY, LLM_API and MEILI_URL, MEILI_KEY, MEILI_KEY_UID of the environment are the service's;
a Meilisearch must hold the documents of the samples already (causerie meili load --samples).

  npm run eval
  npm run eval -- questions.csv --company petit-nid --html report.html

What is measured without a service:
${Object.entries(parts).map(([name, { about }]) => `  --${name.padEnd(14)} ${about}`).join('\n')}

  --catalogue N  with --companies: documents of the generated company among them, 0 for none (300)
  --json         one JSON object a set instead of lines for people
  --misses       list the questions that failed
  --models       folder of the embedding models (./var/models)
  --embedding    models as in EMBEDDING_MODELS (the default ones), not with --meilisearch
  --meilisearch URL  search a Meilisearch, whose master key is in MEILI_MASTER_KEY; it is loaded first
  --plan         fanout or lean, with --meilisearch
  --help         this text; that of the command's options: npx causerie eval --help
`

const args = process.argv.slice(2)
const part = (Object.keys(parts) as Part[]).find(name => args.includes(`--${name}`))
if (args.includes('--help')) process.stdout.write(help)
else process.exitCode = part === undefined ? await evaluate() : await measurePart(part)

async function evaluate (): Promise<number> {
  const first = args.findIndex(arg => arg.startsWith('-'))
  const options = first < 0 ? [] : args.slice(first)
  const sets = first < 0 ? args : args.slice(0, first)
  return isMissing(sets) ? 2 : evaluateSets(sets.length > 0 ? sets : goldenSets, options)
}

async function measurePart (part: Part): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(Object.keys(parts).map(name => [name, { type: 'boolean' as const }])),
      catalogue: { type: 'string', default: '300' },
      json: { type: 'boolean', default: false },
      misses: { type: 'boolean', default: false },
      models: { type: 'string', default: './var/models' },
      embedding: { type: 'string' },
      meilisearch: { type: 'string' },
      plan: { type: 'string', default: 'fanout' },
    },
  })
  if (isMissing(files)) return 2
  const { models: modelsDir, embedding, meilisearch: url, json, misses, catalogue } = values
  const plan = values.plan === 'lean' ? 'lean' : 'fanout'
  const log = (text: string) => process.stderr.write(`${text}\n`)
  let corpus: Corpus | undefined
  const open = async () => {
    corpus = url === undefined
      ? await createCorpus({ modelsDir, ...(embedding ? { models: embedding.split(',') } : {}), log })
      : await createMeilisearchCorpus({ modelsDir, url, adminKey: process.env.MEILI_MASTER_KEY ?? '', plan, log })
    return corpus
  }
  try {
    return await parts[part].run(open, files, { modelsDir, json, misses, catalogue: Number(catalogue) })
  } catch (error) {
    if (!(error instanceof MeilisearchError)) throw error
    log(`eval: ${error.message}${hasStatus(error, 401, 403) ? ' Put the master key into MEILI_MASTER_KEY.' : ''}`)
    return 2
  } finally {
    await corpus?.close()
  }
}

function isMissing (files: readonly string[]): boolean {
  const missing = files.find(file => !existsSync(file))
  if (missing !== undefined) process.stderr.write(`eval: there is no file ${missing}\n`)
  return missing !== undefined
}
