// Opens the language model of the settings as a judge of answers.
import { loadConfig, modelSettings } from '../../src/config.ts'
import { createLanguageJudge } from '../../src/evaluation/language-judge.ts'
import { createModel } from '../../src/llm/create.ts'
import { UsageError } from '../command-io.ts'

export interface Judge {
  judge: ReturnType<typeof createLanguageJudge>
  close (): Promise<void>
}

/** Throws a UsageError when the settings name no language model. */
export async function openJudge (env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Judge> {
  const config = loadConfig(env)
  if (config.LLM_URL === '') throw new UsageError('--judge needs a language model: set LLM_URL and LLM_MODEL.')
  const model = await createModel({ ...modelSettings(config), log: { warn () {} } })
  return {
    judge: createLanguageJudge(model, { timeoutMs: config.LLM_TIMEOUT_SECONDS * 1000, signal }),
    close: () => model.close(),
  }
}
