// `causerie crawl`: keeps an index of a running service in sync with web pages.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { sleep } from '../src/async/signals.ts'
import { loadConfig } from '../src/config.ts'
import { canonicalUrl, siteOf } from './sources/canonical.ts'
import { createPublicFetch } from './sources/public-fetch.ts'
import { createRobots } from './sources/robots.ts'
import { openSourceState } from './sources/state.ts'
import type { PageState } from './sources/crawl.ts'
import {
  counted, indexCommand, interruptible, printable, requireIndex, sayWaiting, several, wholeNumber, type IndexOptions,
} from './action.ts'
import { createCrawling } from './crawl-pages.ts'
import { createFileSync } from './file-sync.ts'
import { createSourceReport } from './source-report.ts'
import { openService, patient, steadfast, type Patience } from './service.ts'
import { UsageError, unreadable, type CommandIo } from './command-io.ts'

interface CrawlCommandOptions extends IndexOptions {
  sitemap: string[]
  site: string[]
  list?: string
  depth: number
  maxPages: number
  every?: number
  again?: true
}

export interface CrawlTiming { patience?: Patience, delayMs: number }

const agent = 'causerie'
const maxRedirects = 5

/** @param timing tests use shorter times */
export function crawlCommand (io: CommandIo, timing: CrawlTiming = { delayMs: 500 }): Command {
  return indexCommand(io, 'crawl')
    .description('Keep an index in sync with web pages: send new and changed ones, remove those that are gone')
    .argument('[url...]', 'pages')
    .option('--sitemap <url>', 'the pages of a sitemap, a sitemap index or a text file; may be repeated', several, [])
    .option('--site <url>', "the pages of the sitemaps that a site's robots.txt names; may be repeated", several, [])
    .option('--list <file>', 'the pages of a file, one address per line; # starts a comment')
    .addOption(new Option('--depth <n>', 'follow links on these sites, up to this many steps').argParser(wholeNumber(0, 20)).default(0))
    .addOption(new Option('--max-pages <n>', 'read at most this many pages').argParser(wholeNumber(1, 1_000_000)).default(10_000))
    .addOption(new Option('--every <span>', 'repeat the crawl at this interval: 30m, 1h, 7d').argParser(readSpan))
    .option('--again', 'the first time, send every page, even if it has not changed since the last run')
    .addHelpText(
      'after',
      `
A known page is requested with its ETag and Last-Modified, and sent only if it has changed. A page that answers 404 or 410 is
removed; if it never existed, it counts as failed. DATA_DIR/sources records what was read. The crawler obeys robots.txt,
sends a host at most two requests a second, and visits only the sites of the command line.
It connects only to public addresses, also after redirects; SOURCE_ALLOW_HOSTS allows private hosts.
If the service asks for keys, put one with the scope write into CAUSERIE_KEY.
Exit code 0: done; 1: a page could not be read or was rejected; 2: wrong usage.

Examples:
  causerie crawl --sitemap https://www.example.com/sitemap.xml --company acme --index pages --every 1h
  causerie crawl https://www.example.com/help/ --depth 2 --max-pages 500 --company acme --index pages
  causerie crawl --list urls.txt --company acme --index pages`
    )
    .action((urls: string[], options: CrawlCommandOptions) =>
      interruptible(io, signal => run(io, urls, options, timing, signal))
    )
}

async function run (
  io: CommandIo,
  urls: string[],
  options: CrawlCommandOptions,
  timing: CrawlTiming,
  signal: AbortSignal
): Promise<number> {
  const { env, stdout, stderr } = io
  const { company, index: kind, url, sitemap, site, list, depth, maxPages, every, again = false } = options
  const say = (text: string) => {
    report?.note(text)
    stdout.write(`${printable(text)}\n`)
  }
  let report: ReturnType<typeof createSourceReport> | undefined
  const seeds = { pages: [...urls, ...(list === undefined ? [] : await readList(list))], sitemaps: sitemap, sites: site }
  const addresses = Object.values(seeds).flat()
  if (addresses.length === 0) throw new UsageError('No pages given. Give addresses, --sitemap, --site or --list.')
  const invalid = addresses.find(address => canonicalUrl(address) === null)
  if (invalid !== undefined) {
    throw new UsageError(`${invalid} is not a web address. Use http:// or https://, without a password.`)
  }
  const config = loadConfig(env)
  const fetch = createPublicFetch({
    timeoutMs: config.SOURCE_TIMEOUT_MS,
    maxBytes: config.SOURCE_MAX_BYTES,
    maxRedirects,
    userAgent: agent,
    // Non-standard ports are allowed only when the command line names them.
    allowPorts: [80, 443, ...addresses.map(address => Number(new URL(address).port)).filter(Boolean)],
    allowPrivate: config.SOURCE_ALLOW_HOSTS.split(',')
      .map(host => host.trim())
      .filter(Boolean),
  })
  const service = openService({
    url,
    env,
    scope: 'write',
    patience: timing.patience ?? (every === undefined ? patient : steadfast),
    signal,
    ...sayWaiting(say),
  })
  let state
  try {
    const sites = [...new Set(addresses.map(siteOf))].sort()
    const dataDir = resolve(config.DATA_DIR)
    const identity = ['crawl', service.address, company, kind, ...sites]
    state = openSourceState<PageState>(dataDir, identity)
    stderr.write(`What was sent to ${service.address} is recorded in ${join(dataDir, 'sources')}.\n`)
    await requireIndex(service, company, kind)
    report = createSourceReport({ url, env, company, kind: 'crawl', index: kind, place: addresses.join(' '), identity })
    const crawling = createCrawling({
      fetch,
      robots: createRobots({ fetch, agent }),
      state,
      fileSync: createFileSync({ service, company, kind, signal }),
      delayMs: timing.delayMs,
      again,
      say,
    })
    for (;;) {
      const began = performance.now()
      report.reset()
      report.tell({ state: 'running' })
      const { changed, unchanged, gone, disallowed, elsewhere, failed, rejected, limited } = await crawling.crawl(seeds, {
        depth,
        limit: maxPages,
        signal,
      })
      const counts = [`${counted(changed, 'page')} new or changed`, `${unchanged} unchanged`, `${gone} gone`]
      for (const [n, what] of [
        [rejected, 'rejected'],
        [disallowed, 'disallowed by robots.txt'],
        [elsewhere, 'on other sites or listed twice'],
        [failed, 'failed'],
      ] as const) { if (n > 0) counts.push(`${n} ${what}`) }
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      const more = limited ? `; there are more than ${maxPages} (--max-pages)` : ''
      say(`${company} ${kind}: ${counts.join(', ')} in ${seconds} s${more}`)
      const nextInSeconds = every === undefined ? null : Math.ceil(every / 1000)
      const state = every === undefined ? 'ended' : 'waiting'
      await report.tell({ state, changed, unchanged, gone, failed: failed + rejected, nextInSeconds })
      if (every === undefined) return failed + rejected > 0 ? 1 : 0
      await sleep(Math.max(0, began + every - performance.now()), signal)
    }
  } catch (error) {
    await report?.tell({ state: signal.aborted ? 'ended' : 'failed' })
    if (!signal.aborted) throw error
    say('Ended. Pages sent so far are kept; run the same command again to continue.')
    return every === undefined ? 1 : 0
  } finally {
    state?.close()
    await Promise.all([fetch.close(), service.close(), report?.close()])
  }
}

async function readList (path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(error => { throw unreadable(path, error) })
  return text.split(/\r\n|\n|\r/).map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parses `30m`, `1h` or `7d` into ms. */
function readSpan (text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit ?? ''] ?? NaN)
  // Timers are limited to about 24 days.
  if (!(ms <= 24 * unitMs.d!)) throw new InvalidArgumentError('Give a span of at most 24 days: 30m, 1h, 7d.')
  return ms
}
