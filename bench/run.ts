// npm run bench [-- NAME…]: runs the benches and prints their figures.
import { parseArgs } from 'node:util'
import { access } from './access.ts'
import { answers } from './answers.ts'
import { beforeAfter } from './before-after.ts'
import { cached } from './cached.ts'
import { coalesce } from './coalesce.ts'
import { compression } from './compression.ts'
import { embedding } from './embedding.ts'
import { evaluation } from './evaluation.ts'
import { ratio, reached, table, type Figure } from './figures.ts'
import { fanout } from './fanout.ts'
import { floodBench } from './flood.ts'
import { formatsBench } from './formats.ts'
import { firstToken } from './first-token.ts'
import { idle } from './idle.ts'
import { intake } from './intake.ts'
import { knowledge } from './knowledge.ts'
import { learning } from './learning.ts'
import { lighthouseBench } from './lighthouse.ts'
import { loop } from './loop.ts'
import { memory } from './memory.ts'
import { peersBench } from './peers.ts'
import { pipeline } from './pipeline.ts'
import { profilesBench } from './profiles.ts'
import { quantisation } from './quantisation.ts'
import { reading } from './reading.ts'
import { redis } from './redis.ts'
import { search } from './search.ts'
import { sizes } from './sizes.ts'
import { steady } from './steady.ts'
import { tokensBench } from './tokens.ts'
import { tracing } from './tracing.ts'
import type { Options } from './stack.ts'
import { widget } from './widget.ts'

const benches: Record<string, { about: string, run: (options: Options) => Promise<Figure[]> }> = {
  answers: { about: 'uncached answers of 100 tokens at 1, 32 and 256 clients', run: answers },
  cached: { about: 'answers replayed from the cache', run: cached },
  formats: { about: 'the OpenAI and AI SDK formats beside native SSE', run: formatsBench },
  coalesce: { about: 'one new question of 1,000 clients at once', run: coalesce },
  tokens: { about: 'tokens that come one by one, beside a bare server', run: tokensBench },
  'first-token': { about: 'time added to the language model\'s first token', run: firstToken },
  embedding: { about: 'questions and passages to vectors', run: embedding },
  search: { about: 'one question embedded and searched among 20,000 documents', run: search },
  quantisation: { about: 'embedding models and stored vectors of each precision: size, memory, time, MRR', run: quantisation },
  access: { about: 'a question with groups and a filter among 20,000 documents, beside none', run: access },
  fanout: { about: 'eighty searches of a mock Meilisearch, by each transport', run: fanout },
  pipeline: { about: 'uncached answers with eighty searches each of a mock Meilisearch', run: pipeline },
  peers: { about: 'the service beside LangChain.js, Mastra, LlamaIndex.TS, the AI SDK and bare Node', run: peersBench },
  redis: { about: 'uncached answers shared through Redis, beside memory', run: redis },
  intake: { about: 'a million tokens put in until they are found by words, CPU thread by thread', run: intake },
  knowledge: { about: 'a million tokens put in, embedded and searched', run: knowledge },
  reading: { about: 'files of each format read, beside the library that parses them', run: reading },
  compression: { about: 'what compression leaves out, and how many golden answers survive', run: compression },
  flood: { about: 'a company that asks now and then beside one that floods', run: floodBench },
  evaluation: { about: '`causerie eval` of a thousand questions without a language model', run: evaluation },
  widget: { about: 'the widget in Chromium, from Enter to the first words', run: widget },
  lighthouse: { about: 'the console, the page at /docs and the shop example by Lighthouse', run: lighthouseBench },
  learning: { about: 'what noisy ratings gain on questions that nobody rated, and what pure noise does', run: learning },
  memory: { about: 'memory under a load of unique answers', run: memory },
  idle: { about: 'memory and CPU of 1,000 idle streams', run: idle },
  tracing: { about: 'uncached answers with traces, beside none', run: tracing },
  profiles: { about: 'memory and time of the profiles of settings', run: profilesBench },
  loop: { about: 'a stream while 500 passages are embedded', run: loop },
  sizes: { about: 'half a million, one and two million tokens put in and searched', run: sizes },
  steady: { about: 'a steady pace of new questions for minutes (--minutes)', run: steady },
  'before-after': { about: 'the service that this one replaces, step by step, and this one with parts off', run: beforeAfter },
}

const help = `Usage: npm run bench [-- [options] NAME…]

Every bench but peers and lighthouse when no NAME is given:
${Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`).join('\n')}

  --quick        short runs, rough figures
  --json         one JSON object per figure and line
  --profile DIR  write CPU profiles of the service into DIR
  --model ID     the embedding model of search, as in EMBEDDING_MODELS
  --minutes N    of steady (1)
  --scale N      of before-after: the share of the real latencies that its mocks take (0.1)
  --help         this text

"bare" is the same work done by the least that can do it, in the same run; bench/README.md says what it is.
Ends with 1 when an answer was wrong or a goal was missed.`

/** They are run when they are named: they install packages. */
const byName = new Set(['peers', 'lighthouse'])

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' }, quick: { type: 'boolean', default: false }, json: { type: 'boolean' }, profile: { type: 'string' },
    model: { type: 'string' }, scale: { type: 'string' }, minutes: { type: 'string' },
  },
})

const unknown = positionals.find(name => !Object.hasOwn(benches, name))
if (values.help) {
  console.log(help)
} else if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}".\n\n${help}`)
  process.exitCode = 2
} else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches).filter(name => !byName.has(name))) await run(name)
}

async function run (name: string): Promise<void> {
  const { quick, profile, model, scale, minutes } = values
  try {
    const figures = await benches[name]!.run({
      quick, ...(profile === undefined ? {} : { profile }), ...(model === undefined ? {} : { model }),
      ...(scale === undefined ? {} : { scale: Number(scale) }),
      ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
    })
    if (figures.some(figure => reached(figure) === false)) process.exitCode = 1
    if (values.json) {
      for (const figure of figures) console.log(JSON.stringify({ bench: name, ...figure, ratio: ratio(figure), reached: reached(figure) }))
    } else console.log(`${name}: ${benches[name]!.about}\n${table(figures)}\n`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: ${(error as Error).stack}`)
  }
}
