// `causerie doctor`: checks the settings and all that they name, and says what to do.
import { Command } from 'commander'
import { loadConfig, type Config } from '../../src/config.ts'
import { counted, failureText, newCommand, printable } from '../action.ts'
import type { CommandIo } from '../command-io.ts'
import { ok, problem, type Finding } from './finding.ts'
import { checkData, checkModels, checkNode, checkPort } from './machine.ts'
import { checkClock, checkLanguageModel, checkMeilisearch, checkRedis, checkSupabase } from './servers.ts'

type Check = [name: string, run: (config: Config) => Promise<Finding | Finding[]>, todo: string]

const checks: Check[] = [
  ['data folder', checkData, 'Check DATA_DIR.'],
  ['service', checkPort, 'Check HOST and PORT.'],
  ['embedding', checkModels, 'Check EMBEDDING_MODELS and MODELS_DIR.'],
  ['language model', checkLanguageModel, 'Check LLM_URL, LLM_MODEL and LLM_API_KEY.'],
  ['Meilisearch', checkMeilisearch, 'Check MEILI_URL and its keys: causerie meili check.'],
  ['Supabase', checkSupabase, 'Check SUPABASE_URL and SUPABASE_KEY; has `supabase db push` been run?'],
  ['Redis', checkRedis, 'Check REDIS_URL.'],
  ['clock', checkClock, 'Check the clock.'],
]

export function doctorCommand (io: CommandIo): Command {
  const { stdout, env } = io

  async function run ({ json }: { json?: true }): Promise<number> {
    const findings = await findAll(env)
    if (json) stdout.write(`${JSON.stringify({ findings })}\n`)
    else stdout.write(textOf(findings))
    return findings.some(({ state }) => state === 'problem') ? 1 : 0
  }

  return newCommand(io, 'doctor')
    .description('Check settings, back ends, keys, clock, disk and models, and say what to do')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `
Run it where the service runs, with its settings: it need not run. It changes nothing, and prints no secret.
Exit code 0: no problem, perhaps warnings; 1: a problem; 2: wrong usage.`)
    .action(async (options: object) => { io.exitCode = await run(options) })
}

async function findAll (env: NodeJS.ProcessEnv): Promise<Finding[]> {
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    return [checkNode(), problem('settings', `${(error as Error).message}.`, 'Correct it; .env.example explains each setting.')]
  }
  const found = await Promise.all(checks.map(async ([name, check, todo]) => {
    try {
      return await check(config)
    } catch (error) {
      return problem(name, `${withoutSecrets(failureText(error), config)}.`, todo)
    }
  }))
  return [checkNode(), ok('settings', `They are valid; profile ${config.PROFILE}.`), ...found.flat()]
}

/** A client's error may quote what it was given. */
function withoutSecrets (text: string, config: Config): string {
  const secrets = Object.entries(config).flatMap(([key, value]) =>
    /(_KEY|_SECRET|_HEADERS)$/.test(key) && typeof value === 'string' && value.length > 3 ? value : [])
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), text.replace(/\/\/[^/@\s]*@/g, '//…@'))
}

function textOf (findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.map(({ check, state, message, todo }) => {
    const advice = todo === undefined ? '' : `\n${' '.repeat(width + 11)}→ ${printable(todo)}`
    return `${state.padEnd(7)}  ${check.padEnd(width)}  ${printable(message)}${advice}`
  })
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length
  return `${lines.join('\n')}\n${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}\n`
}
