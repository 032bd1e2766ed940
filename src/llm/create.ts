// Creates the language model that the settings describe.
import { modelApis, type ModelApi } from './apis.ts'
import type { Log } from './failures.ts'
import type { LanguageModel } from './model.ts'
import type { ServerOptions } from './remote-model.ts'
import { createRetryingModel } from './retrying-model.ts'

/** A model on a server; an empty `apiKey` = none. */
export type ModelServer = Pick<ServerOptions, 'url' | 'model' | 'apiKey' | 'headers'>

export interface ModelOptions extends Omit<ServerOptions, keyof ModelServer> {
  /** The API of both servers. */
  api: ModelApi
  /** An empty `url` = no language model: answers are extractive. */
  primary: ModelServer
  /** Used when the primary fails; without a URL and a model there is no fallback. */
  fallback: ModelServer
  /** Further tries before the first token. */
  retries: number
  log: Log
}

export async function createModel ({ api, primary, fallback, retries, log, ...shared }: ModelOptions): Promise<LanguageModel> {
  const createOne = await modelApis[primary.url === '' ? 'extractive' : api]()
  const create = (server: ModelServer) => createOne({ ...shared, ...server, log })
  const model = create(primary)
  // The extractive model never fails, so it needs no retries and no fallback.
  if (model.kind === 'extractive') return model
  return createRetryingModel({
    primary: model,
    ...(fallback.url || fallback.model ? { fallback: create(completeFallback(fallback, primary)) } : {}),
    retries,
    loadingTimeoutMs: shared.firstTokenTimeoutMs,
    log,
  })
}

/** Fills the empty settings of the fallback from the primary; the key and the headers only for the same server. */
function completeFallback (fallback: ModelServer, primary: ModelServer): ModelServer {
  return {
    url: fallback.url || primary.url,
    model: fallback.model || primary.model,
    apiKey: fallback.apiKey || (fallback.url ? '' : primary.apiKey),
    ...(fallback.url ? {} : { headers: primary.headers }),
  }
}
