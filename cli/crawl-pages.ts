// Sends crawled pages to the service, and removes the ones that are gone.
import { createHash } from 'node:crypto'
import { crawl, type CrawlCounts, type CrawledPage, type CrawlOptions, type PageState } from './sources/crawl.ts'
import type { SourceState } from './sources/state.ts'
import { rejectionText } from './ingest-report.ts'
import { isFinal, rejectionOf, type Rejection, type FileSync } from './file-sync.ts'

type Shared = Pick<CrawlOptions, 'fetch' | 'robots' | 'delayMs'>

const longestName = 300

/** @param again read and send each page once even if it has not changed */
export function createCrawling ({ fetch, robots, delayMs, state, fileSync, again, say }: Shared & {
  state: SourceState<PageState>
  fileSync: FileSync
  again: boolean
  say: (text: string) => void
}) {
  const sentOnce = new Set<string>()

  /** Returns the stored state of a page; for a page that must be sent again, only that it is known. */
  function knownOf (url: string): PageState | undefined {
    const known = state.get(url)
    return known && again && !sentOnce.has(url) ? { hash: '' } : known
  }

  return {
    /** Crawls once. Throws errors that concern the whole crawl, or the signal's reason. */
    async crawl (
      seeds: CrawlOptions['seeds'],
      { depth, limit, signal }: { depth: number; limit: number; signal: AbortSignal }
    ): Promise<CrawlCounts & { rejected: number }> {
      let rejected = 0
      let hinted = false

      /** @returns true when the page need not be sent again until it changes */
      function report (rejections: Rejection[]): boolean {
        rejected += rejections.length
        for (const rejection of rejections) say(`! ${rejectionText(rejection)}`)
        return rejections.every(isFinal)
      }

      async function put ({ url, type, body }: CrawledPage): Promise<boolean> {
        try {
          const sent = await fileSync.send({ name: pageName(url), content: body, type: mediaType(type), url }, { resume: false })
          const { status, rejections } = await fileSync.waitForEnd(sent)
          const isKept = report(rejections.map(rejection => ({ ...rejection, file: url })))
          if (status === 'failed') return isKept
          say(`+ ${url}`)
          return true
        } catch (error) {
          return report([rejectionOf(url, error)])
        }
      }

      const counts = await crawl({
        seeds: { ...seeds, known: state.names() },
        fetch,
        robots,
        delayMs,
        depth,
        limit,
        signal,
        state: {
          get: async url => knownOf(url),
          async set (url, page) {
            state.set(url, page)
            if (again) sentOnce.add(url)
          },
          delete: async url => state.delete(url),
        },
        onPage: put,
        async onGone (url) {
          await fileSync.remove(pageName(url))
          say(`- ${url}`)
        },
        onFailed (url, { code, message }) {
          say(`! ${url}: ${message} (${code})`)
          if (code === 'ADDRESS_REFUSED' && !hinted) say('  SOURCE_ALLOW_HOSTS allows private hosts of your own.')
          hinted ||= code === 'ADDRESS_REFUSED'
        },
      })
      return { ...counts, rejected }
    },
  }
}

/**
 * Names a page by its host and path, with `:` in place of `/`. With `/`, the pages below it on the site would be stored below
 * its document and be deleted with it.
 */
export function pageName (url: string): string {
  const { host, pathname, search } = new URL(url)
  const path = `${pathname.slice(1)}${search}`.replaceAll(':', '%3A').replaceAll('/', ':')
  const name = `${host}/${path || ':'}`
  return name.length <= longestName
    ? name
    : `${name.slice(0, longestName - 17)}~${createHash('sha256').update(url).digest('hex').slice(0, 16)}`
}

/** Returns the media type that the server declares, if it is well formed. */
function mediaType (type: string): string {
  return /^(?!multipart\/)[\w.+-]{1,60}\/[\w.+-]{1,80}(; ?charset="?[\w-]{1,40}"?)?$/i.test(type) ? type : 'application/octet-stream'
}
