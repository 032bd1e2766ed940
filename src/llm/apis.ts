// The table of language model APIs. To add one: a file beside this one, and one line in the table.
import type { LanguageModel } from './model.ts'
import type { ServerOptions } from './remote-model.ts'

type CreateModel = (options: ServerOptions) => LanguageModel

/**
 * LLM_API takes its values from here, the first is the default. An API is loaded when it is first used: the settings
 * need only the names, and so do commands that never call a model.
 */
export const modelApis = {
  openai: async () => (await import('./openai.ts')).createOpenAiModel,
  ollama: async () => (await import('./ollama.ts')).createOllamaModel,
  anthropic: async () => (await import('./anthropic.ts')).createAnthropicModel,
  extractive: async () => (await import('./extractive.ts')).createExtractiveModel,
} satisfies Record<string, () => Promise<CreateModel>>

export type ModelApi = keyof typeof modelApis
