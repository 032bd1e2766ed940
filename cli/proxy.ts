// The proxies that the commands use: those of the service's settings.
import type { ProxySettings } from '../src/async/agent.ts'
import { loadConfig, proxySettings } from '../src/config.ts'

/** Returns the proxies of the environment and of `.env`; none when the settings are wrong, which a command may not need at all. */
export function configuredProxy (env: NodeJS.ProcessEnv): ProxySettings | undefined {
  try {
    return proxySettings(loadConfig(env))
  } catch {
    return undefined
  }
}
