// `causerie status`: how a running service is doing, for people, scripts and health checks.
import { Command } from 'commander'
import { counted, newCommand, printable } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'
import { once, openService, ServiceError, type Service } from './service.ts'

interface Part { state: 'ok' | 'degraded' | 'waiting', since: string, last_failure?: { at: string, reason: string } }
interface Readiness { ready: boolean, waiting: Record<string, string>, degraded: Record<string, string>, parts: Record<string, Part> }
interface Quantiles { count: number, p50: number, p95: number }
interface Stats {
  version: string
  uptime_seconds: number
  memory_mb: number
  answers: { live: number, hits: number, joined: number, misses: number, hit_rate: number }
  latency_ms: Record<'first_token' | 'total', Quantiles>
}

/** /ready answers at once, whatever hangs. */
const silenceMs = 5000

export function statusCommand (io: CommandIo): Command {
  const { stdout, stderr, env } = io

  async function run ({ url, json, strict }: { url?: string, json?: true, strict?: true }): Promise<number> {
    const service = openService({ url, env, scope: 'admin', patience: once })
    try {
      const readiness = await service.ask<Readiness>('GET', '/ready', { silenceMs, accepts: [503] })
      if (typeof readiness?.ready !== 'boolean') throw new Error(`${service.address} is not Causerie.`)
      const stats = await readStats(service)
      if (json) stdout.write(`${JSON.stringify({ address: service.address, ...readiness, ...(stats && { stats }) })}\n`)
      else stdout.write(textOf(service.address, readiness, stats))
      const isWell = readiness.ready && !(strict && Object.keys(readiness.degraded).length > 0)
      return isWell ? 0 : 1
    } finally {
      await service.close()
    }
  }

  return newCommand(io, 'status')
    .description('Show whether a running service can answer, and how it is doing')
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .option('--json', 'print one JSON object')
    .option('--strict', 'exit code 1 also when a part works with restrictions')
    .addHelpText('after', `
Figures and reasons are shown to an admin key of all companies, in CAUSERIE_KEY; the state needs none.
Exit code 0: it can answer; 1: it cannot, or is not reached; 2: wrong usage.`)
    .action(async (options: object) => {
      try {
        io.exitCode = await run(options)
      } catch (error) {
        if ((options as { json?: true }).json && error instanceof ServiceError) {
          stdout.write(`${JSON.stringify({ ready: false, error: { code: error.code, message: error.message } })}\n`)
        } else stderr.write(`${printable((error as Error).message)}\n`)
        io.exitCode = error instanceof UsageError ? 2 : 1
      }
    })
}

/** Returns null when the key may not see the figures. */
async function readStats (service: Service): Promise<Stats | null> {
  try {
    return await service.ask<Stats>('GET', '/stats', { silenceMs })
  } catch (error) {
    if (error instanceof ServiceError && error.status > 0) return null
    throw error
  }
}

function textOf (address: string, { ready, waiting, degraded, parts }: Readiness, stats: Stats | null): string {
  const restricted = Object.keys(degraded).length
  const state = !ready ? 'not ready' : restricted === 0 ? 'ready' : `ready, ${restricted} of ${Object.keys(parts).length} parts restricted`
  const lines = [`Causerie${stats ? ` ${stats.version}` : ''} at ${address}: ${state}`]
  if (stats) lines.push(figuresOf(stats))
  const width = Math.max(...Object.keys(parts).map(part => part.length))
  for (const [part, { state, since }] of Object.entries(parts)) {
    const reason = waiting[part] ?? degraded[part]
    const why = reason === undefined ? '' : `  ${printable(reason)} (since ${since})`
    lines.push(`  ${printable(part).padEnd(width)}  ${state.padEnd(8)}${why}`)
  }
  for (const [part, reason] of Object.entries(waiting)) if (!(part in parts)) lines.push(`  ${printable(part)}: ${printable(reason)}`)
  return `${lines.map(line => line.trimEnd()).join('\n')}\n`
}

function figuresOf ({ uptime_seconds: seconds, memory_mb: memory, answers, latency_ms: latency }: Stats): string {
  const asked = answers.hits + answers.joined + answers.misses
  return [
    `  up ${durationText(seconds)}`,
    `${memory} MB`,
    `${counted(asked, 'question')}, ${Math.round(100 * answers.hit_rate)} % from the cache, ${answers.live} in progress`,
    ...(latency.first_token.count > 0 ? [`first token p50 ${latency.first_token.p50} ms, p95 ${latency.first_token.p95} ms`] : []),
  ].join(' · ')
}

function durationText (seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`
}
