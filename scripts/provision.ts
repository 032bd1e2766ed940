// Fetches the embedding models before the service starts, with a progress bar. Arguments override the settings.

import { parseArgs } from 'node:util'
import { createProgress, type Output, type Progress } from '../cli/progress.ts'
import { embedderSettings, loadConfig } from '../src/config.ts'
import { defaultHubUrl } from '../src/embed/hub.ts'
import { defaultModelId } from '../src/embed/models.ts'
import { provisionModel, type ProvisionProgress } from '../src/embed/provision.ts'

/** The step between progress lines outside a terminal, in percent. */
const stepPercent = 20

const help = `Usage: node scripts/provision.ts [options]

Fetches the files of embedding models and checks them. Does nothing when they are complete. Without --model and --all:
the first one of EMBEDDING_MODELS; the service itself fetches the others while it runs.

  --model <id>         a model, or several with commas; may be repeated (${defaultModelId})
  --all                every model of EMBEDDING_MODELS
  --dtype <dtype>      precision of the weights: q4, q8, fp16, fp32, … (auto)
  --scripts <scripts>  latin or all: what a multilingual model reads that is converted here (latin)
  --models-dir <path>  folder of the models (./var/models)
  --hub-url <url>      the Hugging Face hub, or a mirror (${defaultHubUrl})
  --help               this text
`

/** Runs the command and returns its exit code: 0 when every model is available, 1 otherwise. */
export async function main (argv: string[], provision: typeof provisionModel, output: Output = process.stderr): Promise<number> {
  let options
  try {
    options = parseArgs({
      args: argv,
      options: {
        model: { type: 'string', multiple: true, default: [defaultModelId] },
        dtype: { type: 'string', default: 'auto' },
        scripts: { type: 'string', default: 'latin' },
        'models-dir': { type: 'string', default: './var/models' },
        'hub-url': { type: 'string', default: defaultHubUrl },
        help: { type: 'boolean', default: false }
      }
    }).values
  } catch (error) {
    output.write(`${(error as Error).message}\n\n${help}`)
    return 1
  }
  if (options.help) {
    output.write(help)
    return 0
  }
  let code = 0
  for (const id of options.model.flatMap((list) => list.split(',')).map((name) => name.trim()).filter(Boolean)) {
    const report = createReporter(id, output)
    try {
      const { dir, source } = await provision({
        id,
        dtype: options.dtype,
        scripts: options.scripts === 'all' ? 'all' : 'latin',
        modelsDir: options['models-dir'],
        hubUrl: options['hub-url'],
        onProgress: report.progress
      })
      report.end(source === 'disk' ? `${id}: ready in ${dir}` : `${id}: fetched (${source}) to ${dir}`)
    } catch (error) {
      report.end((error as Error).message)
      code = 1
    }
  }
  return code
}

/** Shows a bar on a terminal, or a line every `stepPercent` elsewhere. */
function createReporter (id: string, output: Output) {
  let source = ''
  let lastStep = 0
  let bar: Progress | undefined
  return {
    progress ({ source: from, received, total }: ProvisionProgress) {
      if (from !== source) {
        source = from
        lastStep = 0
        bar?.end()
        bar = undefined
        if (!output.isTTY) output.write(`${id}: asking ${source === 'hub' ? 'the hub' : source} …\n`)
      }
      if (total === 0) return
      if (output.isTTY) {
        bar ??= createProgress({ output, label: id, total: total / 1e6, unit: 'MB', digits: 1 })
        bar.update(received / 1e6, source)
      } else {
        const percent = Math.floor(100 * received / total)
        if (percent < lastStep + stepPercent) return
        lastStep = percent - percent % stepPercent
        output.write(`${id}: ${lastStep} % of ${(total / 1e6).toFixed(1)} MB\n`)
      }
    },
    end (line: string) {
      bar?.end()
      output.write(`${line}\n`)
    }
  }
}

if (import.meta.main) {
  const config = loadConfig()
  const { EMBEDDING_MODELS, EMBEDDING_DTYPE, EMBEDDING_SCRIPTS, MODELS_DIR, MODELS_HUB_URL } = config
  const { proxy, environment } = embedderSettings(config)
  const given = process.argv.slice(2)
  const models = given.includes('--all') ? EMBEDDING_MODELS : EMBEDDING_MODELS.split(',')[0]!
  process.exitCode = await main([
    ...(given.some((argument) => /^--model(=|$)/.test(argument)) ? [] : ['--model', models]),
    '--dtype', EMBEDDING_DTYPE, '--scripts', EMBEDDING_SCRIPTS, '--models-dir', MODELS_DIR, '--hub-url', MODELS_HUB_URL,
    ...given.filter((argument) => argument !== '--all'),
  ], (request) => provisionModel({ ...request, proxy, environment }))
}
