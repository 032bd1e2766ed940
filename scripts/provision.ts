// Fetches the embedding models of the settings, so that a person sees the progress before the service starts.
import { loadConfig } from '../src/config.ts'
import { main } from '../src/embed/provision-command.ts'
import { provisionModel } from '../src/embed/provision.ts'

const { EMBEDDING_MODELS, EMBEDDING_DTYPE, MODELS_DIR, MODELS_HUB_URL } = loadConfig()
process.exitCode = await main([
  '--model', EMBEDDING_MODELS, '--dtype', EMBEDDING_DTYPE, '--models-dir', MODELS_DIR, '--hub-url', MODELS_HUB_URL, ...process.argv.slice(2),
], provisionModel)
