// Makes the connections to other servers, through the proxy that the settings name.
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici'
import { isLoopback } from '../loopback.ts'

/** Addresses of proxies and the hosts that are reached without one, as in HTTP_PROXY, HTTPS_PROXY and NO_PROXY; empty = none. */
export interface ProxySettings {
  httpProxy: string
  httpsProxy: string
  noProxy: string
}

export interface AgentOptions extends Agent.Options {
  /** The longest wait for a connection, ms. */
  connectTimeoutMs: number
  proxy?: ProxySettings | undefined
}

/** Tells whether the server at `url` is reached through a proxy, unless NO_PROXY names it. */
export function usesProxy (url: string, proxy: ProxySettings | undefined): proxy is ProxySettings {
  return proxy !== undefined && (proxy.httpProxy !== '' || proxy.httpsProxy !== '') && !isLoopback(new URL(url).hostname)
}

/**
 * Creates an agent for the server at `url`; requests that are redirected elsewhere go through the proxy as well. A proxy
 * does not lead to this machine itself, so it is not used for loopback addresses.
 */
export function createAgent (url: string, { connectTimeoutMs, proxy, ...options }: AgentOptions): Dispatcher {
  const shared = { ...options, connect: { timeout: connectTimeoutMs } }
  if (!usesProxy(url, proxy)) return new Agent(shared)
  // The connection to the proxy takes its time-out from another option.
  return new EnvHttpProxyAgent({ ...shared, ...proxy, connectTimeout: connectTimeoutMs } as EnvHttpProxyAgent.Options)
}
